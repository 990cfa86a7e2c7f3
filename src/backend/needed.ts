/**
 * Which values the printed code needs. The optimiser has removed dead code before; what is left over (a carried value
 * that nobody reads, an operation of a hand-made graph) is not printed.
 *
 * A value is needed if an effect reads it (a store, a throw, text of the frame) or a needed value does. A loop or branch
 * without effects is needed only if one of its results is.
 */
import type { GraphNode, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, isLoop, nextOf, operandsOf, regionsOf, resultsOf } from "../ir/walk.ts";
import { valuesIn, type Step } from "./steps.ts";

export interface Needed {
  readonly values: ReadonlySet<ValueId>;
  /** Loops and branches that change an array or throw. */
  readonly effects: ReadonlySet<Step>;
}

const acting: ReadonlySet<Step["kind"]> = new Set(["store", "throw", "grow", "allocate", "call", "push", "pop"]);

export function neededValues(steps: readonly Step[]): Needed {
  const reads = new Map<ValueId, readonly ValueId[]>();
  const roots: ValueId[] = [];
  const effects = new Set<Step>();

  const visitRegion = (region: Region): boolean => {
    let effect = false;
    for (const node of region.nodes) if (visit(node)) effect = true;
    return effect;
  };
  const visit = (step: Step): boolean => {
    if (step.kind === "template" || step.kind === "bind") {
      if (step.kind === "bind") return true;
      if (step.result === undefined || step.acts) roots.push(...valuesIn(step.parts), ...step.writes);
      else reads.set(step.result, valuesIn(step.parts));
      return true;
    }
    let effect = acting.has(step.kind);
    for (const region of regionsOf(step)) if (visitRegion(region)) effect = true;
    const control = controlOf(step);
    if (effect) {
      effects.add(step);
      roots.push(...control);
    }
    for (const [value, from] of dataOf(step)) reads.set(value, [...from, ...control]);
    return effect;
  };
  for (const step of steps) visit(step);

  const values = new Set<ValueId>();
  while (roots.length > 0) {
    const value = roots.pop();
    if (value === undefined || values.has(value)) continue;
    values.add(value);
    roots.push(...(reads.get(value) ?? []));
  }
  return { values, effects };
}

/** What decides whether and how often a node's regions run; for any other node, its operands. */
function controlOf(node: GraphNode): readonly ValueId[] {
  switch (node.kind) {
    case "for":
      return [node.start, node.bound, ...node.body.yields.slice(0, node.stops ? 1 : 0)];
    case "while":
      return [...node.condition.yields, ...node.body.yields.slice(0, node.stops ? 1 : 0)];
    case "if":
      return [node.condition];
    case "length":
      // The text names the array, also where the graph reads no version of it.
      return [node.array, ...operandsOf(node)];
    default:
      return operandsOf(node);
  }
}

/** For each value that a node (or a region of it, as its argument) defines: the values that flow into it. */
function dataOf(node: GraphNode): readonly (readonly [ValueId, readonly ValueId[]])[] {
  if (isLoop(node)) {
    const next = nextOf(node);
    const flows = node.inits.map((init, k) => [init, next[k]].filter((each) => each !== undefined));
    const tested = node.kind === "while" ? node.condition.arguments : [];
    const counts = [node.trips, ...(node.stopped === undefined ? [] : [node.stopped])];
    return [
      ...[...carriedOf(node), ...node.results, ...tested].map(
        (value, k) => [value, flows[k % Math.max(1, flows.length)] ?? []] as const,
      ),
      ...counts.map((value) => [value, []] as const),
    ];
  }
  if (node.kind === "if") {
    return node.results.map((value, k) => {
      const flow = [node.then.yields[k], node.else.yields[k]];
      return [value, flow.filter((each) => each !== undefined)] as const;
    });
  }
  return resultsOf(node).map((value) => [value, []] as const);
}
