/**
 * Solves a linear equation x = f(x) for derivatives at a fixed point: f is applied until nothing changes any more but by
 * rounding. Where the way to the fixed point converges, this does as fast, since it has the same contraction (B. Christianson,
 * "Reverse accumulation and attractive fixed points", Optimization Methods and Software 3, 1994).
 *
 *   while (change > 1e-12 * size || change < lastChange) { …; change = max |next - x|; size = max |next|; x = next; }
 *
 * The loop is marked as one to a fixed point itself, so that its own derivative is solved for in the same way.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { LoopNode, ValueId } from "../../src/ir/graph.ts";
import { lineOf } from "./loop-line.ts";

/** Relative to the largest: a change above this is not yet one by rounding. */
const settled = 1e-12;
/** After more rounds than these the loop throws. */
const mostRounds = 100_000;

/** A number, or an array of this length, that is solved for. */
export interface Unknown {
  readonly start: ValueId;
  readonly length: ValueId | undefined;
  /** What it is called while it is solved for. */
  readonly name: string | undefined;
}

/** What comes after: a number; of an array the entry at an index. */
export type Next = ValueId | ((index: ValueId) => ValueId);

/** Gives the solution: numbers, and the last versions of the arrays that they start in. `round`: what f gives for the unknowns. */
export function settle(
  build: GraphBuilder,
  solved: LoopNode,
  unknowns: readonly Unknown[],
  round: (current: readonly ValueId[]) => readonly Next[],
): readonly ValueId[] {
  const count = unknowns.length;
  const inits = [
    ...unknowns.map(({ start }) => start),
    build.constant(Infinity),
    build.constant(Infinity),
    build.constant(1),
    build.constant(0),
  ];
  const names = [...unknowns.map(({ name }) => name), "change", "lastChange", "size", "round"];
  const loop = build.while(
    inits,
    (carried) => {
      const [change, last, size] = carried.slice(count);
      const bound = build.operation("mul", [build.constant(settled), present(size)]);
      const isLarge = build.operation("gt", [present(change), bound], "boolean");
      const falls = build.operation("lt", [present(change), present(last)], "boolean");
      return build.operation("or", [isLarge, falls], "boolean");
    },
    (_, carried) => {
      const current = carried.slice(0, count);
      const number = build.operation("add", [present(carried[count + 3]), build.constant(1)], "number", "round");
      throwAfter(build, number, `the derivative at the fixed point${lineOf(solved)} does not settle`);
      let extremes: Extremes = {};
      const after = round(current).map((next, k) => {
        const before = present(current[k]);
        if (typeof next !== "function") {
          build.suggestName(next, "next");
          extremes = compared(build, before, next, extremes);
          return next;
        }
        const found = compareEntries(build, before, present(unknowns[k]?.length), next, extremes);
        extremes = found.extremes;
        return found.array;
      });
      return [...after, present(extremes.change), present(carried[count]), present(extremes.size), number];
    },
    false,
    names,
    { fixedPoint: solved.fixedPoint },
  );
  return loop.results.slice(0, count);
}

interface Extremes {
  readonly change?: ValueId;
  readonly size?: ValueId;
}

function compared(build: GraphBuilder, before: ValueId, next: ValueId, { change, size }: Extremes): Required<Extremes> {
  const largest = (value: ValueId, other: ValueId | undefined, name: string): ValueId =>
    other === undefined ? value : build.operation("max", [other, value], "number", name);
  const difference = build.operation("abs", [build.operation("sub", [next, before])], "number", "difference");
  return {
    change: largest(difference, change, "change"),
    size: largest(build.operation("abs", [next]), size, "size"),
  };
}

/** Stores the entries that come after, and compares them with those before. */
function compareEntries(
  build: GraphBuilder,
  array: ValueId,
  length: ValueId,
  next: (index: ValueId) => ValueId,
  { change, size }: Extremes,
): { readonly array: ValueId; readonly extremes: Extremes } {
  const range = { start: build.constant(0), bound: length, step: 1, inclusive: false, indexName: "k" };
  const inits = [array, change ?? build.constant(0), size ?? build.constant(0)];
  const loop = build.for(
    range,
    inits,
    (index, [version, largest, magnitude]) => {
      const value = next(index);
      const before = build.load(present(version), index);
      const extremes = compared(build, before, value, { change: present(largest), size: present(magnitude) });
      return [build.store(present(version), index, value), extremes.change, extremes.size];
    },
    [undefined, "change", "size"],
  );
  const [after, largest, magnitude] = loop.results;
  return { array: present(after), extremes: { change: present(largest), size: present(magnitude) } };
}

function throwAfter(build: GraphBuilder, round: ValueId, text: string): void {
  const isOver = build.operation("gt", [round, build.constant(mostRounds)], "boolean");
  build.if(
    isOver,
    () => {
      build.push({ kind: "throw", errorClass: "Error", parts: [text], ...build.place() });
      return [];
    },
    () => [],
  );
}
