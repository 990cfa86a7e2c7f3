import { assertNever, present } from "../diagnostics/invariant.ts";
import type { CallNode, GraphNode, LoopNode, Region, ValueId } from "./graph.ts";

/** Every exhaustive switch over the kinds of nodes that does not mean something of its own stands in this file. */

/** The values that a node reads itself, in order; what its regions read is not among them. */
export function operandsOf(node: GraphNode): readonly ValueId[] {
  switch (node.kind) {
    case "constant":
    case "opaque":
    case "table":
      return [];
    case "operation":
      return node.operands;
    case "length":
      // Rows of a parameter keep their lengths, whatever is stored: no version of it is read.
      return node.at === undefined ? [node.array] : [node.at];
    case "load":
      return [node.array, node.index];
    case "store":
      return [node.array, node.index, node.value];
    case "allocate":
      return [node.length];
    case "grow":
      return [node.array, node.length];
    case "throw":
      return node.parts.filter((part): part is ValueId => typeof part !== "string");
    case "call":
      return node.operands;
    case "push":
      return node.values;
    case "pop":
      return [];
    case "for":
      return [node.start, node.bound, ...node.inits];
    case "while":
      return node.inits;
    case "if":
      return [node.condition];
    default:
      return assertNever(node);
  }
}

/** The values that a node defines in the region it stands in. */
export function resultsOf(node: GraphNode): readonly ValueId[] {
  switch (node.kind) {
    case "throw":
    case "push":
      return [];
    case "call":
    case "pop":
      return node.results;
    case "for":
    case "while":
      return node.stopped === undefined ? [...node.results, node.trips] : [...node.results, node.trips, node.stopped];
    case "if":
      return node.results;
    default:
      return [node.result];
  }
}

/** The regions of a node, in the order in which they run. */
export function regionsOf(node: GraphNode): readonly Region[] {
  switch (node.kind) {
    case "for":
      return [node.body];
    case "while":
      return [node.condition, node.body];
    case "if":
      return [node.then, node.else];
    default:
      return [];
  }
}

export function isLoop(node: GraphNode): node is LoopNode {
  return node.kind === "for" || node.kind === "while";
}

/** The node with each operand replaced, and each region by `mapRegion`; what it defines stays. */
export function mapNode(
  node: GraphNode,
  mapOperand: (value: ValueId) => ValueId,
  mapRegion: (region: Region) => Region,
): GraphNode {
  switch (node.kind) {
    case "constant":
    case "opaque":
    case "table":
      return node;
    case "operation":
      return { ...node, operands: node.operands.map(mapOperand) };
    case "length":
      return node.at === undefined ? { ...node, array: mapOperand(node.array) } : { ...node, at: mapOperand(node.at) };
    case "load":
      return { ...node, array: mapOperand(node.array), index: mapOperand(node.index) };
    case "store":
      return {
        ...node,
        array: mapOperand(node.array),
        index: mapOperand(node.index),
        value: mapOperand(node.value),
      };
    case "allocate":
      return { ...node, length: mapOperand(node.length) };
    case "grow":
      return { ...node, array: mapOperand(node.array), length: mapOperand(node.length) };
    case "throw":
      return { ...node, parts: node.parts.map((part) => (typeof part === "string" ? part : mapOperand(part))) };
    case "call":
      return { ...node, operands: node.operands.map(mapOperand) };
    case "push":
      return { ...node, values: node.values.map(mapOperand) };
    case "pop":
      return node;
    case "for":
      return {
        ...node,
        start: mapOperand(node.start),
        bound: mapOperand(node.bound),
        inits: node.inits.map(mapOperand),
        body: mapRegion(node.body),
      };
    case "while":
      return {
        ...node,
        inits: node.inits.map(mapOperand),
        condition: mapRegion(node.condition),
        body: mapRegion(node.body),
      };
    case "if":
      return {
        ...node,
        condition: mapOperand(node.condition),
        then: mapRegion(node.then),
        else: mapRegion(node.else),
      };
    default:
      return assertNever(node);
  }
}

/** The node with every value that it defines itself renamed. Operands and regions stay. */
export function renameResults(node: GraphNode, rename: (value: ValueId) => ValueId): GraphNode {
  switch (node.kind) {
    case "throw":
    case "push":
      return node;
    case "call":
    case "pop":
      return { ...node, results: node.results.map(rename) };
    case "for":
    case "while":
      return {
        ...node,
        results: node.results.map(rename),
        trips: rename(node.trips),
        stopped: node.stopped === undefined ? undefined : rename(node.stopped),
      };
    case "if":
      return { ...node, results: node.results.map(rename) };
    default:
      return { ...node, result: rename(node.result) };
  }
}

/** Calls `visit` for every node of the region and of the regions within, in program order, a node before its regions. */
export function walkNodes(region: Region, visit: (node: GraphNode, region: Region) => void): void {
  for (const node of region.nodes) {
    visit(node, region);
    for (const inner of regionsOf(node)) walkNodes(inner, visit);
  }
}

/** Calls `visit` for the region and every region within, an outer one first. */
export function walkRegions(region: Region, visit: (region: Region) => void): void {
  visit(region);
  for (const node of region.nodes) for (const inner of regionsOf(node)) walkRegions(inner, visit);
}

/** Calls `visit` for every use of a value in the region and within: operands, and yields. */
export function walkUses(region: Region, visit: (value: ValueId) => void): void {
  for (const node of region.nodes) {
    operandsOf(node).forEach(visit);
    for (const inner of regionsOf(node)) walkUses(inner, visit);
  }
  region.yields.forEach(visit);
}

/** The carried arguments of a loop's body: all but the index or iteration number. */
export function carriedOf(loop: LoopNode): readonly ValueId[] {
  return loop.body.arguments.slice(1);
}

/** The index (for) or iteration number (while) of a loop's body. */
export function indexOf(loop: LoopNode): ValueId {
  return loop.body.arguments[0]!;
}

/** What a loop's body yields for the carried: all but the flag that stops it. */
export function nextOf(loop: LoopNode): readonly ValueId[] {
  return loop.stops ? loop.body.yields.slice(1) : loop.body.yields;
}

/** The arrays that a call changes, each before and after. */
export function changedBy(call: CallNode): readonly { readonly array: ValueId; readonly next: ValueId }[] {
  const first = call.results.length - call.written.length;
  return call.written.map((position, k) => ({
    array: present(call.operands[position]),
    next: present(call.results[first + k]),
  }));
}

/** What a call gives back beside the arrays that it changes. */
export function scalarsOf(call: CallNode): readonly ValueId[] {
  return call.results.slice(0, call.results.length - call.written.length);
}
