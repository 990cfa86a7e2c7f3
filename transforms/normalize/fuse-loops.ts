/**
 * Two loops over the same range, of which the second reads from a local array just the entry that the first has stored in the
 * same round, become one: the entry is a number then, and the array is not needed (forward-stores.ts, prune-carried.ts).
 *
 *   for (i < n) r[i] = f(i); for (i < n) sum += r[i] ** 2   ->   for (i < n) { r[i] = f(i); sum += r[i] ** 2 }
 *
 * What the derivative keeps and fills goes with the array, and what depends on few entries of it is seen to do so. Each loop
 * has its rounds in the same order as before, so no bit changes. Expects that equal bounds are one value.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { ForNode, Graph, GraphNode, Region, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { lazily } from "../../src/ir/lazily.ts";
import {
  carriedOf,
  indexOf,
  nextOf,
  operandsOf,
  regionsOf,
  resultsOf,
  walkNodes,
  walkUses,
} from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { type ArrayGroup, type ArrayGroups, arrayGroups } from "../analyze/array-groups.ts";
import { constantsOf } from "../analyze/constants.ts";
import { addPolynomials, constantPolynomial, type Polynomial, subtractPolynomials } from "../analyze/polynomial.ts";
import { isMarkedLoop } from "../analyze/rerun-loops.ts";
import { useCounts } from "../analyze/uses.ts";
import { substitute } from "../optimize/substitute.ts";

/** Whatever else a loop does has its place among what the other does: a throw, a call, a value that is asked for once. */
const ordinary: ReadonlySet<GraphNode["kind"]> = new Set([
  ...(["constant", "operation", "table", "length", "load", "store", "allocate"] as const),
  ...(["for", "while", "if"] as const),
]);
/** What stands between the loops can be done before both, or after. */
const movable: ReadonlySet<GraphNode["kind"]> = new Set([
  "constant",
  "operation",
  "table",
  "length",
  "load",
  "allocate",
]);
const floats: ReadonlySet<string> = new Set(["f64", "f32", "number"]);

export function fuseLoops(graph: Graph): Graph {
  let current = graph;
  for (let next = fuseOnce(current); next !== current; next = fuseOnce(current)) current = next;
  return current;
}

/** With the first pair that can be one fused. */
function fuseOnce(graph: Graph): Graph {
  const groups = arrayGroups(graph);
  const constants = constantsOf(graph);
  const uses = useCounts(graph);
  const algebra = lazily(() => indexAlgebra(graph));
  const isSame = (left: ValueId, right: ValueId): boolean => {
    const known = constants.get(left);
    return left === right || (known !== undefined && known === constants.get(right));
  };
  const haveSameRounds = (first: ForNode, second: ForNode): boolean =>
    first.step === second.step &&
    first.inclusive === second.inclusive &&
    isSame(first.start, second.start) &&
    isSame(first.bound, second.bound) &&
    [first, second].every((loop) => !loop.stops && !isMarkedLoop(loop));

  /** The version that each array has in a round which the second loop reads after all rounds, if it reads no other entry. */
  const handedOver = (first: ForNode, second: ForNode): ReadonlyMap<ValueId, ValueId> | undefined => {
    const found = new Map<ValueId, ValueId>();
    const read = readsWithin(second);
    for (const result of resultsOf(first)) {
      if (!read.has(result)) continue;
      const slot = first.results.indexOf(result);
      const [before, after] = [carriedOf(first)[slot], nextOf(first)[slot]];
      if (before === undefined || after === undefined || !isEntryByEntry(first, before, after)) return undefined;
      if (!isLocal(groups.groupOf(result)) || entryReads(second, result) !== uses.get(result)) return undefined;
      found.set(result, after);
    }
    return found.size === 0 ? undefined : found;
  };
  /** Each round stores the entry at its index, and the array is used for nothing else. */
  const isEntryByEntry = (loop: ForNode, before: ValueId, after: ValueId): boolean => {
    const type = graph.values.get(before)?.type;
    const isFloat = typeof type === "object" && floats.has(type.element);
    const store = loop.body.nodes.find((node) => node.kind === "store" && node.result === after);
    if (!isFloat || store?.kind !== "store") return false;
    const isOnly = uses.get(before) === 1 && uses.get(after) === 1;
    return store.array === before && store.index === indexOf(loop) && isOnly && isWithin(store);
  };
  /** A typed array ignores what is stored outside, and reads NaN there. */
  const isWithin = ({ array, index, result }: StoreNode): boolean => {
    const { polynomialOf, extentOf, isNonNegative, places } = algebra();
    const at = polynomialOf(index);
    const [loops, last] = [places.loopsAround(result), addPolynomials(at, constantPolynomial(1))];
    const isBelow = (end: Polynomial): boolean => isNonNegative(subtractPolynomials(end, last), loops);
    return isNonNegative(at, loops) && groups.groupOf(array).allocations.map(extentOf).every(isBelow);
  };

  const fusedIn = (region: Region): Fusion | undefined => {
    for (const [at, second] of region.nodes.entries()) {
      for (const inner of regionsOf(second)) {
        const found = fusedIn(inner);
        if (found !== undefined) return within(region, at, second, inner, found);
      }
      if (second.kind !== "for") continue;
      // The nearest loop before it, past what can be moved.
      let from = at - 1;
      while (from >= 0 && movable.has(present(region.nodes[from]).kind)) from--;
      const first = region.nodes[from];
      if (first?.kind !== "for" || !haveSameRounds(first, second) || !areOrdinary([first, second])) continue;
      const versions = handedOver(first, second);
      if (versions === undefined || !areApart(first, second, new Set(versions.keys()), graph, groups)) continue;
      const [early, late] = parted(region.nodes.slice(from + 1, at), first);
      const later = new Set(late.flatMap(resultsOf));
      if ([...readsWithin(second)].some((value) => later.has(value))) continue;
      if (late.some((node) => node.kind === "load" || node.kind === "allocate")) continue;
      const nodes = [
        ...region.nodes.slice(0, from),
        ...early,
        fused(first, second),
        ...late,
        ...region.nodes.slice(at + 1),
      ];
      const replaced = new Map([...versions, [indexOf(second), indexOf(first)], [second.trips, first.trips]]);
      return { region: { ...region, nodes }, replaced };
    }
    return undefined;
  };

  const fusion = fusedIn(graph.body);
  return fusion === undefined ? graph : substitute({ ...graph, body: fusion.region }, fusion.replaced);
}

interface Fusion {
  readonly region: Region;
  readonly replaced: ReadonlyMap<ValueId, ValueId>;
}

/** The same in the region around it. */
function within(region: Region, at: number, node: GraphNode, inner: Region, found: Fusion): Fusion {
  const replace = (each: Region): Region => (each === inner ? found.region : each);
  let changed = node;
  if (node.kind === "for") changed = { ...node, body: replace(node.body) };
  if (node.kind === "while") changed = { ...node, condition: replace(node.condition), body: replace(node.body) };
  if (node.kind === "if") changed = { ...node, then: replace(node.then), else: replace(node.else) };
  return { ...found, region: { ...region, nodes: region.nodes.with(at, changed) } };
}

function fused(first: ForNode, second: ForNode): ForNode {
  return {
    ...first,
    inits: [...first.inits, ...second.inits],
    body: {
      arguments: [...first.body.arguments, ...carriedOf(second)],
      nodes: [...first.body.nodes, ...second.body.nodes],
      yields: [...first.body.yields, ...second.body.yields],
    },
    results: [...first.results, ...second.results],
  };
}

function areOrdinary(loops: readonly ForNode[]): boolean {
  let found = true;
  for (const loop of loops) walkNodes(loop.body, ({ kind }) => void (found &&= ordinary.has(kind)));
  return found;
}

/** What the loop reads, itself and within. */
function readsWithin(loop: ForNode): ReadonlySet<ValueId> {
  const values = new Set(operandsOf(loop));
  walkUses(loop.body, (value) => void values.add(value));
  return values;
}

/** How often the loop loads the entry of this version at its own index. */
function entryReads(loop: ForNode, array: ValueId): number {
  let count = 0;
  walkNodes(loop.body, (node) => {
    if (node.kind === "load" && node.array === array && node.index === indexOf(loop)) count++;
  });
  return count;
}

function isLocal({ allocations, parameters, isPermuted, grows }: ArrayGroup): boolean {
  return parameters.length === 0 && !isPermuted && !grows && allocations.every(({ role }) => role.kind === "local");
}

/** Neither loop writes to what the other reads or writes, but for what is handed over. */
function areApart(
  first: ForNode,
  second: ForNode,
  handed: ReadonlySet<ValueId>,
  { values }: Graph,
  groups: ArrayGroups,
): boolean {
  const isArray = (value: ValueId): boolean => typeof values.get(value)?.type === "object";
  const own = new Set([...handed].map(groups.groupOf));
  const accesses = [first, second].map((loop) => {
    // What a loop changes, or exchanges, it carries; what it makes itself is its own.
    const written = new Set(loop.inits.filter(isArray).map(groups.groupOf));
    const touched = new Set(written);
    walkNodes(loop.body, (node) => {
      if (node.kind === "load") touched.add(groups.groupOf(node.array));
    });
    return { touched, written };
  });
  const [one, other] = [present(accesses[0]), present(accesses[1])];
  return (
    [...one.written].every((group) => own.has(group) || !other.touched.has(group)) &&
    [...other.written].every((group) => !one.touched.has(group))
  );
}

/** What does not need the loop, and what does. */
function parted(nodes: readonly GraphNode[], loop: ForNode): readonly [readonly GraphNode[], readonly GraphNode[]] {
  const made = new Set(resultsOf(loop));
  const [early, late]: [GraphNode[], GraphNode[]] = [[], []];
  for (const node of nodes) {
    const isLate = operandsOf(node).some((value) => made.has(value));
    (isLate ? late : early).push(node);
    if (isLate) resultsOf(node).forEach((value) => made.add(value));
  }
  return [early, late];
}
