/**
 * Which number parameters are integers by their use: as an index or a length, as the start or bound of a counted loop, or
 * against a counter in the condition of a loop; directly, or through sums and products. They are nothing to differentiate.
 */
import { present } from "../diagnostics/invariant.ts";
import type { Graph, GraphNode, LoopNode, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, isLoop, nextOf, walkNodes } from "../ir/walk.ts";

/** Indices into the graph's parameters. */
export function integerParameters(graph: Graph): ReadonlySet<number> {
  const controls = graph.parameters.flatMap(({ isControl }, k) => (isControl === true ? [k] : []));
  return new Set([...controls, ...parametersBehind(graph, (sources) => integerUses(graph, sources))]);
}

/**
 * Those of them that must be whole for the derivative to be right: the generated function holds them to it. A loop up to a
 * product says nothing of its factors: `i < seconds * rate`.
 */
export function wholeParameters(graph: Graph): ReadonlySet<number> {
  const bounds = new Set<ValueId>();
  walkNodes(graph.body, (node) => void (node.kind === "for" && bounds.add(node.bound)));
  const products = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "operation" && node.operation === "mul" && bounds.has(node.result)) products.add(node.result);
  });
  return parametersBehind(graph, () => [...wholeUses(graph)].filter((use) => !products.has(use)));
}

type Sources = ReadonlyMap<ValueId, readonly ValueId[]>;

function parametersBehind(graph: Graph, usesOf: (sources: Sources) => Iterable<ValueId>): ReadonlySet<number> {
  const sources = sourcesOf(graph);
  const found = new Set<ValueId>();
  const pending: ValueId[] = [...usesOf(sources)];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    pending.push(...(sources.get(id) ?? []));
  }
  const parameters = graph.parameters.flatMap(({ type, value }, k) =>
    type === "number" && found.has(value) ? [k] : [],
  );
  return new Set(parameters);
}

export const keepsIntegers: ReadonlySet<string> = new Set(["add", "sub", "mul", "neg", "min", "max"]);

/** For each number, the numbers that it is made of by sums and products, and those that stand for it elsewhere. */
function sourcesOf(graph: Graph): Sources {
  const sources = new Map<ValueId, readonly ValueId[]>();
  const visit = (node: GraphNode): void => {
    if (node.kind === "operation" && keepsIntegers.has(node.operation)) sources.set(node.result, node.operands);
    if (node.kind === "if") {
      node.results.forEach((result, k) => {
        sources.set(result, [present(node.then.yields[k]), present(node.else.yields[k])]);
      });
    }
    if (!isLoop(node)) return;
    const next = nextOf(node);
    carriedOf(node).forEach((argument, k) => {
      const from = [present(node.inits[k]), present(next[k])];
      sources.set(argument, from);
      sources.set(present(node.results[k]), from);
      const tested = node.kind === "while" ? node.condition.arguments[k] : undefined;
      if (tested !== undefined) sources.set(tested, from);
    });
  };
  walkNodes(graph.body, visit);
  return sources;
}

function wholeUses(graph: Graph): Set<ValueId> {
  const uses = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "load" || node.kind === "store") uses.add(node.index);
    if (node.kind === "allocate") uses.add(node.length);
    if (node.kind === "for") uses.add(node.start).add(node.bound);
  });
  return uses;
}

function integerUses(graph: Graph, sources: Sources): ReadonlySet<ValueId> {
  const uses = wholeUses(graph);
  walkNodes(graph.body, (node) => {
    if (node.kind === "while") for (const id of comparedWithCounters(node, sources)) uses.add(id);
  });
  return uses;
}

const comparisons: ReadonlySet<string> = new Set(["lt", "le", "gt", "ge", "eq", "ne"]);

/** What the condition of a loop compares with something that counts. */
function comparedWithCounters(loop: LoopNode & { readonly kind: "while" }, sources: Sources): readonly ValueId[] {
  const counters = countersOf(loop, sources);
  const found: ValueId[] = [];
  walkNodes(loop.condition, (node) => {
    if (node.kind !== "operation" || !comparisons.has(node.operation)) return;
    const [x, y] = node.operands;
    if (x === undefined || y === undefined) return;
    if (counters.has(x)) found.push(y);
    if (counters.has(y)) found.push(x);
  });
  return found;
}

/** The arguments of the condition that grow by a constant integer in each round. */
function countersOf(loop: LoopNode & { readonly kind: "while" }, sources: Sources): ReadonlySet<ValueId> {
  const constants = constantsOf(loop.body);
  const counters = new Set<ValueId>();
  const next = nextOf(loop);
  carriedOf(loop).forEach((argument, k) => {
    const tested = loop.condition.arguments[k];
    if (tested !== undefined && counts(present(next[k]), argument, sources, constants)) counters.add(tested);
  });
  return counters;
}

function counts(next: ValueId, argument: ValueId, sources: Sources, constants: ReadonlySet<ValueId>): boolean {
  if (constants.has(next)) return false;
  const from = sources.get(next) ?? [];
  return from.length === 2 && from.includes(argument) && from.some((id) => constants.has(id));
}

function constantsOf(region: Region): ReadonlySet<ValueId> {
  const constants = new Set<ValueId>();
  walkNodes(region, (node) => {
    if (node.kind === "constant" && Number.isInteger(node.value)) constants.add(node.result);
  });
  return constants;
}
