/**
 * Computes once what is computed twice: of two pure nodes that say the same, the later reads the earlier's result,
 * where the earlier stands before it in the same region or around it. Loads say the same when they read one version.
 * Branches and loops that store nothing count as nodes: they say the same when their regions do.
 *
 * Method: value numbering in program order, with a table for each open region.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { isLoop, mapNode, operandsOf, regionsOf, resultsOf } from "../../src/ir/walk.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { isPure } from "../analyze/purity.ts";
import { keepName, mapRoots, resolver } from "./substitute.ts";

/** Regions with more nodes than this are not compared. */
const largestRegion = 40;

export function commonSubexpressions(graph: Graph): Graph {
  const buffers = bufferOf(graph);
  const values = new Map(graph.values);
  const replaced = new Map<ValueId, ValueId>();
  const resolve = resolver(replaced);
  const scopes: Map<string, GraphNode>[] = [];
  /** Nodes of a derivative that the value's own statements read too. */
  const shared = new Set<GraphNode>();

  const visitRegion = (region: Region): Region => {
    scopes.push(new Map());
    const nodes = region.nodes.flatMap(visitNode);
    scopes.pop();
    return { arguments: region.arguments, nodes, yields: region.yields.map(resolve) };
  };
  const visitNode = (original: GraphNode): readonly GraphNode[] => {
    // A call that is to be run again computes by itself what it reads.
    const around = isLoop(original) && original.checkpoint?.isCall === true ? scopes.splice(0) : [];
    const node = mapNode(original, resolve, visitRegion);
    scopes.push(...around);
    const key = keyOf(node, buffers);
    if (key === undefined) return [node];
    const known = find(key);
    if (known === undefined) {
      scopes.at(-1)?.set(key, node);
      return [node];
    }
    const kept = resultsOf(known);
    resultsOf(node).forEach((result, k) => {
      const value = present(kept[k]);
      replaced.set(result, value);
      if (node.kind !== "constant") keepName(values, result, value);
    });
    if (known.origin !== undefined && node.origin === undefined) shared.add(known);
    return [];
  };
  const find = (key: string): GraphNode | undefined => {
    for (let depth = scopes.length - 1; depth >= 0; depth--) {
      const known = scopes[depth]?.get(key);
      if (known !== undefined) return known;
    }
    return undefined;
  };

  const body = visitRegion(graph.body);
  if (replaced.size === 0) return graph;
  return mapRoots({ ...graph, body: shared.size === 0 ? body : withoutOrigins(body, shared), values }, resolve);
}

/** The same text for nodes that say the same; undefined for nodes that may not be merged. */
function keyOf(node: GraphNode, buffers: ReadonlyMap<ValueId, ValueId>): string | undefined {
  switch (node.kind) {
    case "constant":
    case "operation":
    case "length":
    case "load":
    case "table":
      return keyWithin(node, buffers, new Map());
    case "if":
    case "for":
    case "while": {
      if (!isPure(node) || sizeOf(node) > largestRegion) return undefined;
      return keyWithin(node, buffers, new Map());
    }
    default:
      return undefined;
  }
}

const commutative: ReadonlySet<string> = new Set(["add", "mul", "eq", "ne", "and", "or", "eqBoolean", "neBoolean"]);

/**
 * A text that nodes which say the same have in common; undefined for what is done anew each time. `local` numbers the
 * values that the regions at hand define themselves.
 */
export function keyWithin(
  node: GraphNode,
  buffers: ReadonlyMap<ValueId, ValueId>,
  local: Map<ValueId, number>,
): string | undefined {
  const name = (value: ValueId): string => {
    const number = local.get(value);
    return number === undefined ? String(value) : `#${number}`;
  };
  const names = operandsOf(node).map(name);
  switch (node.kind) {
    case "constant":
      return `constant ${Object.is(node.value, -0) ? "-0" : String(node.value)}`;
    case "operation":
      if (commutative.has(node.operation)) names.sort();
      return `${node.operation} ${names.join()}${node.pullback === undefined ? "" : JSON.stringify(node.pullback)}`;
    case "length":
      return `length ${buffers.get(node.array) ?? node.array}${node.at === undefined ? "" : ` at ${name(node.at)}`}`;
    case "load":
      return `load ${names.join()}`;
    case "table":
      return `table ${node.element} ${node.values.join()}`;
    case "throw": {
      const parts = node.parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : name(part)));
      return `throw ${node.errorClass} ${parts.join()}`;
    }
    case "if":
    case "for":
    case "while": {
      const head = node.kind === "for" ? `${node.step}${node.inclusive ? "=" : ""}` : "";
      const stops = isLoop(node) && node.stops ? "!" : "";
      const regions: string[] = [];
      for (const region of regionsOf(node)) {
        const lines: string[] = [];
        region.arguments.forEach((value) => local.set(value, local.size));
        for (const inner of region.nodes) {
          const line = keyWithin(inner, buffers, local);
          if (line === undefined) return undefined;
          lines.push(line);
          resultsOf(inner).forEach((value) => local.set(value, local.size));
        }
        regions.push(`{${lines.join(";")}:${region.yields.map(name).join()}}`);
      }
      return `${node.kind}${head}${stops} ${names.join()}${regions.join("")}`;
    }
    default:
      return undefined;
  }
}

function sizeOf(node: GraphNode): number {
  let size = 1;
  for (const region of regionsOf(node)) {
    for (const inner of region.nodes) {
      size += sizeOf(inner);
      if (size > largestRegion) return size;
    }
  }
  return size;
}

function withoutOrigins(region: Region, nodes: ReadonlySet<GraphNode>): Region {
  return {
    ...region,
    nodes: region.nodes.map((node) => {
      const plain = nodes.has(node) ? { ...node, origin: undefined } : node;
      return mapNode(
        plain,
        (value) => value,
        (inner) => withoutOrigins(inner, nodes),
      );
    }),
  };
}
