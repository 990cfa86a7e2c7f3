/**
 * Roundings on the way from a parameter to the output: `Math.round(x)`, `x | 0`, a store to an integer array. What goes on
 * through them has derivative 0. Not among them is what rounds to take a fraction, `x - Math.floor(x)`, or an angle's turns,
 * `a - p * Math.floor(a / p)`: there the derivative goes by the other way, and 0 is right for this one; nor what is only an
 * index or a decision.
 */
import type { Graph, GraphNode, ValueId } from "../../src/ir/graph.ts";
import { operandsOf, regionsOf, walkNodes } from "../../src/ir/walk.ts";
import { type Activity, holdsFloats } from "./activity.ts";
import type { ValueSlices } from "./value-slices.ts";

const rounding: ReadonlySet<string> = new Set([
  ...["floor", "ceil", "round", "trunc", "clz32", "imul"],
  ...["bitAnd", "bitOr", "bitXor", "bitNot", "shiftLeft", "shiftRight", "shiftRightUnsigned"],
]);

/** Operations that a rounded number stays one through, where the other operand does not vary. */
const keeping: ReadonlySet<string> = new Set(["mul", "div", "neg", "add", "sub", "min", "max"]);

export function hiddenIntegers(graph: Graph, activity: Activity, slices: ValueSlices): readonly ValueId[] {
  const { isVaried, isUseful } = activity;
  const found: ValueId[] = [];
  const users = usersOf(graph);
  const variedKeys = (value: ValueId): ReadonlySet<string> =>
    new Set([...slices.slice([value])].filter(isVaried).map(slices.key));

  /** Whether every way on from a rounded value is a difference with what it was rounded from. */
  const isFraction = (rounded: ValueId, from: ReadonlySet<string>, seen: Set<ValueId>): boolean => {
    if (seen.has(rounded)) return true;
    seen.add(rounded);
    const { nodes, results } = users.get(rounded) ?? { nodes: [], results: [] };
    if (!results.every((result) => !isUseful(result) || isFraction(result, from, seen))) return false;
    const onward = nodes.filter((node) => "result" in node && isUseful(node.result) && !isIndexOf(node, rounded));
    if (onward.length === 0 && results.length === 0) return false;
    return onward.every((node) => {
      if (node.kind !== "operation") return false;
      const others = node.operands.filter((operand) => operand !== rounded);
      const isDifference = node.operation === "sub" && others.some((other) => meets(variedKeys(other), from));
      if (isDifference) return true;
      return keeping.has(node.operation) && !others.some(isVaried) && isFraction(node.result, from, seen);
    });
  };

  walkNodes(graph.body, (node) => {
    if (node.kind === "store") {
      if (!holdsFloats(graph, node.result) && isVaried(node.value) && isUseful(node.result)) found.push(node.result);
      return;
    }
    if (node.kind !== "operation" || !rounding.has(node.operation) || !isUseful(node.result)) return;
    const from = node.operands.filter(isVaried);
    if (from.length === 0) return;
    const keys = new Set(from.flatMap((operand) => [...variedKeys(operand)]));
    if (!isFraction(node.result, keys, new Set())) found.push(node.result);
  });
  return found;
}

function isIndexOf(node: GraphNode, value: ValueId): boolean {
  return node.kind === "load" || (node.kind === "store" && node.value !== value);
}

function meets(x: ReadonlySet<string>, y: ReadonlySet<string>): boolean {
  return [...x].some((each) => y.has(each));
}

interface Users {
  readonly nodes: GraphNode[];
  /** Of branches that may give the value. */
  readonly results: ValueId[];
}

function usersOf(graph: Graph): ReadonlyMap<ValueId, Users> {
  const users = new Map<ValueId, Users>();
  const of = (value: ValueId): Users => {
    const known = users.get(value) ?? { nodes: [], results: [] };
    users.set(value, known);
    return known;
  };
  walkNodes(graph.body, (node) => {
    for (const operand of operandsOf(node)) of(operand).nodes.push(node);
    if (node.kind !== "if") return;
    for (const region of regionsOf(node)) {
      region.yields.forEach((value, k) => of(value).results.push(node.results[k]!));
    }
  });
  return users;
}
