import { present } from "../../src/diagnostics/invariant.ts";
import type {
  CallNode,
  Graph,
  GraphNode,
  IfNode,
  LoopNode,
  OperationNode,
  Region,
  ValueId,
} from "../../src/ir/graph.ts";
import { carriedOf, isLoop, nextOf, operandsOf, regionsOf } from "../../src/ir/walk.ts";
import type { Term } from "../../src/operations/operation.ts";
import { readsOf } from "../../src/operations/table.ts";
import type { Activity } from "./activity.ts";
import { isSumOf } from "./loop-sums.ts";
import type { ProgramOrder } from "./program-order.ts";
import type { Pullbacks } from "./pullback.ts";

/** The adjoint of a value as a sum of contributions that can be built before the value itself is. */
export type EarlyAdjoint = readonly EarlyTerm[];
export type EarlyTerm =
  /** The adjoint that is known of a dependent, or of what the loop around carries. */
  | { readonly kind: "known"; readonly value: ValueId }
  | { readonly kind: "through"; readonly node: OperationNode; readonly term: Term; readonly d: EarlyAdjoint };

/** Decides which adjoints are known before a loop, a branch or a call of a joint region runs. */
export interface EarlyAdjoints {
  /** Whether those of all active scalar results of the node are. */
  readonly areKnown: (node: LoopNode | IfNode | CallNode, region: Region) => boolean;
  readonly of: (result: ValueId) => EarlyAdjoint | undefined;
  /** Tells that the node's body is joint: within it, the adjoints of what it yields are known. */
  readonly enter: (loop: LoopNode) => void;
  readonly enterBranch: (node: IfNode, side: Region) => void;
}

/** How many operations lie at most between the result of a loop and an output. */
const reach = 12;

export function earlyAdjoints(
  graph: Graph,
  order: ProgramOrder,
  activity: Activity,
  pullbacks: Pullbacks,
  dependents: readonly ValueId[],
): EarlyAdjoints {
  const users = usersOf(graph.body);
  const boundary = new Map<Region, Set<ValueId>>([[graph.body, new Set(dependents)]]);
  const found = new Map<ValueId, EarlyAdjoint>();

  /** Whether the value can be had before position `before`: defined earlier, or computed from what is. */
  const isEarly = (value: ValueId, region: Region, before: number): boolean => {
    const definition = present(order.definitions.get(value));
    if (definition.region.region !== region || definition.node === undefined) return true;
    const { node } = definition;
    if (present(order.positions.get(node)).last < before) return true;
    if (node.kind === "constant") return true;
    if (node.kind === "length") return node.at === undefined || isEarly(node.at, region, before);
    return node.kind === "operation" && node.operands.every((operand) => isEarly(operand, region, before));
  };

  const adjointOf = (value: ValueId, region: Region, before: number, depth: number): EarlyAdjoint | undefined => {
    if (depth > reach) return undefined;
    const terms: EarlyTerm[] = [];
    if (boundary.get(region)?.has(value)) terms.push({ kind: "known", value });
    for (const user of users.get(value) ?? []) {
      const { node } = user;
      if (node?.kind === "operation" && !activity.isActive(node.result)) continue;
      if (user.region !== region) return undefined;
      if (node === undefined) {
        if (boundary.get(region)?.has(value) || !activity.isActive(value)) continue;
        return undefined;
      }
      if (isLoop(node)) {
        const sum = node.fixedPoint === undefined ? sumFrom(node, value) : undefined;
        const passed = sum === undefined ? undefined : adjointOf(sum, region, before, depth + 1);
        if (passed === undefined) return undefined;
        terms.push(...passed);
        continue;
      }
      if (node.kind !== "operation") return undefined;
      const d = adjointOf(node.result, region, before, depth + 1);
      if (d === undefined) return undefined;
      const contributions = pullbacks(node);
      for (const [k, term] of contributions.entries()) {
        if (node.operands[k] !== value || term === undefined) continue;
        const reads = readsOf(term);
        if (reads.out && !isEarly(node.result, region, before)) return undefined;
        for (const read of reads.operands) {
          if (!isEarly(present(node.operands[read]), region, before)) return undefined;
        }
        terms.push({ kind: "through", node, term, d });
      }
    }
    return terms;
  };

  return {
    areKnown: (node, region) => {
      const before = present(order.positions.get(node)).first;
      return node.results.every((result) => {
        if (!activity.isActive(result) || graph.values.get(result)?.type !== "number") return true;
        const adjoint = adjointOf(result, region, before, 0);
        if (adjoint === undefined) return false;
        found.set(result, adjoint);
        return true;
      });
    },
    of: (result) => found.get(result),
    enter: (loop) => boundary.set(loop.body, new Set(nextOf(loop))),
    enterBranch: (node, side) => {
      void node;
      boundary.set(side, new Set(side.yields));
    },
  };
}

/** The result of the loop that adds to the value, and does nothing else with it: it has the same adjoint. */
function sumFrom(loop: LoopNode, value: ValueId): ValueId | undefined {
  const [slot = -1, ...others] = loop.inits.flatMap((init, k) => (init === value ? [k] : []));
  const argument = carriedOf(loop)[slot];
  const next = nextOf(loop)[slot];
  if (argument === undefined || next === undefined || others.length > 0) return undefined;
  return isSumOf(loop.body, argument, next) ? loop.results[slot] : undefined;
}

interface User {
  /** None: the region yields the value. */
  readonly node: GraphNode | undefined;
  readonly region: Region;
}

function usersOf(body: Region): ReadonlyMap<ValueId, readonly User[]> {
  const users = new Map<ValueId, User[]>();
  const add = (value: ValueId, user: User): void => {
    const list = users.get(value);
    if (list === undefined) users.set(value, [user]);
    else if (list.at(-1)?.node !== user.node || user.node === undefined) list.push(user);
  };
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
      for (const operand of operandsOf(node)) add(operand, { node, region });
      regionsOf(node).forEach(visit);
    }
    for (const value of region.yields) add(value, { node: undefined, region });
  };
  visit(body);
  return users;
}
