import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, IfNode, LoopNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, regionsOf, walkNodes, walkUses } from "../../src/ir/walk.ts";
import type { Activity } from "./activity.ts";
import { indexAlgebra, type Access, type IndexAlgebra } from "./affine.ts";
import { arrayGroups, type ArrayGroups } from "./array-groups.ts";
import { bufferOf } from "./buffers.ts";
import { coveredFrom, isWithinRange, readersOf } from "./coverage.ts";
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
  /** The adjoint of a result of a joint loop or branch, as something that can be built before it. */
  readonly earlyAdjoint: (result: ValueId) => EarlyAdjoint | undefined;
}

export function jointRegions(graph: Graph, activity: Activity, dependents: readonly ValueId[]): JointRegions {
  const order = programOrder(graph);
  const groups = arrayGroups(graph);
  const early = earlyAdjoints(graph, order, activity, pullbacksOf(graph), dependents);
  const facts: Facts = {
    graph,
    activity,
    dependents: new Set(dependents),
    order,
    groups,
    arrays: lazily(() => arrayFacts(graph)),
  };
  const joint = new Set<Region>([graph.body]);
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
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
  return { isJoint: (region) => joint.has(region), earlyAdjoint: early.of };
}

interface Facts {
  readonly graph: Graph;
  readonly activity: Activity;
  readonly dependents: ReadonlySet<ValueId>;
  readonly order: ProgramOrder;
  readonly groups: ArrayGroups;
  readonly arrays: () => ArrayFacts;
}

interface ArrayFacts {
  readonly algebra: IndexAlgebra;
  readonly buffers: ReadonlyMap<ValueId, ValueId>;
  readonly readers: ReadonlyMap<ValueId, readonly GraphNode[]>;
}

function arrayFacts(graph: Graph): ArrayFacts {
  return { algebra: indexAlgebra(graph), buffers: bufferOf(graph), readers: readersOf(graph) };
}

/** Whether the arrays and the carried values of the node let its reverse run with it. */
function isFusable(node: LoopNode | IfNode, region: Region, facts: Facts): boolean {
  const { activity, graph } = facts;
  const isArray = (value: ValueId): boolean => typeof graph.values.get(value)?.type === "object";
  if (!hasActive(node, activity)) return false;
  if (!leavesReadArraysAlone(node, region, facts)) return false;
  if (node.kind === "if") return node.results.every((result) => !isArray(result));
  return carriedOf(node).every((argument, k) => {
    const next = present(nextOf(node)[k]);
    const result = present(node.results[k]);
    const isActive = activity.isActive(argument) || activity.isActive(next);
    if (!isArray(argument)) return !isActive || isSumOf(node.body, argument, next);
    if (facts.groups.groupOf(argument).isPermuted) return false;
    if (!isActive) return true;
    return !isUsedLater(result, node, facts) && (isShared(node, k, facts) || isPrivate(node, k, facts));
  });
}

function hasActive(node: LoopNode | IfNode, activity: Activity): boolean {
  let found = false;
  for (const region of regionsOf(node)) {
    walkNodes(region, (inner) => {
      if ("result" in inner && activity.isActive(inner.result)) found = true;
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

/** Whether the array that the loop leaves is an output, or is read or changed by anything after it. */
function isUsedLater(result: ValueId, loop: LoopNode, facts: Facts): boolean {
  if (facts.dependents.has(result)) return true;
  let used = false;
  walkUses(facts.graph.body, (value) => {
    if (value === result) used = true;
  });
  void loop;
  return used;
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

/** Every iteration stores each entry before it reads it. */
function isPrivate(loop: LoopNode, k: number, facts: Facts): boolean {
  const { algebra, buffers, readers } = facts.arrays();
  const argument = present(carriedOf(loop)[k]);
  const { extent } = coveredFrom(loop.body, argument, readers, buffers, algebra);
  const allocation = facts.groups.groupOf(argument).allocations[0];
  if (allocation !== undefined && equalPolynomials(extent, algebra.polynomialOf(allocation.length))) return true;
  const range = { low: zeroPolynomial, high: extent };
  return accessesOf(loop, k, facts).every(
    ({ node, access }) => node.kind === "store" || isWithinRange(access.index, range, access.inner, algebra),
  );
}

function accessesOf(
  loop: LoopNode,
  k: number,
  facts: Facts,
): readonly { readonly node: GraphNode; readonly access: Access }[] {
  const { algebra, buffers } = facts.arrays();
  const buffer = buffers.get(present(carriedOf(loop)[k]));
  const accesses: { node: GraphNode; access: Access }[] = [];
  const visit = (region: Region, inner: readonly LoopNode[]): void => {
    for (const node of region.nodes) {
      if ((node.kind === "load" || node.kind === "store") && buffers.get(node.array) === buffer) {
        accesses.push({ node, access: { index: algebra.polynomialOf(node.index), inner } });
      }
      const around = isLoop(node) ? [...inner, node] : inner;
      for (const each of regionsOf(node)) visit(each, around);
    }
  };
  visit(loop.body, []);
  return accesses;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
