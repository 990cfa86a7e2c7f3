import { present } from "../../src/diagnostics/invariant.ts";
import type { CallNode, Graph, GraphNode, IfNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, changedBy, isLoop, nextOf, regionsOf, scalarsOf, walkNodes, walkUses } from "../../src/ir/walk.ts";
import { lazily } from "../../src/ir/lazily.ts";
import type { Activity } from "./activity.ts";
import { indexAlgebra, type Access, type IndexAlgebra } from "./affine.ts";
import { arrayGroups, type ArrayGroups } from "./array-groups.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { coveredInIteration, isWithinRange, readersOf } from "./coverage.ts";
import { earlyAdjoints, type EarlyAdjoint } from "./early-adjoints.ts";
import { isSumOf } from "./loop-sums.ts";
import { equalPolynomials, zeroPolynomial } from "./polynomial.ts";
import { isWithin, programOrder, type ProgramOrder } from "./program-order.ts";
import { pullbacksOf } from "./pullback.ts";

/**
 * The regions whose reverse code follows their forward code in the same place, so that nothing of them need be kept.
 *
 * The body of the function is one. So is the body of a loop (or the two sides of a branch) within a joint region, where
 * the adjoint of what it gives is known before it runs, as that of a sum is, and its iterations depend on each other
 * through sums alone: every array that it stores to is either private to an iteration (stored before it is read) or
 * shared out among the iterations, and nothing after it changes an array that it reads.
 */
export interface JointRegions {
  readonly isJoint: (region: Region) => boolean;
  /** Whether each iteration of a joint loop stores the carried array in this slot before it reads it, so that no adjoint leaves it. */
  readonly isPrivate: (loop: LoopNode, slot: number) => boolean;
  /** Whether the call runs its function and the reverse of it at once: the adjoints of what it gives are known before. */
  readonly isJointCall: (call: CallNode) => boolean;
  /** The adjoint of a result of a joint loop, branch or call, as something that can be built before it. */
  readonly earlyAdjoint: (result: ValueId) => EarlyAdjoint | undefined;
  /**
   * Whether the reverse of the loop runs its body again (`@checkpoint`): the reverse of a round follows that round. What
   * is fused needs no snapshots.
   */
  readonly isRerun: (loop: LoopNode) => boolean;
  /** Whether each round of a loop stores all of the carried array in this slot before it reads any. */
  readonly isSpare: (loop: LoopNode, slot: number) => boolean;
}

/** `isSplit`: whether the forward and the reverse code of a function that is called stand in two functions, wherever it is called. */
export function jointRegions(
  graph: Graph,
  activity: Activity,
  dependents: readonly ValueId[],
  isSplit: (callee: string) => boolean,
): JointRegions {
  const order = programOrder(graph);
  const groups = arrayGroups(graph);
  const early = earlyAdjoints(graph, order, activity, pullbacksOf(graph), dependents);
  const facts: Facts = {
    graph,
    activity,
    dependents: new Set(dependents),
    isSplit,
    order,
    groups,
    arrays: lazily(() => arrayFacts(graph)),
  };
  const joint = new Set<Region>([graph.body]);
  const calls = new Set<CallNode>();
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
      if (node.kind === "call" && isJointCall(node, region, facts) && early.areKnown(node, region)) calls.add(node);
      if (!isLoop(node) && node.kind !== "if") continue;
      if (!isFusable(node, region, facts) || !early.areKnown(node, region)) continue;
      const bodies = isLoop(node) ? [node.body] : regionsOf(node);
      for (const body of bodies) {
        joint.add(body);
        if (isLoop(node)) early.enter(node);
        else early.enterBranch(node, body);
        visit(body);
      }
    }
  };
  visit(graph.body);
  const rerun = loopsToRerun(graph, joint);
  return {
    isJoint: (region) => joint.has(region) || rerun.has(region),
    isPrivate: (loop, slot) => isForgotten(present(loop.results[slot]), facts) && isPrivate(loop, slot, facts),
    isJointCall: (call) => calls.has(call),
    earlyAdjoint: early.of,
    isRerun: ({ body }) => rerun.has(body),
    isSpare: (loop, slot) => isSpare(loop, slot, facts),
  };
}

/** The bodies of the loops that are marked, and not fused. */
function loopsToRerun(graph: Graph, fused: ReadonlySet<Region>): ReadonlySet<Region> {
  const found = new Set<Region>();
  walkNodes(graph.body, (node) => {
    if (isLoop(node) && node.checkpoint !== undefined && !fused.has(node.body)) found.add(node.body);
  });
  return found;
}

interface ArraysOfGraph {
  readonly groups: ArrayGroups;
  readonly arrays: () => ArrayFacts;
}

interface Facts extends ArraysOfGraph {
  readonly graph: Graph;
  readonly activity: Activity;
  readonly dependents: ReadonlySet<ValueId>;
  readonly isSplit: (callee: string) => boolean;
  readonly order: ProgramOrder;
}

interface ArrayFacts {
  /** How often each value is used by a node or a region; what is returned counts apart, as a dependent. */
  readonly uses: ReadonlyMap<ValueId, number>;
  /** Loads that nothing reads: of values that a store overwrites, in case they are to be kept. */
  readonly isDead: (node: GraphNode) => boolean;
  readonly algebra: IndexAlgebra;
  readonly buffers: ReadonlyMap<ValueId, ValueId>;
  readonly readers: ReadonlyMap<ValueId, readonly GraphNode[]>;
}

function arrayFacts(graph: Graph): ArrayFacts {
  const uses = new Map<ValueId, number>();
  walkUses(graph.body, (value) => uses.set(value, (uses.get(value) ?? 0) + 1));
  const isDead = (node: GraphNode): boolean => node.kind === "load" && !uses.has(node.result);
  const readers = new Map(
    [...readersOf(graph)].map(([value, nodes]) => [value, nodes.filter((node) => !isDead(node))]),
  );
  return { algebra: indexAlgebra(graph), buffers: bufferOf(graph), readers, uses, isDead };
}

/** The body alone: what is called has its forward and its reverse code in two functions. */
export function jointBody(graph: Graph): JointRegions {
  const rerun = loopsToRerun(graph, new Set());
  const groups = arrayGroups(graph);
  const arrays = lazily(() => arrayFacts(graph));
  return {
    isJoint: (region) => region === graph.body || rerun.has(region),
    isPrivate: () => false,
    isJointCall: () => false,
    earlyAdjoint: () => undefined,
    isRerun: ({ body }) => rerun.has(body),
    isSpare: (loop, slot) => isSpare(loop, slot, { groups, arrays }),
  };
}

/** Whether the arrays and the carried values of the node let its reverse run with it. */
function isFusable(node: LoopNode | IfNode, region: Region, facts: Facts): boolean {
  const { activity, graph } = facts;
  const isArray = (value: ValueId): boolean => typeof graph.values.get(value)?.type === "object";
  if (isLoop(node) && node.fixedPoint !== undefined) return false;
  if (!hasActive(node, activity) || growsActive(node, activity)) return false;
  if (!leavesReadArraysAlone(node, region, facts) || !callsAreFusable(node, region, facts)) return false;
  if (node.kind === "if") return node.results.every((result) => !isArray(result) || !activity.isActive(result));
  return carriedOf(node).every((argument, k) => {
    const next = present(nextOf(node)[k]);
    const result = present(node.results[k]);
    const isActive = [argument, next, result].some((value) => activity.isActive(value));
    if (!isArray(argument)) return !isActive || isSumOf(node.body, argument, next);
    if (facts.groups.groupOf(argument).isPermuted) return false;
    if (!isActive) return true;
    if (isUsedLater(result, region, facts)) return false;
    return isShared(node, k, facts) || (isForgotten(result, facts) && isPrivate(node, k, facts));
  });
}

/** Whether the active arrays that the calls within are given are changed neither by them, nor in the node, nor after it. */
function callsAreFusable(node: LoopNode | IfNode, region: Region, facts: Facts): boolean {
  const calls: CallNode[] = [];
  for (const inner of regionsOf(node)) walkNodes(inner, (each) => each.kind === "call" && calls.push(each));
  return calls.every((call) => leavesGivenArraysAlone(call, node, region, facts));
}

/** A call gives numbers whose adjoints may be known before it, and changes no array that has adjoints. */
function isJointCall(call: CallNode, region: Region, facts: Facts): boolean {
  const isActiveNumber = (value: ValueId): boolean => facts.activity.isActive(value);
  if (facts.isSplit(call.callee)) return false;
  return scalarsOf(call).some(isActiveNumber) && leavesGivenArraysAlone(call, call, region, facts);
}

/** From `node` on, which is the call or holds it. */
function leavesGivenArraysAlone(call: CallNode, node: GraphNode, region: Region, facts: Facts): boolean {
  const { order, groups, activity, graph } = facts;
  const start = present(order.positions.get(node)).first;
  const home = present(order.regions.get(region));
  const isActiveArray = (value: ValueId): boolean => {
    return typeof graph.values.get(value)?.type === "object" && activity.isActive(value);
  };
  if (changedBy(call).some(({ array, next }) => isActiveArray(array) || isActiveArray(next))) return false;
  return call.operands.filter(isActiveArray).every((array) => {
    return groups.groupOf(array).changes.every((change) => {
      if (present(order.positions.get(change)).first < start) return true;
      return !isWithin(present(order.regions.get(regionHolding(change, order))), home);
    });
  });
}

function hasActive(node: LoopNode | IfNode, activity: Activity): boolean {
  let found = false;
  for (const region of regionsOf(node)) {
    walkNodes(region, (inner) => {
      if ("result" in inner && activity.isActive(inner.result)) found = true;
      if (inner.kind === "call" && inner.results.some(activity.isActive)) found = true;
    });
  }
  return found;
}

/** Whether an active array gets longer in it: the shadow, which is as long as that, has to come after it. */
function growsActive(node: LoopNode | IfNode, activity: Activity): boolean {
  let found = false;
  for (const region of regionsOf(node)) {
    walkNodes(region, (inner) => {
      if (inner.kind === "grow" && [inner.array, inner.result].some(activity.isActive)) found = true;
    });
  }
  return found;
}

/** Whether no active array that the node reads from outside is changed after it, so that its shadow is the right one already. */
function leavesReadArraysAlone(node: LoopNode | IfNode, region: Region, facts: Facts): boolean {
  const { order, groups, activity } = facts;
  const end = present(order.positions.get(node)).last;
  const home = present(order.regions.get(region));
  const read = new Set<ValueId>();
  for (const inner of regionsOf(node)) {
    walkNodes(inner, (each) => {
      if (each.kind === "load" && activity.isActive(each.array)) read.add(each.array);
    });
  }
  return [...read].every((array) => {
    const group = groups.groupOf(array);
    return group.changes.every((change) => {
      if (present(order.positions.get(change)).first <= end) return true;
      return !isWithin(present(order.regions.get(regionHolding(change, order))), home);
    });
  });
}

function regionHolding(node: GraphNode, order: ProgramOrder): Region {
  for (const info of order.regions.values()) if (info.region.nodes.includes(node)) return info.region;
  return order.body.region;
}

/**
 * Whether the array that the loop leaves is read or changed by anything after it in its region. The adjoint of an output
 * is known from the start, and that of what a joint loop hands on from the start of the iteration.
 */
function isUsedLater(result: ValueId, region: Region, facts: Facts): boolean {
  const owner = facts.order.regions.get(region)?.owner;
  const handedOn = owner !== undefined && isLoop(owner) ? region.yields.filter((value) => value === result).length : 0;
  return usesOf(result, facts) > handedOn;
}

/** Whether nobody sees the array that the loop leaves. */
function isForgotten(result: ValueId, facts: Facts): boolean {
  return !facts.dependents.has(result) && usesOf(result, facts) === 0;
}

function usesOf(value: ValueId, facts: Facts): number {
  return facts.arrays().uses.get(value) ?? 0;
}

/** Every iteration has entries of the array of its own. */
function isShared(loop: LoopNode, k: number, facts: Facts): boolean {
  const { algebra } = facts.arrays();
  const accesses = accessesOf(loop, k, facts);
  return (
    accesses.length <= 32 &&
    algebra.ownedBy(
      accesses.map(({ access }) => access),
      loop,
    ) !== undefined
  );
}

/** The same, whichever of the buffers that the loop exchanges it is. What is called may read what it is given. */
function isSpare(loop: LoopNode, k: number, facts: ArraysOfGraph): boolean {
  const { id, parameters, allocations, isPermuted } = facts.groups.groupOf(present(carriedOf(loop)[k]));
  const { buffers } = facts.arrays();
  const isOurs = (value: ValueId): boolean => buffers.has(value) && facts.groups.groupOf(value).id === id;
  let isGiven = false;
  walkNodes(loop.body, (node) => void (isGiven ||= node.kind === "call" && node.operands.some(isOurs)));
  if (isGiven) return false;
  if (!isPermuted) return allocations.length <= 1 && isPrivate(loop, k, facts);
  const { algebra, readers } = facts.arrays();
  const { extent } = coveredInIteration(loop, k, readers, buffers, algebra);
  const isWhole = allocations.every((node) => equalPolynomials(extent, algebra.extentOf(node)));
  return parameters.length === 0 && isWhole;
}

/** Every iteration stores each entry before it reads it. */
function isPrivate(loop: LoopNode, k: number, facts: ArraysOfGraph): boolean {
  const { algebra, buffers, readers } = facts.arrays();
  const { extent, ...home } = coveredInIteration(loop, k, readers, buffers, algebra);
  const allocation = facts.groups.groupOf(present(carriedOf(loop)[k])).allocations[0];
  if (allocation !== undefined && equalPolynomials(extent, algebra.extentOf(allocation))) return true;
  const range = { low: zeroPolynomial, high: extent };
  return accessesOf(home.loop, home.slot, facts).every(
    ({ node, access }) => node.kind === "store" || isWithinRange(access.index, range, access.inner, algebra),
  );
}

function accessesOf(
  loop: LoopNode,
  k: number,
  facts: ArraysOfGraph,
): readonly { readonly node: GraphNode; readonly access: Access }[] {
  const { algebra, buffers, isDead } = facts.arrays();
  const buffer = buffers.get(present(carriedOf(loop)[k]));
  const accesses: { node: GraphNode; access: Access }[] = [];
  const visit = (region: Region, inner: readonly LoopNode[]): void => {
    for (const node of region.nodes) {
      if ((node.kind === "load" || node.kind === "store") && buffers.get(node.array) === buffer && !isDead(node)) {
        accesses.push({ node, access: { index: algebra.polynomialOf(node.index), inner } });
      }
      const around = isLoop(node) ? [...inner, node] : inner;
      for (const each of regionsOf(node)) visit(each, around);
    }
  };
  visit(loop.body, []);
  return accesses;
}
