/** Trees of expressions, conditions and indices to text, with guards that keep every function inside its domain. */
import type { ArgumentTree, ConditionTree, ExpressionTree, IndexTree } from "./program.ts";
import { sizeText, type Context, type Helper, type Piece } from "./context.ts";
import { guardedBinary, guardedUnary } from "./guards.ts";
import { pickFrom, type ArrayBinding, type Size } from "./scope.ts";
import { atom, integerText, parenthesized } from "./pieces.ts";

/** What a number that is stored somewhere is taken to be between when it is read again. */
export const stored = { low: -4, high: 4 };

export function printExpression(tree: ExpressionTree, context: Context): Piece {
  const { scope, features } = context;
  switch (tree.kind) {
    case "literal": {
      const value = tree.tenths / 10;
      return { text: String(value), precedence: value < 0 ? 14 : 20, range: { low: value, high: value } };
    }
    case "variable": {
      // The module's constant is always there; what is nearer matters more.
      if (scope.numbers.length <= 1 && floatArrays(context).length > 0 && tree.pick % 8 > 0) {
        return printExpression({ kind: "load", array: tree.pick, index: { variable: 0, form: tree.pick } }, context);
      }
      const binding = pickFrom(scope.numbers.length > 1 ? scope.numbers.slice(1) : scope.numbers, tree.pick);
      return binding === undefined ? atom("0.5", 0.5, 0.5) : { ...atom(binding.text, 0, 0), range: binding.range };
    }
    case "load": {
      const array = pickFrom(floatArrays(context), tree.array);
      if (array === undefined) return printExpression({ kind: "variable", pick: tree.array }, context);
      features.add(`load ${array.element}`);
      return { ...atom(`${array.text}[${indexText(tree.index, array.size, context)}]`, 0, 0), range: stored };
    }
    case "table":
      features.add("module table");
      return { ...atom(`table[${indexText(tree.index, "three", context)}]`, -1.2, 0.8), precedence: 18 };
    case "integer": {
      const binding = pickFrom(scope.integers, tree.pick);
      if (binding === undefined) return atom("2", 2, 2);
      features.add("counter as a number");
      return { text: binding.text, precedence: /^\w+$/.test(binding.text) ? 20 : 11, range: { low: 0, high: 6 } };
    }
    case "unary":
      features.add(`function ${tree.function}`);
      return guardedUnary(tree.function, printExpression(tree.operand, context));
    case "binary":
      features.add(`function ${tree.operator}`);
      return guardedBinary(tree.operator, printExpression(tree.left, context), printExpression(tree.right, context));
    case "ternary": {
      features.add("ternary");
      const condition = printCondition(tree.condition, context);
      const [then, otherwise] = [printExpression(tree.then, context), printExpression(tree.otherwise, context)];
      return {
        text: `${parenthesized(condition, 3)} ? ${parenthesized(then, 2)} : ${parenthesized(otherwise, 2)}`,
        precedence: 2,
        range: {
          low: Math.min(then.range.low, otherwise.range.low),
          high: Math.max(then.range.high, otherwise.range.high),
        },
      };
    }
    case "apply": {
      const call = printCall(tree.helper, tree.arguments, context, ["number"]);
      const first = tree.arguments[0]?.value ?? { kind: "literal", tenths: 0 };
      if (call === undefined) return printExpression(first, context);
      features.add("helper in an expression");
      return { text: call.text, precedence: 18, range: stored };
    }
  }
}

/** A call of one of the helpers with these results; undefined where none can be called here. */
export function printCall(
  pick: number,
  trees: readonly ArgumentTree[],
  context: Context,
  results: readonly Helper["result"][],
): { readonly text: string; readonly helper: Helper } | undefined {
  const { tally, trips, helpers } = context;
  const callable = helpers.filter(
    ({ result, cost, length }) =>
      results.includes(result) && tally.cost + trips * cost < 3000 && tally.length + length < 150,
  );
  const helper = pickFrom(callable, pick);
  if (helper === undefined) return undefined;
  const texts = helper.parameters.map((parameter, k): string | undefined => {
    const tree = trees[k % trees.length];
    switch (parameter.kind) {
      case "number":
        return tree === undefined ? "0.5" : parenthesized(printExpression(tree.value, context), 2);
      case "integer":
        return integerText(context, tree?.pick ?? 0);
      case "flag":
        return pickFrom(context.scope.flags, tree?.pick ?? 0)?.text ?? "true";
      case "object":
        return context.objectText;
      case "size":
        return sizeText(context, parameter.size ?? "n");
      case "array": {
        const fitting = context.scope.arrays.filter(
          ({ element, size, writable }) =>
            element === parameter.element &&
            size === parameter.size &&
            (writable || (element !== "number" && parameter.root?.written !== true)),
        );
        const array = pickFrom(fitting, tree?.pick ?? 0);
        if (parameter.root?.written === true) array?.roots.forEach((root) => (root.written = true));
        return array?.text;
      }
    }
  });
  if (!texts.every((text) => text !== undefined)) return undefined;
  tally.cost += trips * helper.cost;
  tally.length += helper.length;
  context.features.add(`helper that returns ${helper.result}`);
  if (helper.parameters.some(({ root }) => root?.written)) context.features.add("helper that writes an argument");
  return { text: `${helper.name}(${texts.join(", ")})`, helper };
}

export function printCondition(tree: ConditionTree, context: Context): Piece {
  const { scope, features } = context;
  const boolean = (text: string, precedence: number): Piece => ({ text, precedence, range: { low: 0, high: 1 } });
  switch (tree.kind) {
    case "compare": {
      features.add(`comparison ${tree.operator}`);
      const level = tree.operator.length === 3 ? 8 : 9;
      const left = parenthesized(printExpression(tree.left, context), level);
      // A constant on both sides is an error of types where the two are not equal.
      const right =
        tree.left.kind === "literal" && tree.right.kind === "literal"
          ? sizeText(context, "n")
          : parenthesized(printExpression(tree.right, context), level + 1);
      // An equality with a constant narrows a type, and the next one may then be an error.
      const isConstant = tree.left.kind === "literal" || tree.right.kind === "literal";
      const operator = isConstant && level === 8 ? "<" : tree.operator;
      return boolean(`${left} ${operator} ${right}`, level);
    }
    case "integers": {
      features.add("comparison of integers");
      const left = pickFrom(scope.integers, tree.left)?.text;
      if (left === undefined) return someComparison(tree.right, context);
      const operand = /^\w+$/.test(left) ? left : `(${left})`;
      if (tree.operator === "%") return boolean(`${operand} % 2 === ${tree.right % 2}`, 8);
      if (tree.operator.length === 3) return boolean(`${operand} % 3 ${tree.operator} ${tree.right % 3}`, 8);
      return boolean(`${left} ${tree.operator} ${tree.right % 4}`, 9);
    }
    case "flag": {
      const flag = pickFrom(scope.flags, tree.pick);
      if (flag === undefined) return someComparison(tree.pick, context);
      features.add("boolean variable");
      return boolean(flag.text, 20);
    }
    case "not":
      features.add("!");
      return boolean(`!${parenthesized(printCondition(tree.operand, context), 14)}`, 14);
    case "both":
    case "either": {
      const [operator, level] = tree.kind === "both" ? (["&&", 4] as const) : (["||", 3] as const);
      features.add(operator);
      const left = parenthesized(printCondition(tree.left, context), level);
      return boolean(`${left} ${operator} ${parenthesized(printCondition(tree.right, context), level + 1)}`, level);
    }
  }
}

function someComparison(pick: number, context: Context): Piece {
  // The module's constant would decide it before the program runs.
  const number = pickFrom(context.scope.numbers.slice(1), pick)?.text;
  const text =
    pick % 5 === 0 || number === undefined ? `${sizeText(context, "n")} > ${pick % 4}` : `${number} > ${pick % 2}`;
  return { text, precedence: 9, range: { low: 0, high: 1 } };
}

/** An index that is in range for an array of this size. */
export function indexText(tree: IndexTree, size: Size, context: Context): string {
  const { scope, features } = context;
  const bound = sizeText(context, size);
  const modulo = /^\w+$/.test(bound) ? bound : `(${bound})`;
  const exact = scope.integers.filter(({ below }) => below === size);
  const pair = size === "nm" ? rowAndColumn(context, tree) : undefined;
  if (pair !== undefined && tree.form % 4 !== 3) return pair;
  const integer = pickFrom(exact.length > 0 && tree.form % 5 !== 4 ? exact : scope.integers, tree.variable);
  const integerArray = pickFrom(
    scope.arrays.filter(({ below }) => below !== undefined),
    tree.variable,
  );
  if (integerArray?.below !== undefined && tree.form % 6 === 5) {
    features.add("index from an integer array");
    const position = indexText({ variable: tree.variable, form: 0 }, integerArray.size, context);
    const entry = `${integerArray.text}[${position}]`;
    return integerArray.below === size ? entry : `${entry} % ${modulo}`;
  }
  if (tree.form % 20 === 19 && scope.numbers.length > 0) {
    features.add("index from data");
    return `Math.floor(Math.abs(${pickFrom(scope.numbers, tree.variable)?.text})) % ${modulo}`;
  }
  if (integer === undefined) {
    return [`0`, `${bound} - 1`, `${tree.variable % 4} % ${modulo}`][tree.form % 3] ?? "0";
  }
  const operand = /^\w+$/.test(integer.text) ? integer.text : `(${integer.text})`;
  if (integer.below === size) {
    if (tree.form % 5 < 3) return integer.text;
    features.add("index by arithmetic");
    return [`${bound} - 1 - ${operand}`, `(${operand} + 1) % ${modulo}`][tree.form % 2] ?? "0";
  }
  features.add("index by arithmetic");
  return [`${operand} % ${modulo}`, `(${operand} * 3 + 1) % ${modulo}`][tree.form % 2] ?? "0";
}

function rowAndColumn(context: Context, tree: IndexTree): string | undefined {
  const row = pickFrom(
    context.scope.integers.filter(({ below }) => below === "n"),
    tree.variable,
  );
  const column = pickFrom(
    context.scope.integers.filter(({ below }) => below === "m"),
    tree.variable,
  );
  if (row === undefined || column === undefined) return undefined;
  context.features.add("matrix index");
  const operand = (text: string) => (/^\w+$/.test(text) ? text : `(${text})`);
  return tree.form % 4 === 2
    ? `${operand(column.text)} * ${sizeText(context, "n")} + ${operand(row.text)}`
    : `${operand(row.text)} * ${sizeText(context, "m")} + ${operand(column.text)}`;
}

export function floatArrays(context: Context): readonly ArrayBinding[] {
  return context.scope.arrays.filter(({ element, below }) => element !== "i32" && below === undefined);
}
