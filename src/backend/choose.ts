/** Conditionals as expressions: `c ? a : b`, and `&&`, `||`, `!` where a side is a boolean constant. */
import type { Expression } from "./code.ts";
import { partsOf } from "./code.ts";

export function chosen(condition: Expression, then: Expression, otherwise: Expression): Expression {
  if (condition.kind === "constant") return condition.value ? then : otherwise;
  if (condition.kind === "operation" && condition.operation === "not") {
    const [inner] = condition.operands;
    if (inner !== undefined) return chosen(inner, otherwise, then);
  }
  if (isConstant(then, true)) return isConstant(otherwise, false) ? condition : operation("or", condition, otherwise);
  if (isConstant(otherwise, false)) return operation("and", condition, then);
  if (isConstant(then, false)) {
    return isConstant(otherwise, true) ? negated(condition) : operation("and", negated(condition), otherwise);
  }
  if (isConstant(otherwise, true)) return operation("or", negated(condition), then);
  return { kind: "conditional", condition, then, else: otherwise };
}

/** The opposite. Comparisons other than equality keep their `!`: NaN is on neither side. */
export function negated(condition: Expression): Expression {
  if (condition.kind === "constant") return { kind: "constant", value: !condition.value };
  if (condition.kind === "operation") {
    const opposite = { eq: "ne", ne: "eq", eqBoolean: "neBoolean", neBoolean: "eqBoolean" }[condition.operation];
    if (opposite !== undefined) return { ...condition, operation: opposite };
    if (condition.operation === "not" && condition.operands[0] !== undefined) return condition.operands[0];
  }
  return operation("not", condition);
}

/** How many conditionals stand inside each other. */
export function ternaryDepth(expression: Expression): number {
  const inner = Math.max(0, ...partsOf(expression).map(ternaryDepth));
  return expression.kind === "conditional" ? inner + 1 : inner;
}

function operation(name: string, ...operands: readonly Expression[]): Expression {
  return { kind: "operation", operation: name, operands };
}

function isConstant(expression: Expression, value: boolean): boolean {
  return expression.kind === "constant" && expression.value === value;
}
