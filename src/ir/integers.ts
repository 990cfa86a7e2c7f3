/**
 * Which numbers are whole: constants, lengths, loop indices, what integer arrays hold, and what is made of these by
 * addition, multiplication, rounding and bit operations. A number parameter that is used as an index, a length or the
 * bound of a loop is whole: the generated function sees to it (of a function that is called: every call does). What the reverse sweep loads from where it was kept is what was kept.
 *
 * Optimistic: every value starts as whole; what is not spreads along the edges "is whole only if".
 */
import type { Graph, GraphNode, LoopNode, Region, ValueId } from "./graph.ts";
import { carriedOf, indexOf, nextOf, walkNodes } from "./walk.ts";
import { bufferOf } from "./buffers.ts";

const wholeElements: ReadonlySet<string> = new Set(["i8", "u8", "u8c", "i16", "u16", "i32", "u32"]);
/** Operations that give a whole number, whatever they are given. */
export const alwaysWhole: ReadonlySet<string> = new Set([
  ...["floor", "ceil", "round", "trunc", "sign", "toNumber", "clz32", "imul"],
  ...["bitAnd", "bitOr", "bitXor", "bitNot", "shiftLeft", "shiftRight", "shiftRightUnsigned"],
]);
/** Operations that give a whole number where they are given such. */
export const wholeIfOperandsAre: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "neg",
  "abs",
  "min",
  "max",
  "rem",
  "pair",
  "stopGradient",
  "stepsToSnapshot",
]);

/** The whole numbers of the graph. */
export function integerValues(graph: Graph): ReadonlySet<ValueId> {
  const numbers = [...graph.values].filter(([, info]) => info.type === "number").map(([value]) => value);
  const broken: ValueId[] = [];
  const dependents = new Map<ValueId, ValueId[]>();
  const needs = (value: ValueId, requirement: ValueId | undefined): void => {
    if (requirement === undefined) return;
    const known = dependents.get(requirement);
    if (known === undefined) dependents.set(requirement, [value]);
    else known.push(value);
  };
  const counted = integerRoles(graph.body);
  const byUse = new Set(graph.parameters.flatMap(({ value, isWhole }) => (isWhole === true ? [value] : [])));
  const isCalled = graph.lengths !== undefined;
  for (const value of graph.body.arguments) {
    if (!byUse.has(value) && (isCalled || !counted.has(value))) broken.push(value);
  }
  const lengths = lengthsOf(graph.body);
  const fails = (value: ValueId): void => {
    if (!lengths.has(value)) broken.push(value);
  };
  const stashed = stashedValues(graph);
  walkNodes(graph.body, (node) => nodeNeeds(node, graph, stashed, needs, fails));

  const not = new Set<ValueId>();
  for (let value = broken.pop(); value !== undefined; value = broken.pop()) {
    if (not.has(value)) continue;
    not.add(value);
    broken.push(...(dependents.get(value) ?? []));
  }
  return new Set(numbers.filter((value) => !not.has(value)));
}

/** The lengths of the primal's own arrays: the front end has it checked that they are whole. */
function lengthsOf(body: Region): ReadonlySet<ValueId> {
  const lengths = new Set<ValueId>();
  walkNodes(body, (node) => {
    if (node.kind === "allocate" && node.role.kind === "local") lengths.add(node.length);
  });
  return lengths;
}

/** Values that stand where only a whole number can. */
function integerRoles(body: Region): ReadonlySet<ValueId> {
  const counted = new Set<ValueId>();
  walkNodes(body, (node) => {
    if (node.kind === "load" || node.kind === "store") counted.add(node.index);
    if (node.kind === "allocate") counted.add(node.length);
    if (node.kind === "for") counted.add(node.start).add(node.bound);
  });
  return counted;
}

/** For each version of a stash, the values that are stored into it. */
function stashedValues(graph: Graph): ReadonlyMap<ValueId, readonly ValueId[]> {
  const stashes = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "allocate" && node.role.kind === "stash") stashes.add(node.result);
  });
  if (stashes.size === 0) return new Map();
  const buffers = bufferOf(graph);
  const stored = new Map([...stashes].map((stash) => [stash, [] as ValueId[]] as const));
  walkNodes(graph.body, (node) => {
    if (node.kind === "store") stored.get(buffers.get(node.array) ?? node.array)?.push(node.value);
  });
  const versions = [...buffers].flatMap(([version, buffer]) => {
    const values = stored.get(buffer);
    return values === undefined ? [] : [[version, values] as const];
  });
  return new Map(versions);
}

function nodeNeeds(
  node: GraphNode,
  graph: Graph,
  stashed: ReadonlyMap<ValueId, readonly ValueId[]>,
  needs: (value: ValueId, requirement: ValueId | undefined) => void,
  fails: (value: ValueId) => void,
): void {
  switch (node.kind) {
    case "constant":
      if (!Number.isInteger(node.value)) fails(node.result);
      return;
    case "operation":
      if (alwaysWhole.has(node.operation)) return;
      if (!wholeIfOperandsAre.has(node.operation)) fails(node.result);
      for (const operand of node.operands) needs(node.result, operand);
      return;
    case "opaque":
      return fails(node.result);
    case "call":
      return node.results.forEach(fails);
    case "pop":
      return node.results.filter((value) => !node.whole.has(value)).forEach(fails);
    case "load": {
      const kept = stashed.get(node.array);
      if (kept !== undefined) return kept.forEach((value) => needs(node.result, value));
      const type = graph.values.get(node.array)?.type;
      if (typeof type !== "object" || !wholeElements.has(type.element)) fails(node.result);
      return;
    }
    case "if":
      node.results.forEach((result, k) => {
        needs(result, node.then.yields[k]);
        needs(result, node.else.yields[k]);
      });
      return;
    case "for":
    case "while":
      return loopNeeds(node, needs, fails);
    default:
      return;
  }
}

function loopNeeds(
  loop: LoopNode,
  needs: (value: ValueId, requirement: ValueId | undefined) => void,
  fails: (value: ValueId) => void,
): void {
  if (loop.kind === "for") {
    needs(indexOf(loop), loop.start);
    if (!Number.isInteger(loop.step)) fails(indexOf(loop));
  }
  const next = nextOf(loop);
  carriedOf(loop).forEach((value, k) => {
    const tested = loop.kind === "while" ? loop.condition.arguments[k] : undefined;
    for (const each of [value, loop.results[k], tested]) {
      if (each === undefined) continue;
      needs(each, loop.inits[k]);
      needs(each, next[k]);
    }
  });
}
