/**
 * Decides what is asked of counts of arrays (growth.ts), where it follows from how they start and go on: one that starts at 2
 * and only rises is above 1, so there is an entry 1, and `pop` finds one.
 */
import { present } from "../diagnostics/invariant.ts";
import { GraphBuilder } from "../ir/builder.ts";
import type { Graph, OperationNode, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, mapNode, nextOf } from "../ir/walk.ts";
import { type Definition, definitionsOf } from "./bounds.ts";
import { renameOutputs } from "./finish.ts";

export function foldCounts(graph: Graph): Graph {
  const build = new GraphBuilder(graph.values);
  const least = leastOf(definitionsOf(graph));
  const replaced = new Map<ValueId, ValueId>();
  const resolved = (id: ValueId): ValueId => replaced.get(id) ?? id;
  const visitRegion = (region: Region): Region =>
    build.region(region.arguments, () => {
      for (const node of region.nodes) {
        const folded = node.kind === "operation" ? fold(node, least) : undefined;
        if (folded === undefined) build.push(mapNode(node, resolved, visitRegion));
        else if (typeof folded !== "object") {
          const { result } = node as OperationNode;
          build.push({ kind: "constant", value: folded, result, span: node.span });
        } else replaced.set((node as OperationNode).result, resolved(folded.same));
      }
      return region.yields.map(resolved);
    });
  const body = visitRegion(graph.body);
  return renameOutputs({ ...graph, body }, resolved);
}

interface Linear {
  readonly base: ValueId;
  readonly offset: number;
}

interface Least {
  readonly linearOf: (id: ValueId) => Linear;
  readonly constantOf: (id: ValueId) => number | undefined;
  /** What the number is at least. */
  readonly of: (id: ValueId) => number;
}

/** What a comparison with a constant gives, or which operand is the greater one. */
function fold(node: OperationNode, least: Least): boolean | { readonly same: ValueId } | undefined {
  const [x, y] = node.operands;
  if (x === undefined || y === undefined) return undefined;
  const [a, b] = [least.constantOf(x), least.constantOf(y)];
  if (a === undefined && b === undefined)
    return foldRelative(node.operation, least.linearOf(x), least.linearOf(y), least);
  if (a !== undefined && b !== undefined) return undefined;
  const constant = a ?? b ?? 0;
  const other = a === undefined ? x : y;
  const bound = least.of(other);
  const isAbove = bound > constant;
  switch (node.operation) {
    case "lt":
      return a === undefined ? (bound >= constant ? false : undefined) : isAbove || undefined;
    case "gt":
      return a === undefined ? isAbove || undefined : bound >= constant ? false : undefined;
    case "le":
      return a === undefined ? (isAbove ? false : undefined) : bound >= constant || undefined;
    case "ge":
      return a === undefined ? bound >= constant || undefined : isAbove ? false : undefined;
    case "eq":
      return isAbove ? false : undefined;
    case "ne":
      return isAbove || undefined;
    case "max":
      return bound >= constant && node.operands.length === 2 ? { same: other } : undefined;
    default:
      return undefined;
  }
}

/** `k - 1 < k`. */
function foldRelative(operation: string, x: Linear, y: Linear, least: Least): boolean | undefined {
  // What is bounded is no NaN.
  if (x.base !== y.base || least.of(x.base) === -Infinity) return undefined;
  const by = x.offset - y.offset;
  switch (operation) {
    case "lt":
      return by < 0;
    case "le":
      return by <= 0;
    case "gt":
      return by > 0;
    case "ge":
      return by >= 0;
    default:
      return undefined;
  }
}

const deepest = 24;

function leastOf(definitions: ReadonlyMap<ValueId, Definition>): Least {
  const known = new Map<ValueId, number>();
  const of = (id: ValueId, assumed: ReadonlyMap<ValueId, number>, depth: number): number => {
    const before = assumed.get(id) ?? (assumed.size === 0 ? known.get(id) : undefined);
    if (before !== undefined) return before;
    const definition = definitions.get(id);
    const found = definition === undefined || depth > deepest ? -Infinity : bound(definition, assumed, depth + 1);
    if (assumed.size === 0) known.set(id, found);
    return found;
  };
  const bound = (definition: Definition, assumed: ReadonlyMap<ValueId, number>, depth: number): number => {
    const inner = (id: ValueId): number => of(id, assumed, depth);
    switch (definition.kind) {
      case "index": {
        const { loop } = definition;
        if (loop.kind === "while") return 0;
        return loop.step > 0 ? inner(loop.start) : inner(loop.bound);
      }
      case "trips":
        return 0;
      case "branch":
        return Math.min(...definition.sides.map(inner));
      case "carried": {
        const { loop, position } = definition;
        const first = inner(present(loop.inits[position]));
        const argument = present(carriedOf(loop)[position]);
        const next = present(nextOf(loop)[position]);
        // By induction: if it is not below that before a round, nor is it after it.
        for (const start of first > 0 ? [first, 0] : [first]) {
          if (start === -Infinity) return start;
          if (of(next, new Map([...assumed, [argument, start]]), depth) >= start) return start;
        }
        return -Infinity;
      }
      default: {
        const { node } = definition;
        if (node.kind === "constant") return typeof node.value === "number" ? node.value : -Infinity;
        if (node.kind === "length") return 0;
        return node.kind === "operation" ? ofOperation(node, inner) : -Infinity;
      }
    }
  };
  const constantOf = (id: ValueId): number | undefined => {
    const definition = definitions.get(id);
    const node = definition?.kind === "node" ? definition.node : undefined;
    return node?.kind === "constant" && typeof node.value === "number" ? node.value : undefined;
  };
  const linearOf = (id: ValueId): Linear => {
    const definition = definitions.get(id);
    const node = definition?.kind === "node" ? definition.node : undefined;
    if (node?.kind !== "operation" || (node.operation !== "add" && node.operation !== "sub")) {
      return { base: id, offset: 0 };
    }
    const [x, y] = node.operands;
    if (x === undefined || y === undefined) return { base: id, offset: 0 };
    const [a, b] = [constantOf(x), constantOf(y)];
    const [rest, by] = node.operation === "add" && a !== undefined ? [y, a] : [x, b];
    if (by === undefined) return { base: id, offset: 0 };
    const { base, offset } = linearOf(rest);
    return { base, offset: offset + (node.operation === "sub" ? -by : by) };
  };
  return { of: (id) => of(id, new Map(), 0), constantOf, linearOf };
}

/** Of what may be NaN, nothing is known: nor of the greater of it and another. */
function ofOperation(node: OperationNode, inner: (id: ValueId) => number): number {
  const operands = node.operands.map(inner);
  switch (node.operation) {
    case "add":
      return operands.reduce((x, y) => x + y);
    case "mul":
      return operands.every((x) => x >= 0) ? operands.reduce((x, y) => x * y) : -Infinity;
    case "max":
      return operands.includes(-Infinity) ? -Infinity : Math.max(...operands);
    case "min":
      return Math.min(...operands);
    case "toNumber":
      return 0;
    default:
      return -Infinity;
  }
}
