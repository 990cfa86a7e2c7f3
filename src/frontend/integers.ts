/**
 * Which number parameters are integers by their use: as an index or a length, as the start or bound of a counted loop, or
 * against a counter in the condition of a loop; directly, through sums and products, or in a function that is called with
 * them. They are nothing to differentiate.
 */
import { present } from "../diagnostics/invariant.ts";
import { bufferOf } from "../ir/buffers.ts";
import type { CallNode, Graph, GraphNode, LoopNode, Region, ValueId, ValueType } from "../ir/graph.ts";
import { integerValues } from "../ir/integers.ts";
import { endsInNumber, isNested } from "../ir/nested.ts";
import { carriedOf, isLoop, nextOf, walkNodes } from "../ir/walk.ts";

/** Indices into the graph's parameters. */
export function integerParameters(graph: Graph): ReadonlySet<number> {
  const controls = graph.parameters.flatMap(({ isControl }, k) => (isControl === true ? [k] : []));
  return new Set([...controls, ...integersBehind(graph, integerUses).used]);
}

/**
 * The graph with those of them marked that must be whole for the derivative to be right: the generated function holds them
 * to it. Of a function that is called, those are marked that every call gives a whole number.
 */
export function markWhole(graph: Graph): Graph {
  const { used, ofFunctions } = integersBehind(graph, wholeUsesButProducts);
  const marked = withMarks(graph, used);
  if (graph.functions === undefined) return marked;
  const functions = new Map(
    [...graph.functions].map(([key, callee]) => [key, withMarks(callee, present(ofFunctions.get(key)).used)] as const),
  );
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const caller of [marked, ...functions.values()]) {
      const whole = integerValues(caller);
      walkNodes(caller.body, (node) => {
        const callee = node.kind === "call" ? functions.get(node.callee) : undefined;
        if (node.kind !== "call" || callee === undefined) return;
        const isGiven = (k: number): boolean => whole.has(present(node.operands[k]));
        const marks = callee.parameters.flatMap(({ isWhole }, k) => (isWhole === true ? [k] : []));
        if (marks.every(isGiven)) return;
        functions.set(node.callee, withMarks(callee, new Set(marks.filter(isGiven))));
        isSettled = false;
      });
    }
  }
  return { ...marked, functions };
}

function withMarks(graph: Graph, whole: ReadonlySet<number>): Graph {
  const parameters = graph.parameters.map(({ isWhole: _, ...each }, k) =>
    whole.has(k) && each.type === "number" ? { ...each, isWhole: true as const } : each,
  );
  return { ...graph, parameters };
}

/** A loop up to a product says nothing of its factors: `i < seconds * rate`. */
function wholeUsesButProducts(graph: Graph): Iterable<ValueId> {
  const bounds = new Set<ValueId>();
  walkNodes(graph.body, (node) => void (node.kind === "for" && bounds.add(node.bound)));
  const products = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "operation" && node.operation === "mul" && bounds.has(node.result)) products.add(node.result);
  });
  return [...wholeUses(graph)].filter((use) => !products.has(use));
}

type Sources = ReadonlyMap<ValueId, readonly ValueId[]>;
type UsesOf = (graph: Graph, sources: Sources) => Iterable<ValueId>;

/** What is known of a function that is called. */
interface Summary {
  /** The parameters that are used as integers. */
  readonly used: ReadonlySet<number>;
  /** For each number that it gives back: the parameters of which sums and products make it. */
  readonly behind: readonly ReadonlySet<number>[];
}
type Summaries = ReadonlyMap<string, Summary>;

const nothingKnown: Summary = { used: new Set(), behind: [] };

/** The parameters that are used as integers, of the graph and of each function that is called: by rounds that start from none. */
function integersBehind(
  graph: Graph,
  usesOf: UsesOf,
): { readonly used: ReadonlySet<number>; readonly ofFunctions: Summaries } {
  const ofFunctions = new Map<string, Summary>();
  const sizeOf = ({ used, behind }: Summary): number => behind.reduce((sum, { size }) => sum + size, used.size);
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const [key, callee] of graph.functions ?? []) {
      const before = ofFunctions.get(key);
      const after = summaryOf(callee, usesOf, ofFunctions);
      ofFunctions.set(key, after);
      if (before === undefined || sizeOf(before) !== sizeOf(after)) isSettled = false;
    }
  }
  return { used: summaryOf(graph, usesOf, ofFunctions).used, ofFunctions };
}

function summaryOf(graph: Graph, usesOf: UsesOf, ofFunctions: Summaries): Summary {
  const sources = sourcesOf(graph, ofFunctions);
  const uses = [...usesOf(graph, sources)];
  walkNodes(graph.body, (node) => {
    if (node.kind !== "call") return;
    const { used } = ofFunctions.get(node.callee) ?? nothingKnown;
    for (const k of used) uses.push(present(node.operands[k]));
  });
  const returned = graph.returned.kind === "tuple" && graph.lengths !== undefined ? graph.returned.entries : [];
  return {
    used: parametersBehind(graph, sources, uses),
    behind: returned.map((output) =>
      output.kind === "scalar" ? parametersBehind(graph, sources, [output.value]) : new Set(),
    ),
  };
}

function parametersBehind(graph: Graph, sources: Sources, uses: readonly ValueId[]): ReadonlySet<number> {
  const found = new Set<ValueId>();
  const pending = [...uses];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    pending.push(...(sources.get(id) ?? []));
  }
  const parameters = graph.parameters.flatMap(({ type, value }, k) =>
    (type === "number" || isMember(type)) && found.has(value) ? [k] : [],
  );
  return new Set(parameters);
}

/** A member of all objects of an array: a number in each. */
function isMember(type: ValueType): boolean {
  return isNested(type) && endsInNumber(type);
}

export const keepsIntegers: ReadonlySet<string> = new Set([
  ...["add", "sub", "mul", "neg", "min", "max"],
  "stopGradient",
]);

/** For each number, the numbers that it is made of by sums and products, and those that stand for it elsewhere. */
function sourcesOf(graph: Graph, ofFunctions: Summaries): Sources {
  const sources = new Map<ValueId, readonly ValueId[]>();
  const members = new Set(graph.parameters.filter(({ type }) => isMember(type)).map(({ value }) => value));
  const buffers = members.size === 0 ? undefined : bufferOf(graph);
  const visit = (node: GraphNode): void => {
    const owner = node.kind === "load" ? buffers?.get(node.array) : undefined;
    if (node.kind === "load" && owner !== undefined && members.has(owner)) sources.set(node.result, [owner]);
    if (node.kind === "call") behindCall(node, ofFunctions.get(node.callee) ?? nothingKnown, sources);
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

function behindCall(call: CallNode, { behind }: Summary, sources: Map<ValueId, readonly ValueId[]>): void {
  behind.forEach((parameters, k) => {
    sources.set(
      present(call.results[k]),
      [...parameters].map((parameter) => present(call.operands[parameter])),
    );
  });
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
