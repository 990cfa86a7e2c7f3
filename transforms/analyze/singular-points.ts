/**
 * Roots whose argument may be 0, where the value is finite and the derivative is not: `Math.sqrt(x)` and `x ** 0.5` of a
 * parameter itself, and of a sum of squares of parameters, or of differences of them, to which nothing is added:
 * `Math.sqrt(dx * dx + dy * dy)`. A logarithm, a quotient or a negative power shows by its value that it is singular, so it is
 * found only where the defaults of the parameters make it so.
 *
 * What any condition of the function looks at is left alone: it may be guarded, and branches keep the derivative away.
 */
import type { Graph, OperationNode, ValueId } from "../../src/ir/graph.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import { rowOf } from "../../src/operations/table.ts";
import type { Activity } from "./activity.ts";
import type { ValueSlices } from "./value-slices.ts";

export interface SingularPoint {
  readonly value: ValueId;
  readonly kind: "root" | "norm" | "default";
}

/** `defaults`: the parameters that have a number as default. */
export function singularPoints(
  graph: Graph,
  { isVaried, isActive }: Activity,
  slices: ValueSlices,
  defaults: ReadonlyMap<ValueId, number>,
): readonly SingularPoint[] {
  const found: SingularPoint[] = [];
  const tested = new Set([...testedValues(graph, slices)].map(slices.key));
  const isTested = (...values: readonly ValueId[]): boolean => values.some((value) => tested.has(slices.key(value)));
  const scalars = new Set(graph.parameters.filter(({ type }) => type === "number").map(({ value }) => value));
  const constantOf = (value: ValueId | undefined): number | undefined => {
    const node = value === undefined ? undefined : slices.definition(value);
    return node?.kind === "constant" ? Number(node.value) : undefined;
  };
  const isAtRest = (value: ValueId): boolean => valueAtDefaults(value, slices, defaults, 24) === 0;

  /** The varied terms whose squares are added up, or undefined where something else is added. */
  const squared = (value: ValueId, open: ReadonlySet<ValueId>): readonly ValueId[] | undefined => {
    if (open.has(value) || constantOf(value) === 0) return [];
    const around = new Set([...open, value]);
    const ways = slices.choices(value);
    if (ways.length > 0) return all(ways.map((way) => squared(way, around)));
    const node = slices.definition(value);
    if (node?.kind !== "operation") return undefined;
    const [x, y] = node.operands;
    if (x === undefined || y === undefined) return undefined;
    if (node.operation === "add") return all([squared(x, around), squared(y, around)]);
    const isSquare = node.operation === "mul" && slices.key(x) === slices.key(y);
    if (isSquare || (node.operation === "pow" && constantOf(y) === 2)) return isFree(x) ? [x] : undefined;
    if (node.operation === "mul" && !isVaried(x)) return squared(y, around);
    if ((node.operation === "mul" || node.operation === "div") && !isVaried(y)) return squared(x, around);
    return undefined;
  };
  /** A parameter, an entry of an array that varies, or a difference of two: it can be 0. */
  const isFree = (value: ValueId): boolean => {
    if (!isVaried(value)) return false;
    const node = slices.definition(value);
    if (node === undefined) return scalars.has(value);
    if (node.kind === "load") return true;
    if (node.kind !== "operation") return false;
    if (node.operation === "neg") return node.operands.every(isFree);
    return node.operation === "sub" && node.operands.every(isFree);
  };

  walkNodes(graph.body, (node) => {
    if (node.kind !== "operation" || !isActive(node.result)) return;
    const at = singularArgument(node, constantOf);
    if (at === undefined || !isVaried(at.argument)) return;
    const { argument } = at;
    const { result } = node;
    if (isTested(argument, result)) return;
    if (isAtRest(argument)) found.push({ value: result, kind: "default" });
    else if (at.isRoot && scalars.has(argument)) found.push({ value: result, kind: "root" });
    else if (at.isRoot) {
      const terms = squared(argument, new Set());
      if (terms !== undefined && terms.length > 0 && !isTested(...terms)) found.push({ value: result, kind: "norm" });
    }
  });
  return found;
}

function all(lists: readonly (readonly ValueId[] | undefined)[]): readonly ValueId[] | undefined {
  const known = lists.flatMap((list) => (list === undefined ? [] : [list]));
  return known.length < lists.length ? undefined : known.flat();
}

/** The operand at whose 0 the operation has no finite derivative; `isRoot`: its value is finite there. */
function singularArgument(
  { operation, operands }: OperationNode,
  constantOf: (value: ValueId | undefined) => number | undefined,
): { readonly argument: ValueId; readonly isRoot: boolean } | undefined {
  const [x, y] = operands;
  if (x === undefined) return undefined;
  if (operation === "sqrt" || operation === "cbrt") return { argument: x, isRoot: true };
  if (operation === "log" || operation === "log2" || operation === "log10") return { argument: x, isRoot: false };
  if (operation === "div") return y === undefined ? undefined : { argument: y, isRoot: false };
  const exponent = operation === "pow" ? constantOf(y) : undefined;
  if (exponent === undefined || exponent === 0 || exponent >= 1) return undefined;
  return { argument: x, isRoot: exponent > 0 };
}

/** All that conditions, and what throws, depend on. */
function testedValues(graph: Graph, slices: ValueSlices): ReadonlySet<ValueId> {
  const conditions: ValueId[] = [];
  walkNodes(graph.body, (node) => {
    if (node.kind === "if") conditions.push(node.condition);
    if (node.kind === "while") conditions.push(...node.condition.yields);
  });
  return slices.slice(conditions);
}

/** The number that a value is where the parameters are at their defaults; undefined where it depends on more. */
function valueAtDefaults(
  value: ValueId,
  slices: ValueSlices,
  defaults: ReadonlyMap<ValueId, number>,
  depth: number,
): number | undefined {
  const given = defaults.get(value);
  if (given !== undefined || depth === 0) return given;
  const node = slices.definition(value);
  if (node?.kind === "constant") return Number(node.value);
  if (node?.kind !== "operation") return undefined;
  const operands: number[] = [];
  for (const operand of node.operands) {
    const known = valueAtDefaults(operand, slices, defaults, depth - 1);
    if (known === undefined) return undefined;
    operands.push(known);
  }
  return Number(rowOf(node.operation).evaluate(...operands));
}
