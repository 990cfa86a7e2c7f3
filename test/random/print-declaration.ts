/** Declarations: scalars, local arrays, aliases, views, destructuring. */
import { sizeText, sizeValue, type Context } from "./context.ts";
import { fitted } from "./guards.ts";
import { parenthesized } from "./pieces.ts";
import { floatArrays, indexText, printCondition, printExpression, stored } from "./print-expression.ts";
import type { ExpressionTree, IndexTree, StatementTree } from "./program.ts";
import { freshName, pickFrom, type Element, type Size } from "./scope.ts";

type DeclarationTree = Extract<
  StatementTree,
  { kind: "declare" | "declareFlag" | "allocate" | "alias" | "view" | "choose" | "destructure" }
>;

export function printDeclaration(tree: DeclarationTree, context: Context): string[] {
  const { scope, features } = context;
  switch (tree.kind) {
    case "declare": {
      const value = fitted(printExpression(tree.value, context), 6, tree.squash);
      const name = freshName(scope, tree.mutable ? ["s", "t", "u", "v", "w"] : ["c", "d", "e", "f", "g"]);
      scope.numbers.push({ text: name, range: tree.mutable ? stored : value.range, mutable: tree.mutable });
      return [`${tree.mutable ? "let" : "const"} ${name} = ${value.text};`];
    }
    case "declareFlag": {
      const condition = printCondition(tree.condition, context);
      const name = freshName(scope, ["flag", "active", "inside"]);
      scope.flags.push({ text: name, mutable: true });
      return [`let ${name} = ${condition.text};`];
    }
    case "allocate":
      return printAllocate(tree, context);
    case "alias": {
      const array = pickFrom(floatArrays(context), tree.array);
      if (array === undefined) return [];
      features.add("alias");
      const name = freshName(scope, ["same", "also", "other"]);
      scope.arrays.push({ ...array, text: name, isParameter: false });
      return [`const ${name} = ${array.text};`];
    }
    case "view":
      return printView(tree.array, tree.row, tree.form, context);
    case "choose": {
      const first = pickFrom(floatArrays(context), tree.first);
      if (first === undefined) return [];
      const fitting = floatArrays(context).filter(
        ({ element, size, writable }) =>
          element === first.element && size === first.size && writable === first.writable,
      );
      const second = pickFrom(fitting, tree.second) ?? first;
      features.add("conditional array");
      const name = freshName(scope, ["chosen", "either"]);
      const condition = parenthesized(printCondition(tree.condition, context), 3);
      const writable = first.writable && tree.second % 3 === 0;
      scope.arrays.push({
        ...first,
        text: name,
        roots: [...first.roots, ...second.roots],
        writable,
        isParameter: false,
      });
      return [`const ${name} = ${condition} ? ${first.text} : ${second.text};`];
    }
    case "destructure":
      return printDestructure(tree.source, tree.values, context);
  }
}

const sizes: readonly Size[] = ["n", "n", "n", "m", "m", "nm", "2n", "three"];
const constructors = { f64: "Float64Array", f32: "Float32Array", number: "Array", i32: "Int32Array" };

function printAllocate(tree: Extract<StatementTree, { kind: "allocate" }>, context: Context): string[] {
  const { scope, features, trips } = context;
  const elements: readonly Element[] = ["f64", "f64", "f64", "f64", "f64", "number", "number", "f32", "i32"];
  const element = pickFrom(elements, tree.element) ?? "f64";
  const name = freshName(scope, element === "i32" ? ["order", "slots"] : ["buffer", "row", "work", "acc", "tmp"]);
  const own = { text: name, element, roots: [{ written: false }], writable: true };
  features.add(`allocate ${element}${trips > 1 ? " in a loop" : ""}`);
  const copied = pickFrom(
    floatArrays(context).filter((array) => array.element === element),
    tree.from,
  );
  if (tree.form % 4 === 1 && copied !== undefined) {
    scope.arrays.push({ ...own, size: copied.size });
    features.add("copy of an array");
    const { text } = copied;
    const ways = [`${text}.slice()`, element === "number" ? `[...${text}]` : `new ${constructors[element]}(${text})`];
    return [`const ${name} = ${ways[tree.from % 2]};`];
  }
  if (tree.form % 4 === 2 && element !== "i32") {
    features.add("array from a literal");
    const items = tree.values.map((value) => parenthesized(fitted(printExpression(value, context), 6, tree.from), 2));
    scope.arrays.push({ ...own, size: "three" });
    const literal = `[${items.join(", ")}]`;
    return [`const ${name} = ${element === "number" ? literal : `new ${constructors[element]}(${literal})`};`];
  }
  const size = pickFrom(sizes, tree.size) ?? "n";
  if (element === "i32") scope.arrays.push({ ...own, size, below: "n" });
  else scope.arrays.push({ ...own, size });
  const length = lengthText(size, tree.from, own, context);
  return [
    element === "number"
      ? `const ${name} = new Array<number>(${length}).fill(0);`
      : `const ${name} = new ${constructors[element]}(${length});`,
  ];
}

/** The size, or the length of an array that has it. */
export function lengthText(size: Size, pick: number, except: { readonly text: string } | undefined, context: Context) {
  const sized = context.scope.arrays.filter((array) => array.size === size && array.text !== except?.text);
  return pick % 3 === 0 && sized.length > 0 ? `${pickFrom(sized, pick)?.text}.length` : sizeText(context, size);
}

function printView(pick: number, row: IndexTree, form: number, context: Context): string[] {
  const { scope, features } = context;
  const typed = floatArrays(context).filter(({ element }) => element !== "number");
  const array = pickFrom(typed, pick);
  if (array === undefined) return [];
  features.add("view");
  const name = freshName(scope, ["view", "part", "window"]);
  const declared = (size: Size, text: string): string[] => {
    scope.arrays.push({ ...array, text: name, size, isParameter: false });
    return [`const ${name} = ${array.text}.subarray(${text});`];
  };
  const [n, m] = [sizeText(context, "n"), sizeText(context, "m")];
  const index = indexText({ ...row, form: row.form % 10 }, "n", context);
  const operand = /^\w+$/.test(index) ? index : `(${index})`;
  if (array.size === "nm") {
    features.add("row view");
    return declared(
      "m",
      form % 2 === 0 ? `${operand} * ${m}, (${operand} + 1) * ${m}` : `${operand} * ${m}, ${operand} * ${m} + ${m}`,
    );
  }
  if (array.size === "2n") {
    if (form % 3 === 2) return declared("n", `${operand}, ${operand} + ${n}`);
    return declared("n", form % 3 === 0 ? n : `0, ${n}`);
  }
  if (array.size === "n" && form % 2 === 0 && sizeValue(context, "n") >= sizeValue(context, "m")) {
    return declared("m", form % 4 === 0 ? `0, ${m}` : `${n} - ${m}`);
  }
  return declared(array.size, "0");
}

function printDestructure(source: number, values: readonly ExpressionTree[], context: Context): string[] {
  const { scope, features } = context;
  const [first, second] = values.map((value) => fitted(printExpression(value, context), 6, source));
  if (first === undefined || second === undefined) return [];
  const texts = [parenthesized(first, 2), parenthesized(second, 2)];
  const mutable = scope.numbers.filter((binding) => binding.mutable);
  const [one, two] = [pickFrom(mutable, source), pickFrom(mutable, source + 1)];
  if (source % 4 === 0 && one !== undefined && two !== undefined && one !== two) {
    features.add("destructuring assignment");
    return [`[${one.text}, ${two.text}] = [${texts.join(", ")}];`];
  }
  if (source % 4 === 1) {
    features.add("local object");
    const name = freshName(scope, ["state", "point"]);
    for (const member of ["x", "y"]) scope.numbers.push({ text: `${name}.${member}`, range: stored, mutable: true });
    return [`const ${name} = { x: ${texts[0]}, y: ${texts[1]} };`];
  }
  if (source % 4 === 2) {
    features.add("local tuple");
    const name = freshName(scope, ["pairOf", "both"]);
    for (const k of [0, 1]) scope.numbers.push({ text: `${name}[${k}]`, range: stored, mutable: true });
    return [`const ${name}: [number, number] = [${texts.join(", ")}];`];
  }
  features.add("destructuring");
  const [a, b] = [freshName(scope, ["p", "q", "r"]), freshName(scope, ["p", "q", "r"])];
  scope.numbers.push({ text: a, range: stored, mutable: false }, { text: b, range: stored, mutable: false });
  return source % 8 === 3
    ? [`const [${a}, ${b}] = [${texts.join(", ")}];`]
    : [`const { x: ${a}, y: ${b} } = { x: ${texts[0]}, y: ${texts[1]} };`];
}
