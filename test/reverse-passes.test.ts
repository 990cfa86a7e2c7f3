/**
 * Passes that see to the code of a reverse sweep, on graphs built by hand: where they act, and where something small
 * forbids it.
 */
import { describe, expect, it } from "vitest";
import type { GraphBuilder } from "../src/ir/builder.ts";
import type { Graph, GraphNode, ValueId } from "../src/ir/graph.ts";
import { deadCode } from "../transforms/optimize/dead-code.ts";
import { exchangeEntries } from "../transforms/optimize/exchange-entries.ts";
import { forwardCopies } from "../transforms/optimize/forward-copies.ts";
import { guardSingularities } from "../transforms/optimize/guard-singularities.ts";
import { keepResults } from "../transforms/optimize/keep-results.ts";
import { mergeBranches } from "../transforms/optimize/merge-branches.ts";
import { runForward } from "../transforms/optimize/run-forward.ts";
import { scalarReductions } from "../transforms/optimize/scalar-reductions.ts";
import { shortenIndices } from "../transforms/optimize/shorten-indices.ts";
import { evaluate } from "../src/ir/evaluate.ts";
import { f64, graphOf, scalar } from "./hand-built-graphs.ts";
import { expectSame, kinds, nodesOf, operations } from "./pass-checks.ts";
import { origin } from "./pass-graphs.ts";

const upTo = (b: GraphBuilder, bound: ValueId) => ({ start: b.constant(0), bound, step: 1, inclusive: false });

describe("keepResults", () => {
  /** The sum of exp(x[i]) + 1, then of what a reverse sweep makes of the exponentials, which are kept. */
  const kept = (again: (b: GraphBuilder, e: ValueId) => readonly [ValueId, ValueId]): Graph =>
    graphOf({ x: f64 }, (b, { x }) => {
      const [zero, one] = [b.constant(0), b.constant(1)];
      const every = upTo(b, b.length(x!));
      const stash = b.allocate("f64", b.length(x!), { kind: "stash", note: "e" }, false, "es");
      const there = b.for(every, [stash, zero], (i, [es, sum]) => {
        const e = b.operation("exp", [b.load(x!, i)]);
        return [b.store(es!, i, e), b.operation("add", [sum!, b.operation("add", [e, one])])];
      });
      b.reversing(origin);
      const back = b.for(every, [zero, zero], (i, [sum]) => {
        const [summand, last] = again(b, b.load(there.results[0]!, i));
        return [b.operation("mul", [sum!, summand]), last];
      });
      return { returned: { kind: "tuple", entries: [there.results[1]!, ...back.results].map(scalar) } };
    });
  const plus = (b: GraphBuilder, e: ValueId, constant: number): ValueId =>
    b.operation("add", [e, b.constant(constant)]);

  it.each([
    ["keeps what both sweeps make", (b, e) => [plus(b, e, 1), b.constant(2)], 2],
    ["leaves what is made with another constant", (b, e) => [plus(b, e, 2), b.constant(2)], 3],
    ["leaves what is read as it is, too", (b, e) => [plus(b, e, 1), e], 3],
  ] as const satisfies readonly (readonly [string, Parameters<typeof kept>[0], number])[])("%s", (_, again, sums) => {
    const graph = kept(again);
    const changed = deadCode(keepResults(graph));
    expectSame(graph, changed, [[[0.5, -1, 2]], [[]]]);
    expect(operations(changed).filter((name) => name === "add")).toHaveLength(sums);
  });
});

describe("exchangeEntries", () => {
  /** Mirrored statement by statement: what is given to the entry i, and added to j, are the old ones in an exchange. */
  const exchange = (
    given: (b: GraphBuilder, old: { readonly there: ValueId; readonly other: ValueId }) => ValueId,
    added: (b: GraphBuilder, here: ValueId, x: ValueId) => ValueId,
  ): Graph =>
    graphOf({ d: f64, w: f64, i: "number", j: "number", x: "number" }, (b, { d, w, i, j, x }) => {
      b.reversing(origin);
      const old = { there: b.load(d!, j!), other: b.load(w!, j!) };
      const cleared = b.store(d!, j!, b.constant(0));
      const here = b.load(cleared, i!);
      const first = b.store(cleared, i!, given(b, old));
      const sum = b.operation("add", [b.load(first, j!), added(b, here, x!)]);
      return { returned: scalar(x!), final: { d: b.store(first, j!, sum) } };
    });
  const inputs = [
    [[1, 2, 3], [5, 6, 7], 0, 2, 0.5],
    [[1, 2, 3], [5, 6, 7], 1, 1, 0.5],
  ];

  it.each([
    [
      "leaves out what an exchange does not need",
      exchange(
        (_, { there }) => there,
        (_, here) => here,
      ),
      2,
    ],
    [
      "sees that something else is given",
      exchange(
        (_, { other }) => other,
        (_, here) => here,
      ),
      3,
    ],
    [
      "sees that something else is added",
      exchange(
        (_, { there }) => there,
        (b, here, x) => b.operation("mul", [here, x]),
      ),
      3,
    ],
  ] as const)("%s", (_, graph, stores) => {
    const changed = exchangeEntries(graph);
    expectSame(graph, changed, inputs);
    expect(kinds(changed).filter((kind) => kind === "store")).toHaveLength(stores);
  });
});

describe("forwardCopies", () => {
  /** y = a copy of x; then `change` stores, and an entry of the copy is returned. */
  const copied = (change: (b: GraphBuilder, x: ValueId, y: ValueId) => { readonly x: ValueId; readonly y: ValueId }) =>
    graphOf({ x: f64 }, (b, { x }) => {
      const n = b.length(x!);
      const copy = b.for(upTo(b, n), [b.allocate("f64", n, { kind: "local" }, false, "y")], (k, [y]) => [
        b.store(y!, k, b.load(x!, k)),
      ]);
      const last = change(b, x!, copy.results[0]!);
      return { returned: scalar(b.load(last.y, b.constant(1))), final: { x: last.x } };
    });

  it.each([
    ["reads the original", copied((_, x, y) => ({ x, y })), false],
    [
      "keeps the old where the original changes",
      copied((b, x, y) => ({ x: b.store(x, b.constant(1), b.constant(5)), y })),
      true,
    ],
    [
      "keeps the original where the copy changes",
      copied((b, x, y) => ({ x, y: b.store(y, b.constant(1), b.constant(5)) })),
      true,
    ],
  ] as const)("%s", (_, graph, isCopied) => {
    const changed = forwardCopies(graph);
    expectSame(graph, changed, [[[1, 2, 3]]]);
    expect(kinds(changed).includes("allocate")).toBe(isCopied);
  });
});

describe("mergeBranches", () => {
  it.each([true, false])("puts a branch into that before it, on its side: the same test, %s", (isSame) => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      const isPositive = b.operation("gt", [x!, b.constant(0)], "boolean");
      const test = isSame ? isPositive : b.operation("not", [isPositive], "boolean");
      const [y] = b.if(isPositive, () => [b.constant(3)], () => [x!]); // prettier-ignore
      const [z] = b.if(
        test,
        () => [b.operation("mul", [y!, b.constant(10)])],
        () => [b.operation("mul", [y!, b.constant(7)])],
      );
      return { returned: scalar(z!) };
    });
    const merged = mergeBranches(graph);
    expectSame(graph, merged, [[1], [-2]]);
    expect(kinds(merged).filter((kind) => kind === "if")).toHaveLength(1);
  });
});

describe("guardSingularities", () => {
  /** An adjoint that is x, or 0 where x is not positive, divided by an entry of w, is added to an entry of dx. */
  const accumulated = (at: number, after: (b: GraphBuilder, w: ValueId) => ValueId): Graph =>
    graphOf({ dx: f64, w: f64, x: "number" }, (b, { dx, w, x }) => {
      const isPositive = b.operation("gt", [x!, b.constant(0)], "boolean");
      b.reversing(origin);
      const [d] = b.if(isPositive, () => [x!], () => [b.constant(0)]); // prettier-ignore
      const e = b.operation("div", [d!, b.load(w!, b.constant(0))]);
      const from = b.constant(0);
      const sum = b.operation("add", [b.load(dx!, from), e]);
      const last = b.store(dx!, at === 0 ? from : b.constant(at), sum);
      return { returned: scalar(x!), final: { dx: last, w: after(b, w!) } };
    });

  it("does not divide 0 by 0", () => {
    const graph = guardSingularities(accumulated(0, (_, w) => w));
    const dx = (x: number) => [...evaluate(graph, [[1, 2], [0, 0], x]).final.values()].map((array) => [...array]);
    expect(dx(-1)).toEqual([[1, 2], [0, 0]]); // prettier-ignore
    expect(dx(1)).toEqual([[Infinity, 2], [0, 0]]); // prettier-ignore
  });

  it("sees that a sum goes to another entry", () => {
    const graph = accumulated(1, (_, w) => w);
    expectSame(graph, guardSingularities(graph), [
      [[1, 2], [4, 0], 3],
      [[1, 2], [4, 0], -3],
    ]);
  });

  it("reads before a store what it read before it", () => {
    const graph = accumulated(0, (b, w) => b.store(w, b.constant(0), b.constant(8)));
    const guarded = guardSingularities(graph);
    expectSame(graph, guarded, [
      [[1, 2], [4, 0], 3],
      [[1, 2], [4, 0], -3],
    ]);
    expect(guarded.body.nodes.filter((node) => node.kind === "if")).toHaveLength(2);
  });
});

describe("runForward", () => {
  /** d[i + to] = 2 * d[i], from the last i to the first. */
  const doubled = (to: number): Graph =>
    graphOf({ d: f64 }, (b, { d }) => {
      b.reversing(origin);
      const last = b.operation("sub", [b.length(d!), b.constant(1)]);
      const loop = b.for({ start: last, bound: b.constant(1), step: -1, inclusive: true }, [d!], (i, [array]) => {
        const value = b.operation("mul", [b.load(array!, i), b.constant(2)]);
        return [b.store(array!, b.operation("add", [i, b.constant(to)]), value)];
      });
      return { returned: scalar(b.constant(0)), final: { d: loop.results[0]! } };
    });

  it.each([
    ["turns a loop whose iterations have an entry each", 0, 1],
    ["leaves one whose iterations hand entries on", -1, -1],
  ])("%s", (_, to, step) => {
    const turned = runForward({ strictFp: true }).run(doubled(to));
    expectSame(doubled(to), turned, [[[1, 2, 3, 4]]]);
    expect(loopsOf(turned)).toMatchObject([{ step }]);
  });
});

describe("shortenIndices", () => {
  it("lets a loop run up to below the bound", () => {
    const graph = graphOf({ x: f64, n: "number" }, (b, { x }) => {
      b.reversing(origin);
      const range = { start: b.constant(0), bound: b.operation("sub", [b.length(x!), b.constant(1)]) };
      const loop = b.for({ ...range, step: 1, inclusive: true }, [b.constant(0)], (i, [sum]) => [
        b.operation("add", [sum!, b.load(x!, i)]),
      ]);
      return { returned: scalar(loop.results[0]!) };
    });
    const shorter = shortenIndices(graph);
    expectSame(graph, shorter, [[[1, 2, 4], 3]]);
    expect(loopsOf(shorter)).toMatchObject([{ inclusive: false }]);
    expect(operations(shorter)).toEqual(["add"]);
  });
});

describe("scalarReductions", () => {
  it("rounds in every step what the value's Float32Array rounds", () => {
    const graph = graphOf({ y: { kind: "array", element: "f32" }, x: f64 }, (b, { y, x }) => {
      const loop = b.for(upTo(b, b.length(x!)), [y!], (i, [array]) => {
        const sum = b.operation("add", [b.load(array!, b.constant(0)), b.load(x!, i)]);
        return [b.store(array!, b.constant(0), sum)];
      });
      return { returned: scalar(b.constant(0)), final: { y: loop.results[0]! } };
    });
    expectSame(graph, scalarReductions(graph), [[Float32Array.of(1), [3e-8, 3e-8, 3e-8, 3e-8]]]);
  });

  it("leaves an entry that a loop within reads too", () => {
    const graph = graphOf({ y: f64, n: "number" }, (b, { y, n }) => {
      const first = b.constant(0);
      const loop = b.for(upTo(b, n!), [y!, first], (_, [array, total]) => {
        const more = b.store(array!, first, b.operation("add", [b.load(array!, first), b.constant(1)]));
        const inner = b.for(upTo(b, n!), [total!], (__, [sum]) => [b.operation("add", [sum!, b.load(more, first)])]);
        return [more, inner.results[0]!];
      });
      return { returned: scalar(loop.results[1]!), final: { y: loop.results[0]! } };
    });
    expectSame(graph, scalarReductions(graph), [
      [[2, 5], 3],
      [[2, 5], 0],
    ]);
  });
});

function loopsOf(graph: Graph): readonly GraphNode[] {
  return nodesOf(graph.body).filter((node) => node.kind === "for");
}
