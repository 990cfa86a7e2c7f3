/**
 * The last shaping of statements before they are printed:
 * a branch that leaves needs no `else`; an empty branch none at all; a test that stands last in `while (true)` makes it
 * a `do … while`; a loop that stores one value everywhere is a `fill`.
 */
import { negated } from "./choose.ts";
import type { Expression, ForStatement, IfStatement, Statement, Variable, WhileStatement } from "./code.ts";
import { visitReads } from "./code.ts";
import { widthOf } from "./width.ts";

const widestCondition = 60;

export interface Lengths {
  /** Whether the number is known to be whole, and not negative. */
  readonly isWhole: (bound: Expression) => boolean;
  /** Whether the number is known to be the length of the array. */
  readonly isLengthOf: (bound: Expression, array: Variable) => boolean;
  /** What a comment says of entries that are set to zero because nothing else sets them. */
  readonly restNote: string | undefined;
}

export function tidy(statements: readonly Statement[], lengths: Lengths): readonly Statement[] {
  return statements.flatMap((statement): readonly Statement[] => {
    switch (statement.kind) {
      case "if":
        return tidyIf({
          ...statement,
          then: tidy(statement.then, lengths),
          else: tidy(statement.else, lengths),
        });
      case "for": {
        const whole = { ...statement, body: tidy(statement.body, lengths) };
        if (whole.body.length === 0) return [];
        return [asFill(whole, lengths) ?? whole];
      }
      case "while":
        return [
          tidyWhile({
            ...statement,
            preamble: tidy(statement.preamble, lengths),
            body: tidy(statement.body, lengths),
          }),
        ];
      case "do":
        return [{ ...statement, body: tidy(statement.body, lengths) }];
      default:
        return [statement];
    }
  });
}

function tidyIf(statement: IfStatement): readonly Statement[] {
  const { condition, then, else: otherwise } = statement;
  if (then.length === 0 && otherwise.length === 0) return [];
  if (condition.kind === "constant") return condition.value ? then : otherwise;
  if (otherwise.length === 0) return [joinedWithInner(statement)];
  const inverted: IfStatement = {
    ...statement,
    condition: negated(condition),
    then: otherwise,
    else: then,
    isByMode: undefined,
  };
  if (then.length === 0) return [joinedWithInner(inverted)];
  if (leaves(then)) return [{ ...statement, else: [] }, ...otherwise];
  if (leaves(otherwise)) return [{ ...inverted, else: [] }, ...then];
  const isNegation = condition.kind === "operation" && condition.operation === "not";
  return [joinedWithInner(isNegation ? inverted : statement)];
}

/** `if (a) { if (b) … else c } else c` is `if (a && b) … else c`, if that fits on a line. */
function joinedWithInner(statement: IfStatement): IfStatement {
  const [inner] = statement.then;
  if (statement.then.length !== 1 || inner?.kind !== "if" || !setTheSame(statement.else, inner.else)) return statement;
  const operands = [statement.condition, inner.condition];
  const condition: Expression = { kind: "operation", operation: "and", operands };
  return widthOf(condition) > widestCondition ? statement : { ...inner, condition };
}

/** Whether two blocks do nothing, or set the same variables to the same constants. */
function setTheSame(one: readonly Statement[], other: readonly Statement[]): boolean {
  return (
    one.length === other.length &&
    one.every((statement, k) => {
      const twin = other[k];
      if (statement.kind !== "assign" || twin?.kind !== "assign") return false;
      const [value, known] = [statement.value, twin.value];
      return (
        statement.variable === twin.variable &&
        value.kind === "constant" &&
        known.kind === "constant" &&
        Object.is(value.value, known.value)
      );
    })
  );
}

/** Control does not come to the end of the block. */
function leaves(block: readonly Statement[]): boolean {
  const last = block.at(-1);
  if (last === undefined) return false;
  if (last.kind === "if") return leaves(last.then) && leaves(last.else);
  return last.kind === "break" || last.kind === "continue" || (last.kind === "raw" && last.leaves);
}

function tidyWhile(statement: WhileStatement): Statement {
  const { origin, position, end, mark } = statement;
  const always: Expression = { kind: "constant", value: true };
  if (statement.preamble.length > 0) {
    const exit: Statement = { kind: "break", origin: undefined, position: end };
    const test: Statement = {
      kind: "if",
      condition: negated(statement.condition),
      then: [exit],
      else: [],
      origin,
      position: end,
      end,
    };
    return { ...statement, preamble: [], condition: always, body: [...statement.preamble, test, ...statement.body] };
  }
  if (statement.condition.kind !== "constant" || statement.condition.value !== true) return statement;
  const last = statement.body.at(-1);
  const isTest =
    last?.kind === "if" && last.else.length === 0 && last.then.length === 1 && last.then[0]?.kind === "break";
  if (!isTest) return statement;
  const body = statement.body.slice(0, -1);
  return { kind: "do", body, condition: negated(last.condition), origin, position, end, ...(mark && { mark }) };
}

function asFill(loop: ForStatement, { isWhole, isLengthOf, restNote }: Lengths): Statement | undefined {
  const [only] = loop.body;
  if (loop.body.length !== 1 || only?.kind !== "store" || loop.step !== 1 || loop.inclusive) return undefined;
  if (only.layers !== undefined || only.index.kind !== "variable" || only.index.variable !== loop.index)
    return undefined;
  if (only.array.type === "number" || only.array.type === "boolean" || only.array.type.element === "number")
    return undefined;
  const isToEnd = isLengthOf(loop.bound, only.array);
  if (!isWhole(loop.start) || !(isToEnd || isWhole(loop.bound))) return undefined;
  const read = new Set<Variable>();
  for (const expression of [only.value]) visitReads(expression, (variable) => read.add(variable));
  if (read.has(loop.index) || read.has(only.array)) return undefined;
  const { array, value, origin } = only;
  const name: Expression = { kind: "variable", variable: array };
  const isFromStart = loop.start.kind === "constant" && loop.start.value === 0;
  const range = isToEnd ? (isFromStart ? [] : [", ", loop.start]) : [", ", loop.start, ", ", loop.bound];
  const parts = [name, ".fill(", value, ...range, ");"];
  const isRest =
    isToEnd && loop.bound.kind === "length" && !isFromStart && value.kind === "constant" && value.value === 0;
  const note = isRest ? restNote : undefined;
  return {
    kind: "raw",
    parts,
    writes: [array],
    leaves: false,
    isSetUp: isRest,
    origin,
    position: loop.position,
    ...(note === undefined ? {} : { note }),
  };
}
