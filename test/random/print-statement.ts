/** Statement trees to lines of text. Loops and exits are in print-loop.ts, declarations in print-declaration.ts. */
import { assertNever } from "../../src/diagnostics/invariant.ts";
import type { Context, Frame } from "./context.ts";
import { printDeclaration } from "./print-declaration.ts";
import { printIdiom, printUse } from "./print-idiom.ts";
import { fitted, guardedBinary } from "./guards.ts";
import { atom, indented, integerText, isSimple, parenthesized } from "./pieces.ts";
import { floatArrays, indexText, printCall, printCondition, printExpression } from "./print-expression.ts";
import { printExit, printFor, printForOf, printNest, printPingPong, printWhile } from "./print-loop.ts";
import type { ExpressionTree, StatementTree } from "./program.ts";
import { freshName, innerScope, pickFrom, type ArrayBinding } from "./scope.ts";

/** Prints the statements of one block. What they declare is added to the scope of `context`. */
export function printStatements(trees: readonly StatementTree[], context: Context): string[] {
  return trees.flatMap((tree) => {
    context.tally.cost += context.trips;
    context.tally.length += 1;
    return printStatement(tree, context);
  });
}

/** Prints them in a scope of their own, indented. */
export function printBlock(trees: readonly StatementTree[], context: Context): string[] {
  return indented(printStatements(trees, { ...context, scope: innerScope(context.scope) }));
}

function printStatement(tree: StatementTree, context: Context): string[] {
  switch (tree.kind) {
    case "assign": {
      const targets = context.scope.numbers.filter(({ mutable }) => mutable);
      const target = pickFrom(targets, tree.target);
      if (target === undefined) return printStatement({ ...tree, kind: "declare", mutable: true }, context);
      return [`${target.text} ${assignment(tree.operator, tree.value, tree.squash, target.text, context)};`];
    }
    case "store": {
      const array = pickFrom(writableArrays(context), tree.array);
      if (array === undefined) return printStatement({ ...tree, kind: "assign", target: tree.array }, context);
      markWritten(array);
      context.features.add(`store ${array.element} ${tree.operator}`);
      const place = `${array.text}[${indexText(tree.index, array.size, context)}]`;
      return [`${place} ${assignment(tree.operator, tree.value, tree.squash, place, context)};`];
    }
    case "setFlag": {
      const flag = pickFrom(
        context.scope.flags.filter(({ mutable }) => mutable),
        tree.target,
      );
      if (flag === undefined) return printDeclaration({ kind: "declareFlag", condition: tree.condition }, context);
      return [`${flag.text} = ${printCondition(tree.condition, context).text};`];
    }
    case "count":
      return printCount(tree.target, tree.form, context);
    case "bulk":
      return printBulk(tree, context);
    case "storeInteger": {
      const array = pickFrom(
        context.scope.arrays.filter(({ element, writable }) => element === "i32" && writable),
        tree.array,
      );
      if (array?.below === undefined) return printCount(tree.value, 0, context);
      markWritten(array);
      context.features.add("store i32");
      const value = indexText({ variable: tree.value, form: tree.value }, array.below, context);
      return [`${array.text}[${indexText(tree.index, array.size, context)}] = ${value};`];
    }
    case "swapScalars": {
      const mutable = context.scope.numbers.filter((binding) => binding.mutable);
      const [first, second] = [pickFrom(mutable, tree.first), pickFrom(mutable, tree.second)];
      if (first === undefined || second === undefined || first === second) return [];
      context.features.add("swap of scalars");
      return [`[${first.text}, ${second.text}] = [${second.text}, ${first.text}];`];
    }
    case "call": {
      const call = printCall(tree.helper, tree.arguments, context, [
        "none",
        "none",
        "array",
        "tuple",
        "flag",
        "number",
      ]);
      return call === undefined ? [] : declareResult(call, context);
    }
    case "if": {
      context.features.add("if");
      const condition = printCondition(tree.condition, context).text;
      const then = printBlock(tree.then, context);
      const otherwise = printBlock(tree.otherwise, context);
      const lines = [`if (${condition}) {`, ...then];
      return otherwise.length === 0 ? [...lines, "}"] : [...lines, "} else {", ...otherwise, "}"];
    }
    case "switch":
      return printSwitch(tree, context);
    case "block": {
      context.features.add("block");
      const scope = innerScope(context.scope);
      const plain = scope.numbers.filter(({ text }) => /^\w+$/.test(text));
      const shadowed = tree.shadowed % 2 === 0 ? pickFrom(plain, tree.shadowed) : undefined;
      if (shadowed !== undefined) {
        // The initializer of the inner variable cannot name the outer one.
        scope.numbers.splice(scope.numbers.indexOf(shadowed), 1);
        context.features.add("shadowing");
      }
      const value = fitted(printExpression(tree.value, { ...context, scope }), 6, tree.shadowed);
      const name = shadowed?.text ?? freshName(scope, ["inner"]);
      scope.numbers.push({ text: name, range: value.range, mutable: true });
      const body = printStatements(tree.body, { ...context, scope });
      return ["{", ...indented([`let ${name} = ${value.text};`, ...body]), "}"];
    }
    case "idiom":
      return printIdiom(tree, context);
    case "use":
      return printUse(tree, context);
    case "exit":
      return printExit(tree, context);
    case "for":
      return printFor(tree.loop, tree.body, context);
    case "nest":
      return printNest(tree, context);
    case "forOf":
      return printForOf(tree.array, tree.body, context);
    case "while":
      return printWhile(tree, context);
    case "pingPong":
      return printPingPong(tree, context);
    case "declare":
    case "declareFlag":
    case "allocate":
    case "alias":
    case "view":
    case "choose":
    case "destructure":
      return printDeclaration(tree, context);
    default:
      return assertNever(tree);
  }
}

export function writableArrays(context: Context): readonly ArrayBinding[] {
  return floatArrays(context).filter(({ writable }) => writable);
}

export function markWritten({ roots }: ArrayBinding): void {
  for (const root of roots) root.written = true;
}

/** The operator and what stands behind it, so that what is stored stays small. */
export function assignment(
  operator: string,
  tree: ExpressionTree,
  squash: number,
  target: string,
  context: Context,
): string {
  const value = printExpression(tree, context);
  if (operator === "**=" && (context.trips > 1 || !/^\w+$/.test(target))) operator = "=";
  context.features.add(`assignment ${operator}`);
  switch (operator) {
    case "*=":
      return `*= ${fitted(value, 1.2, squash).text}`;
    case "/=": {
      const quotient = guardedBinary("/", atom("1", 1, 1), fitted(value, 1.2, squash));
      return `/= ${quotient.text.slice("1 / ".length)}`;
    }
    case "%=":
      return "%= 1.7";
    case "**=":
      return "**= 2";
    case "+=":
    case "-=":
      return `${operator} ${parenthesized(fitted(value, 4, squash), 2)}`;
    default:
      return `= ${fitted(value, 6, squash).text}`;
  }
}

function printCount(pick: number, form: number, context: Context): string[] {
  const { scope, features } = context;
  const counter = pickFrom(
    scope.integers.filter(({ mutable }) => mutable),
    pick,
  );
  features.add("integer counter");
  if (counter === undefined) {
    const name = freshName(scope, ["count", "hits", "seen"]);
    scope.integers.push({ text: name, below: undefined, mutable: true });
    return [`let ${name} = ${form % 3};`];
  }
  const { text } = counter;
  return [[`${text}++;`, `${text} += 2;`, `${text} = (${text} + 2) % 5;`, `++${text};`][form % 4] ?? ""];
}

function printBulk(tree: Extract<StatementTree, { kind: "bulk" }>, context: Context): string[] {
  const array = pickFrom(writableArrays(context), tree.array);
  if (array === undefined) return [];
  const others = floatArrays(context).filter(({ element, size }) => element === array.element && size === array.size);
  const other = pickFrom(others, tree.other);
  markWritten(array);
  const value = fitted(printExpression(tree.value, context), 6, tree.other).text;
  const form = array.element === "number" || other === undefined ? tree.form % 2 : tree.form % 4;
  switch (form) {
    case 0:
      context.features.add("fill");
      return [`${array.text}.fill(${value});`];
    case 1:
      context.features.add("fill from an index");
      return [`${array.text}.fill(${value}, 1);`];
    case 2:
      context.features.add("set");
      return [`${array.text}.set(${other?.text});`];
    default:
      context.features.add("copyWithin");
      return [`${array.text}.copyWithin(0, 1);`];
  }
}

function declareResult(
  { text, helper }: NonNullable<ReturnType<typeof printCall>>,
  { scope, features }: Context,
): string[] {
  const range = { low: -4, high: 4 };
  switch (helper.result) {
    case "none":
      return [`${text};`];
    case "number": {
      const name = freshName(scope, ["part", "piece", "term"]);
      scope.numbers.push({ text: name, range, mutable: false });
      return [`const ${name} = ${text};`];
    }
    case "flag": {
      const name = freshName(scope, ["ok", "good"]);
      scope.flags.push({ text: name, mutable: false });
      return [`const ${name} = ${text};`];
    }
    case "tuple": {
      features.add("destructured call");
      const [first, second] = [freshName(scope, ["left", "low"]), freshName(scope, ["right", "high"])];
      scope.numbers.push({ text: first, range, mutable: true }, { text: second, range, mutable: true });
      return [`let [${first}, ${second}] = ${text};`];
    }
    case "array": {
      const name = freshName(scope, ["made", "built"]);
      scope.arrays.push({ text: name, element: "f64", size: "n", roots: [{ written: false }], writable: true });
      return [`const ${name} = ${text};`];
    }
  }
}

function printSwitch(tree: Extract<StatementTree, { kind: "switch" }>, context: Context): string[] {
  const { features } = context;
  features.add("switch");
  const value = printExpression(tree.value, context);
  const integer = integerText(context, tree.subject);
  const subject =
    tree.subject % 3 === 0
      ? `Math.floor(Math.abs(${parenthesized(value, 2)})) % 3`
      : `${isSimple(atom(integer, 0, 0)) ? integer : `(${integer})`} % 3`;
  const frame: Frame = { kind: "switch", label: undefined, continued: false };
  const inner = { ...context, frames: [...context.frames, frame] };
  const last = tree.cases.length - 1;
  const lines = tree.cases.flatMap(({ body, falls }, k) => {
    const printed = printBlock(body, inner);
    if (falls && k < last) features.add("fall-through");
    const end = falls || k === last ? [] : ["  break;"];
    return [k === last && last > 0 ? "default: {" : `case ${k}: {`, ...printed, ...end, "}"];
  });
  return [`switch (${subject}) {`, ...indented(lines), "}"];
}
