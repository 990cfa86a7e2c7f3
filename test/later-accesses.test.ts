/**
 * What `staysClear` promises, against loops that are run: random nests with two accesses, over all small sizes.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../src/ir/builder.ts";
import type { GraphNode, LoopNode, ValueId } from "../src/ir/graph.ts";
import { isLoop, walkNodes } from "../src/ir/walk.ts";
import { indexAlgebra } from "../transforms/analyze/affine.ts";
import { staysClear, type PlacedAccess } from "../transforms/analyze/later-accesses.ts";
import { f64, graphOf, scalar } from "./hand-built-graphs.ts";

/** `constant + rows * n * (index of `row`) + index of `column``, where an index of -1 is none. */
interface Index {
  readonly constant: number;
  readonly times: readonly number[];
  /** The loop whose index is multiplied by n, counted from the outermost. */
  readonly row: number;
}

/** A loop from `low` to below `high`; `down`: the other way round. An end is a number, n, or the index of a loop around. */
interface Loop {
  readonly low: number | string;
  readonly high: number | string;
  readonly down: boolean;
}

interface Nest {
  readonly shared: readonly Loop[];
  /** The loops around one access alone. */
  readonly own: readonly [readonly Loop[], readonly Loop[]];
  readonly indices: readonly [Index, Index];
}

const end = (ends: readonly (number | string)[]) => fc.constantFrom(...ends);
const loop: fc.Arbitrary<Loop> = fc.record({
  low: end([0, 0, 1, "i", "j", "i+1", "j+1"]),
  high: end(["n", "n", "i", "j", "n-1", "i+1", 3]),
  down: fc.boolean(),
});
const index: fc.Arbitrary<Index> = fc.record({
  constant: fc.integer({ min: -1, max: 2 }),
  times: fc.array(fc.constantFrom(0, 0, 1, 1, 2, -1), { minLength: 4, maxLength: 4 }),
  row: fc.integer({ min: -1, max: 3 }),
});
const nest: fc.Arbitrary<Nest> = fc.record({
  shared: fc.array(loop, { minLength: 1, maxLength: 2 }),
  own: fc.tuple(fc.array(loop, { maxLength: 1 }), fc.array(loop, { maxLength: 1 })),
  indices: fc.tuple(index, index),
});

const names = ["i", "j", "k", "l"];

/** The value of an end where the loops around have these indices; undefined where it names a loop that is not around. */
function valueOf(text: number | string, indices: readonly number[], n: number): number | undefined {
  if (typeof text === "number") return text;
  const base = text[0] === "n" ? n : indices[names.indexOf(text[0] ?? "")];
  return base === undefined ? undefined : base + Number(text.slice(1) || 0);
}

/** Every access in the order in which it happens: which of the two, and the entry. */
function run({ shared, own, indices }: Nest, n: number): readonly { readonly which: number; readonly entry: number }[] {
  const trace: { which: number; entry: number }[] = [];
  const through = (loops: readonly Loop[], around: readonly number[], body: (all: readonly number[]) => void): void => {
    const [first, ...rest] = loops;
    if (first === undefined) return body(around);
    const low = valueOf(first.low, around, n) ?? 0;
    const high = valueOf(first.high, around, n) ?? n;
    if (first.down) for (let at = high - 1; at >= low; at--) through(rest, [...around, at], body);
    else for (let at = low; at < high; at++) through(rest, [...around, at], body);
  };
  through(shared, [], (around) => {
    for (const which of [0, 1]) {
      through(own[which] ?? [], around, (all) => {
        const { constant, times, row } = indices[which]!;
        const sum = all.reduce((total, each, depth) => total + each * (times[depth] ?? 0), constant);
        trace.push({ which, entry: sum + n * (all[row] ?? 0) });
      });
    }
  });
  return trace;
}

/** The same nest as a graph: the first access is a load, the second a store. */
function analyzed({ shared, own, indices }: Nest) {
  const graph = graphOf({ a: f64, n: "number" }, (b, { a, n }) => {
    const zero = b.constant(0);
    const ending = (text: number | string, around: readonly ValueId[], fallback: ValueId): ValueId => {
      if (typeof text === "number") return b.constant(text);
      const base = text[0] === "n" ? n! : around[names.indexOf(text[0] ?? "")];
      if (base === undefined) return fallback;
      const more = Number(text.slice(1) || 0);
      return more === 0 ? base : b.operation("add", [base, b.constant(more)]);
    };
    const position = (which: 0 | 1, all: readonly ValueId[]): ValueId => {
      const { constant, times, row } = indices[which];
      let sum = b.constant(constant);
      all.forEach((each, depth) => {
        sum = b.operation("add", [sum, b.operation("mul", [each, b.constant(times[depth] ?? 0)])]);
      });
      const rowIndex = all[row];
      return rowIndex === undefined ? sum : b.operation("add", [sum, b.operation("mul", [rowIndex, n!])]);
    };
    const through = (
      builder: GraphBuilder,
      loops: readonly Loop[],
      around: readonly ValueId[],
      array: ValueId,
      body: (all: readonly ValueId[], array: ValueId) => ValueId,
    ): ValueId => {
      const [first, ...rest] = loops;
      if (first === undefined) return body(around, array);
      const low = ending(first.low, around, zero);
      const high = ending(first.high, around, n!);
      const last = builder.operation("sub", [high, builder.constant(1)]);
      const range = first.down
        ? { start: last, bound: low, step: -1, inclusive: true }
        : { start: low, bound: high, step: 1, inclusive: false };
      const { results } = builder.for(range, [array], (at, [carried]) => [
        through(builder, rest, [...around, at], carried!, body),
      ]);
      return results[0]!;
    };
    through(b, shared, [], a!, (around, array) => {
      const read = through(b, own[0], around, array, (all, version) => {
        b.load(version, position(0, all));
        return version;
      });
      return through(b, own[1], around, read, (all, version) => b.store(version, position(1, all), zero));
    });
    return { returned: scalar(zero) };
  });
  const accesses = new Map<string, PlacedAccess>();
  const visit = (nodes: readonly GraphNode[], loops: readonly LoopNode[]): void => {
    for (const node of nodes) {
      if (node.kind === "load" || node.kind === "store") accesses.set(node.kind, { index: node.index, loops });
      if (isLoop(node)) visit(node.body.nodes, [...loops, node]);
    }
  };
  visit(graph.body.nodes, []);
  return { graph, load: accesses.get("load")!, store: accesses.get("store")! };
}

/** Whether an access of the one kind is ever followed by one of the other kind to the same entry. */
function meets(trace: ReturnType<typeof run>, earlier: number, later: number): boolean {
  return trace.some(
    ({ which, entry }, at) =>
      which === earlier && trace.slice(at + 1).some((other) => other.which === later && other.entry === entry),
  );
}

describe("staysClear", () => {
  const sizes = [0, 1, 2, 3, 4, 5];
  let clear = 0;

  it("promises nothing that a run contradicts", () => {
    fc.assert(
      fc.property(nest, (drawn) => {
        const { graph, load, store } = analyzed(drawn);
        const algebra = indexAlgebra(graph);
        const traces = sizes.map((n) => run(drawn, n));
        if (staysClear(store, load, true, [], algebra)) {
          clear++;
          expect(traces.some((trace) => meets(trace, 0, 1))).toBe(false);
        }
        if (staysClear(load, store, false, [], algebra)) {
          clear++;
          expect(traces.some((trace) => meets(trace, 1, 0))).toBe(false);
        }
      }),
      { numRuns: 6000, seed: 5 },
    );
    expect(clear).toBeGreaterThan(100);
  });

  const triangle: Loop = { low: 0, high: "i", down: false };
  const all: Loop = { low: 0, high: "n", down: false };
  const at = (row: number, times: readonly number[], constant = 0): Index => ({ constant, times, row });
  it.each([
    ["a triangular solve", { shared: [all], own: [[triangle], []], indices: [at(-1, [0, 1]), at(-1, [1])] }],
    ["a table filled row by row", { shared: [all, all], own: [[], []], indices: [at(0, [0, 1], -1), at(0, [0, 1])] }],
    [
      "finished columns of a matrix kept by rows",
      {
        shared: [all, { low: "i+1", high: "n", down: false }],
        own: [[triangle], []],
        indices: [at(1, [0, 0, 1]), at(1, [1])],
      },
    ],
    [
      "a solve from below",
      {
        shared: [{ ...all, down: true }],
        own: [[{ low: "i+1", high: "n", down: false }], []],
        indices: [at(-1, [0, 1]), at(-1, [1])],
      },
    ],
  ] as const)("sees %s", (_, drawn: Nest) => {
    const { graph, load, store } = analyzed(drawn);
    expect(staysClear(store, load, true, [], indexAlgebra(graph))).toBe(true);
    let loads = 0;
    walkNodes(graph.body, ({ kind }) => (loads += kind === "load" ? 1 : 0));
    expect(loads).toBe(1);
  });

  it("sees that an index which goes down comes by what was read further down", () => {
    const drawn: Nest = { shared: [all], own: [[], []], indices: [at(-1, [-1], -2), at(-1, [-1])] };
    const { graph, load, store } = analyzed(drawn);
    expect(meets(run(drawn, 4), 0, 1)).toBe(true);
    expect(staysClear(store, load, true, [], indexAlgebra(graph))).toBe(false);
  });
});

describe("staysClear of a row that is searched for", () => {
  /** for (k…) { a[k] is read; p = k; for (i = k + 1…n) p = … ? found(i) : p; a[p] is stored } */
  const searched = (isDown: boolean, found: (b: GraphBuilder, i: ValueId) => ValueId): boolean => {
    const graph = graphOf({ a: f64, n: "number" }, (b, { a, n }) => {
      const one = b.constant(1);
      const last = b.operation("sub", [n!, one]);
      const range = isDown
        ? { start: last, bound: b.constant(0), step: -1, inclusive: true }
        : { start: b.constant(0), bound: n!, step: 1, inclusive: false };
      const loop = b.for(range, [a!], (k, [array]) => {
        const read = b.load(array!, k);
        const rest = { start: b.operation("add", [k, one]), bound: n!, step: 1, inclusive: false };
        const search = b.for(rest, [k], (i, [p]) =>
          b.if(
            b.operation("gt", [b.load(array!, i), read], "boolean"),
            () => [found(b, i)],
            () => [p!],
          ),
        );
        return [b.store(array!, search.results[0]!, read)];
      });
      return { returned: scalar(b.constant(0)), final: { a: loop.results[0]! } };
    });
    const [loop] = graph.body.nodes.filter((node) => node.kind === "for");
    const [load, store] = ["load", "store"].map((kind) => loop!.body.nodes.find((node) => node.kind === kind));
    if (load?.kind !== "load" || store?.kind !== "store") throw new Error("an access is missing");
    const placed = ({ index }: { readonly index: ValueId }): PlacedAccess => ({ index, loops: [loop!] });
    return staysClear(placed(store), placed(load), false, [], indexAlgebra(graph));
  };

  it("knows that it is not below where the search starts", () => {
    expect(searched(false, (_, i) => i)).toBe(true);
  });
  it("sees that a search may go below that", () => {
    expect(searched(false, (b, i) => b.operation("sub", [i, b.constant(2)]))).toBe(false);
  });
  it("sees that what is found may lie anywhere above", () => {
    expect(searched(true, (_, i) => i)).toBe(false);
  });
});
