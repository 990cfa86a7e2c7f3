/**
 * Which numbers are whole: constants, lengths, loop indices, what integer arrays hold, and what is made of these by
 * addition, multiplication, rounding and bit operations. A number parameter that is itself an index, a length or the
 * bound of a loop is whole by contract.
 *
 * Optimistic: every value starts as whole; what is not spreads along the edges "is whole only if".
 */
import type { Graph, GraphNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, indexOf, nextOf, walkNodes } from "../../src/ir/walk.ts";

const wholeElements: ReadonlySet<string> = new Set(["i8", "u8", "u8c", "i16", "u16", "i32", "u32"]);
const alwaysWhole: ReadonlySet<string> = new Set([
  ...["floor", "ceil", "round", "trunc", "sign", "toNumber", "clz32", "imul"],
  ...["bitAnd", "bitOr", "bitXor", "bitNot", "shiftLeft", "shiftRight", "shiftRightUnsigned"],
]);
const wholeIfOperandsAre: ReadonlySet<string> = new Set(["add", "sub", "mul", "neg", "abs", "min", "max", "rem"]);

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
  for (const value of graph.body.arguments) if (!counted.has(value)) broken.push(value);
  const lengths = lengthsOf(graph.body);
  const fails = (value: ValueId): void => {
    if (!lengths.has(value)) broken.push(value);
  };
  walkNodes(graph.body, (node) => nodeNeeds(node, graph, needs, fails));

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

function nodeNeeds(
  node: GraphNode,
  graph: Graph,
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
    case "load": {
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
