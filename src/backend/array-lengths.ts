/** Whether a number is the length of an array: as the frame has checked, or made it. */
import type { ValueId } from "../ir/graph.ts";
import { assignedBy, blocksOf, type Expression, type Statement, type Variable } from "./code.ts";

export interface KnownLengths {
  /** Arrays that have the length of another. */
  readonly sameLength: ReadonlyMap<ValueId, ValueId>;
  /** Arrays that have this length, no more and no less. */
  readonly exactLength: ReadonlyMap<ValueId, ValueId>;
}

/** `statements` still have a variable for each value. */
export function arrayLengths(
  { sameLength, exactLength }: KnownLengths,
  statements: readonly Statement[],
  variableOf: (value: ValueId) => Variable,
): (bound: Expression, array: Variable) => boolean {
  const others = new Map([...sameLength].map(([array, other]) => [variableOf(array), variableOf(other)] as const));
  const exact = new Map([...exactLength].map(([array, length]) => [variableOf(array), variableOf(length)] as const));
  const definitions = new Map<Variable, Expression | undefined>();
  const visit = (statement: Statement): void => {
    for (const variable of assignedBy(statement)) {
      const isOnce = statement.kind === "assign" && !definitions.has(variable);
      definitions.set(variable, isOnce ? statement.value : undefined);
    }
    for (const block of blocksOf(statement)) block.forEach(visit);
  };
  if (exact.size > 0) statements.forEach(visit);

  /** What is written out of what is assigned once, down to lengths and constants. */
  const areEqual = (one: Expression, other: Expression): boolean => {
    const [left, right] = [written(one), written(other)];
    if (left.kind === "constant" && right.kind === "constant") return left.value === right.value;
    if (left.kind === "variable" && right.kind === "variable") return left.variable === right.variable;
    if (left.kind === "length" && right.kind === "length") {
      return left.array === right.array && left.at === undefined && right.at === undefined;
    }
    if (left.kind !== "operation" || right.kind !== "operation" || left.operation !== right.operation) return false;
    return left.operands.every((operand, k) => {
      const another = right.operands[k];
      return another !== undefined && areEqual(operand, another);
    });
  };
  const written = (expression: Expression): Expression => {
    if (expression.kind !== "variable") return expression;
    const definition = definitions.get(expression.variable);
    const isWritten =
      definition !== undefined && ["operation", "length", "constant", "variable"].includes(definition.kind);
    return isWritten ? written(definition) : expression;
  };
  return (bound, array) => {
    if (bound.kind === "length" && bound.at === undefined) {
      if (bound.array === array || bound.array === others.get(array)) return true;
    }
    const length = exact.get(array);
    return length !== undefined && areEqual(bound, { kind: "variable", variable: length });
  };
}
