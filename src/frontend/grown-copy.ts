/**
 * A function that gives an array as it is where it is long enough, and else a longer copy of it:
 *
 *   function grow(array: Float64Array, length: number): Float64Array {
 *     if (array.length >= length) return array;
 *     const larger = new Float64Array(Math.max(length, 2 * array.length));
 *     larger.set(array);
 *     return larger;
 *   }
 *
 * What it gives takes the place of what it was given, in the same buffer: that has room for it, or grows. Its name from before
 * the call is not used any more, for it depends on the run whether that is another array.
 */
import { ts } from "ts-morph";
import { rootLength, valueOf, versionOf } from "./arrays.ts";
import { type Binding, isValue, isWhole as isWholeView, known, type Root, scalar, wholeView } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { idOf, operate, toNumber } from "./emit.ts";
import { isWhole } from "./loop-bound.ts";
import { elementOfName } from "./lower-new.ts";
import type { FunctionNode } from "./binding.ts";

interface GrowingCopy {
  /** Which parameters are the array and the length. */
  readonly array: number;
  readonly length: number;
  /** How many times as long it becomes at least. */
  readonly factor: number;
  readonly constructorName: string;
}

/** The grown array; undefined where the call is another one. */
export function growCopy(
  context: Context,
  declaration: FunctionNode,
  values: readonly Binding[],
  node: ts.Node,
): Binding | undefined {
  const growing = growingCopy(declaration);
  if (growing === undefined) return undefined;
  const [array, given] = [values[growing.array], values[growing.length]];
  if (array?.kind !== "view" || given === undefined || !isValue(given) || !isWholeView(array)) return undefined;
  const { root } = array;
  const isOwn = root.kind === "local" && !root.readOnly && root.isShared !== true;
  if (!isOwn || root.count !== undefined || root.pool !== undefined) return undefined;
  if (root.element === "number" || elementOfName(growing.constructorName) !== root.element) return undefined;
  const least = toNumber(context, given);
  if (!isWhole(context, least)) return undefined;
  const version = versionOf(context, root, declaration);
  if (version === undefined) return undefined;
  const before = rootLength(context, root);
  const kept = branch(
    context,
    operate(context, "ge", before, least),
    () => before,
    () => operate(context, "mul", known(growing.factor), before),
  );
  const length = operate(context, "max", valueOf(context, kept), least);
  const grown = context.builder.grow(version, idOf(context, length), true);
  context.growths.set(grown, { node, name: root.name ?? "this array" });
  return wholeView(successor(context, root, scalar(grown), length));
}

/** An array that takes the place of another. */
function successor(context: Context, root: Root, version: Binding, length: Root["length"]): Root {
  const { state, reporter } = context;
  const name = root.name ?? "array";
  const memory = state.create("memory", name, version);
  state.write(root.memory, { kind: "poison", report: (at) => reporter.report("ADJ2035", at, { name }) });
  return { ...root, memory, length, hasRoom: true, source: undefined, origin: root, allocated: undefined };
}

function growingCopy(declaration: FunctionNode): GrowingCopy | undefined {
  const names = declaration.parameters.map(({ name, initializer, dotDotDotToken }) =>
    ts.isIdentifier(name) && initializer === undefined && dotDotDotToken === undefined ? name.text : undefined,
  );
  const { body } = declaration;
  if (names.length !== 2 || names.includes(undefined) || body === undefined || !ts.isBlock(body)) return undefined;
  const [test, make, copy, give, ...others] = body.statements;
  if (others.length > 0 || test === undefined || make === undefined || copy === undefined) return undefined;
  const tested = testIn(test);
  const made = makeIn(make);
  if (tested === undefined || made === undefined || give === undefined) return undefined;
  const { array, length } = tested;
  const isCopied = textOf(copy) === `${made.name}.set(${array})` && textOf(give) === `return ${made.name}`;
  const positions = [names.indexOf(array), names.indexOf(length)] as const;
  const factor = factorIn(made.size, array, length);
  if (!isCopied || positions.includes(-1) || factor === undefined) return undefined;
  return { array: positions[0], length: positions[1], factor, constructorName: made.constructorName };
}

/** `if (array.length >= length) return array;` */
function testIn(node: ts.Statement): { readonly array: string; readonly length: string } | undefined {
  const found = /^if \((\w+)\.length >= (\w+)\) return \1$/.exec(textOf(node).replace(/\{ (.*?);? \}$/, "$1"));
  return found === null ? undefined : { array: found[1] ?? "", length: found[2] ?? "" };
}

/** `const larger = new Float64Array(size);` */
function makeIn(
  node: ts.Statement,
): { readonly name: string; readonly constructorName: string; readonly size: ts.Expression } | undefined {
  const declaration = ts.isVariableStatement(node) ? node.declarationList.declarations[0] : undefined;
  const made = declaration?.initializer;
  if (declaration === undefined || made === undefined || !ts.isNewExpression(made)) return undefined;
  const [size, ...others] = made.arguments ?? [];
  if (size === undefined || others.length > 0 || !ts.isIdentifier(declaration.name)) return undefined;
  return { name: declaration.name.text, constructorName: made.expression.getText(), size };
}

/** `Math.max(length, 2 * array.length)`: 2 */
function factorIn(node: ts.Expression, array: string, length: string): number | undefined {
  const found = new RegExp(
    `^Math\\.max\\((?:${length}, (\\d+) \\* ${array}\\.length|(\\d+) \\* ${array}\\.length, ${length})\\)$`,
  ).exec(textOf(node));
  const factor = Number(found?.[1] ?? found?.[2] ?? 0);
  return factor >= 1 ? factor : undefined;
}

function textOf(node: ts.Node): string {
  return node.getText().replace(/\s+/g, " ").replace(/;$/, "");
}
