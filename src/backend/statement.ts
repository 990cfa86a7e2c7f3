/** Statements to text, to be formatted by prettier; with comments that name the source line that each group reverses. */
import { assertNever } from "../diagnostics/invariant.ts";
import type { Span } from "../ir/graph.ts";
import { rowOf } from "../operations/table.ts";
import {
  blocksOf,
  type AssignStatement,
  type LoopStatement,
  type BindStatement,
  type Expression,
  type Statement,
  type Variable,
} from "./code.ts";
import { circularScalars } from "./circular-scalars.ts";
import { asTest, printExpression, printElement, printParts } from "./expression.ts";
import { withHeadings } from "./headings.ts";
import { namesGiven, testsWhere } from "./parameter-tests.ts";
import type { Scopes } from "./scopes.ts";

export interface Style {
  readonly lang: "ts" | "js";
  /** Statements of another file are quoted with its name. */
  readonly file: string | undefined;
}

const longestQuote = 60;
/** As wide as the formatter lets a line be, with the indentation of the function itself. */
const lineWidth = 116;
/** Operations that have an assignment operator, and whether their operands may change sides. */
const compound: ReadonlyMap<string, boolean> = new Map([
  ["add", true],
  ["sub", false],
  ["mul", true],
  ["div", false],
  ["rem", false],
  ["bitAnd", true],
  ["bitOr", true],
  ["bitXor", true],
  ["shiftLeft", false],
  ["shiftRight", false],
  ["shiftRightUnsigned", false],
]);

export function printStatements(statements: readonly Statement[], scopes: Scopes, style: Style): string {
  /** Tests of parameters that hold where the printing is. */
  let tests: readonly string[] = [];
  const nameOf = (variable: Variable): string =>
    variable.absent === undefined || style.lang === "js"
      ? scopes.nameOf(variable)
      : namesGiven(scopes.nameOf, new Set(tests))(variable);
  const text = (expression: Expression) => printExpression(expression, nameOf);
  const test = (expression: Expression) => printExpression(asTest(expression), nameOf);
  const circular = style.lang === "ts" ? circularScalars(statements) : new Set<Variable>();
  let lastOrigin: Span | undefined;
  let depth = 0;

  function printBlock(block: readonly Statement[]): string[] {
    return block.flatMap((statement) => {
      const declared = scopes.declaredBefore(statement).map(printDeclaration);
      return [...declared, ...print(statement)];
    });
  }

  function printDeclaration(variable: Variable): string {
    const type = style.lang === "js" || typeof variable.type === "object" ? "" : `: ${variable.type}`;
    return `let ${nameOf(variable)}${type};`;
  }

  /** A loop or branch: without braces if its body is one statement that needs none and fits on the line. */
  function printWith(header: string, block: readonly Statement[], mayBeBare: boolean): string {
    depth++;
    const lines = printBlock(block);
    depth--;
    const [only] = block;
    const isDeclaration = only?.kind === "assign" && scopes.declaredBy(only, only.variable) !== undefined;
    const isBare =
      mayBeBare && lines.length === 1 && only !== undefined && !isDeclaration && blocksOf(only).length === 0;
    const body = lines.join("\n");
    const code = body.replace(/ \/\/ .*$/, "");
    if (isBare && 2 * depth + header.length + 1 + code.length <= lineWidth) return `${header} ${body}`;
    return `${header} {\n${body}\n}`;
  }

  function print(statement: Statement): string[] {
    switch (statement.kind) {
      case "assign":
        return [printAssign(statement) + comment(statement)];
      case "store": {
        const target = printElement(statement, nameOf);
        const isTarget = (value: Expression) => value.kind === "element" && text(value) === target;
        return [printUpdate(target, statement.value, isTarget) + comment(statement)];
      }
      case "rotate": {
        const [targets, sources] = [statement.targets, statement.sources].map((list) => list.map(nameOf).join(", "));
        return [`[${targets}] = [${sources}];${comment(statement)}`];
      }
      case "for": {
        const index = nameOf(statement.index);
        const { step, inclusive } = statement;
        const comparison = `${step > 0 ? "<" : ">"}${inclusive ? "=" : ""}`;
        const change = Math.abs(step) === 1 ? (step > 0 ? "++" : "--") : ` ${step > 0 ? "+" : "-"}= ${Math.abs(step)}`;
        const header = `for (let ${index} = ${text(statement.start)}; ${index} ${comparison} ${text(statement.bound)}; ${index}${change})`;
        return marked(statement, printWith(header, statement.body, true));
      }
      case "while": {
        const { header } = statement;
        if (header !== undefined) {
          const name = nameOf(header.start.variable);
          const update = printAssign(header.update).replace(/;$/, "");
          const start = text(header.start.value);
          const line = `for (let ${name} = ${start}; ${test(statement.condition)}; ${update})`;
          return marked(statement, printWith(line, statement.body, true));
        }
        return marked(statement, printWith(`while (${test(statement.condition)})`, statement.body, true));
      }
      case "do":
        return marked(statement, `${printWith("do", statement.body, false)} while (${test(statement.condition)});`);
      case "if": {
        const hasElse = statement.else.length > 0;
        const within = (holds: boolean, run: () => string): string => {
          const before = tests;
          tests = [...tests, ...testsWhere(statement.condition, holds)];
          const printed = run();
          tests = before;
          return printed;
        };
        const header = `if (${test(statement.condition)})`;
        const then = within(true, () => printWith(header, statement.then, !hasElse));
        if (!hasElse) return [then];
        const [only] = statement.else;
        const isChain = statement.else.length === 1 && only?.kind === "if" && scopes.declaredBefore(only).length === 0;
        const rest = within(false, () =>
          isChain ? `else ${print(only).join("\n")}` : printWith("else", statement.else, false),
        );
        return [`${then} ${rest}`];
      }
      case "break":
      case "continue":
        return [`${statement.kind};`];
      case "raw": {
        const note = statement.note === undefined ? comment(statement) : ` // ${statement.note}`;
        return [printParts(statement.parts, nameOf) + note];
      }
      case "bind":
        return printBind(statement);
      default:
        return assertNever(statement);
    }
  }

  function marked({ mark }: LoopStatement, printed: string): string[] {
    return mark === undefined ? [printed] : [`// ${mark}`, printed];
  }

  function printAssign(statement: AssignStatement): string {
    const { variable, value } = statement;
    const name = nameOf(variable);
    const declared = scopes.declaredBy(statement, variable);
    if (declared !== undefined) {
      const isCircular = value.kind !== "constant" && circular.has(variable);
      return `${declared} ${name}${isCircular ? `: ${String(variable.type)}` : ""} = ${text(value)};`;
    }
    return printUpdate(name, value, (part) => part.kind === "variable" && part.variable === variable);
  }

  /** `x += e` where the value is `x + e`. */
  function printUpdate(target: string, value: Expression, isTarget: (part: Expression) => boolean): string {
    const commutes = value.kind === "operation" ? compound.get(value.operation) : undefined;
    if (value.kind === "operation" && commutes !== undefined) {
      const [left, right] = value.operands;
      const rest =
        left !== undefined && isTarget(left)
          ? right
          : commutes && right !== undefined && isTarget(right)
            ? left
            : undefined;
      if (rest !== undefined) return printCompound(target, value.operation, rest);
    }
    return `${target} = ${text(value)};`;
  }

  function printCompound(target: string, operation: string, rest: Expression): string {
    const { notation } = rowOf(operation);
    const isStep = rest.kind === "constant" && rest.value === 1;
    if (isStep && operation === "add") return `${target}++;`;
    if (isStep && operation === "sub") return `${target}--;`;
    const value = text(rest);
    // `x += -e` reads better as `x -= e`.
    if (
      operation === "add" &&
      rest.kind === "operation" &&
      rest.operation === "neg" &&
      rest.operands[0] !== undefined
    ) {
      return `${target} -= ${text(rest.operands[0])};`;
    }
    if (operation === "add" && rest.kind === "constant" && Number(rest.value) < 0)
      return `${target} -= ${value.slice(1)};`;
    return `${target} ${notation.text}= ${value};`;
  }

  function printBind(statement: BindStatement): string[] {
    return (["const", "let"] as const).flatMap((keyword) => {
      const entries = statement.entries
        .filter(({ variable }) => scopes.declaredBy(statement, variable) === keyword)
        .map(({ key, variable }) => (key === nameOf(variable) ? key : `${key}: ${nameOf(variable)}`));
      return entries.length === 0 ? [] : [`${keyword} { ${entries.join(", ")} } = ${statement.source};`];
    });
  }

  /** The source line that a statement reverses, where the statement before it reversed another. */
  function comment(statement: Statement): string {
    const { origin } = statement;
    if (statement.kind === "raw" && statement.isSetUp) return "";
    // What a loop or branch as a whole passes on says nothing of a statement.
    if (origin !== undefined && /^(?:\}\s*)?(?:for|while|do|if|else|switch)\b/.test(origin.text)) return "";
    if (origin === undefined || (origin.line === lastOrigin?.line && origin.file === lastOrigin.file)) return "";
    lastOrigin = origin;
    const file =
      style.file === undefined || origin.file === style.file ? "" : `${origin.file.replace(/^.*[\\/]/, "")} `;
    const quote = origin.text.replaceAll(/\s+/g, " ");
    const cut = quote.length > longestQuote ? `${quote.slice(0, longestQuote - 1)}…` : quote;
    return ` // ${file}line ${origin.line}${cut === "" ? "" : `: ${cut}`}`;
  }

  return printBlock(withHeadings(statements)).join("\n");
}
