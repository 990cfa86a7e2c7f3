/** About how many characters an expression takes, before its variables have names. */
import { assertNever } from "../diagnostics/invariant.ts";
import { rowOf } from "../operations/table.ts";
import type { Expression, Layers, Variable } from "./code.ts";

export function widthOf(expression: Expression): number {
  switch (expression.kind) {
    case "constant":
      return String(expression.value).length;
    case "variable":
      return nameWidth(expression.variable);
    case "element":
      return nameWidth(expression.array) + 2 + widthOf(expression.index) + membersWidth(expression.layers);
    case "length": {
      const { array, at, layers } = expression;
      return nameWidth(array) + ".length".length + (at === undefined ? 0 : 2 + widthOf(at) + membersWidth(layers));
    }
    case "conditional":
      return 6 + sum([expression.condition, expression.then, expression.else]);
    case "operation": {
      const { notation } = rowOf(expression.operation);
      const operands = sum(expression.operands);
      if (notation.kind === "infix") return operands + notation.text.length + 2;
      if (notation.kind === "prefix") return operands + notation.text.length;
      return operands + notation.text.length + 2 * expression.operands.length;
    }
    case "raw":
      return expression.parts.reduce(
        (width, part) => width + (typeof part === "string" ? part.length : widthOf(part)),
        0,
      );
    default:
      return assertNever(expression);
  }
}

function membersWidth(layers: Layers = []): number {
  return layers.flat().reduce<number>((width, key) => width + 1 + String(key).length, 0);
}

function sum(expressions: readonly Expression[]): number {
  return expressions.reduce((width, expression) => width + widthOf(expression), 0);
}

function nameWidth(variable: Variable): number {
  return (variable.fixedName ?? variable.hint ?? "xi").length;
}
