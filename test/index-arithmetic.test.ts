import { describe, expect, it } from "vitest";
import type { ForNode, Graph, LoopNode, ValueId } from "../src/ir/graph.ts";
import { indexOf, walkNodes } from "../src/ir/walk.ts";
import { indexAlgebra } from "../transforms/analyze/affine.ts";
import { bufferOf } from "../src/ir/buffers.ts";
import { denseRange } from "../transforms/analyze/coverage.ts";
import { integerValues } from "../src/ir/integers.ts";
import { multiplyPolynomials, polynomialKey } from "../transforms/analyze/polynomial.ts";
import { f64, graphOf, pingPong, scalar } from "./hand-built-graphs.ts";
import { dense } from "./pass-graphs.ts";

type Arithmetic = (index: readonly ValueId[], parameters: Readonly<Record<string, ValueId>>, op: Op) => ValueId;
type Op = (operation: string, ...operands: readonly ValueId[]) => ValueId;

/** A nest over `bounds` (parameters, `length`: that of a, or `triangle`: up to the index before), and one load of a at `index`. */
function nest(bounds: readonly string[], index: Arithmetic) {
  const names = { m: "number", n: "number", k: "number", stride: "number" } as const;
  const graph = graphOf({ a: f64, ...names }, (b, p) => {
    const op: Op = (operation, ...operands) => b.operation(operation, operands);
    const zero = b.constant(0);
    const sizes: Readonly<Record<string, ValueId>> = { ...p, length: b.length(p.a!) };
    const open = (depth: number, indices: readonly ValueId[]): void => {
      const bound = bounds[depth];
      if (bound === undefined) {
        b.load(p.a!, index(indices, sizes, op));
        return;
      }
      const isTriangle = bound === "triangle";
      b.for(
        { start: zero, bound: isTriangle ? indices.at(-1)! : sizes[bound]!, step: 1, inclusive: isTriangle },
        [],
        (i) => {
          open(depth + 1, [...indices, i]);
          return [];
        },
      );
    };
    open(0, []);
    return { returned: scalar(zero) };
  });
  const loops: ForNode[] = [];
  let at: ValueId | undefined;
  walkNodes(graph.body, (node) => {
    if (node.kind === "for") loops.push(node);
    if (node.kind === "load") at = node.index;
  });
  const algebra = indexAlgebra(graph);
  const access = (loop: LoopNode) => ({
    index: algebra.polynomialOf(at!),
    inner: loops.slice(loops.indexOf(loop as ForNode) + 1),
  });
  return { loops, algebra, owned: (depth: number) => algebra.ownedBy([access(loops[depth]!)], loops[depth]!), at: at! };
}

describe("ownedBy", () => {
  it("knows rows and columns", () => {
    const { owned } = nest(["m", "n"], ([i, j], { n }, op) => op("add", op("mul", i!, n!), j!));
    expect(owned(0)).toBeDefined();
    expect(owned(1)).toBeDefined();
  });

  it("knows three dimensions, written either way", () => {
    const flat = nest(["k", "m", "n"], ([h, i, j], { m, n }, op) =>
      op("add", op("mul", op("add", op("mul", h!, m!), i!), n!), j!),
    );
    const spread = nest(["k", "m", "n"], ([h, i, j], { m, n }, op) =>
      op("add", op("add", op("mul", op("mul", h!, m!), n!), op("mul", n!, i!)), j!),
    );
    for (const { owned } of [flat, spread]) for (const depth of [0, 1, 2]) expect(owned(depth)).toBeDefined();
  });

  it("knows triangles", () => {
    const { owned } = nest(["n", "triangle"], ([i, j], { n }, op) => op("add", op("mul", i!, n!), j!));
    expect(owned(0)).toBeDefined();
  });

  it("does not claim rows that may overlap", () => {
    const window = nest(["m", "n"], ([i, j], { stride }, op) => op("add", op("mul", i!, stride!), j!));
    expect(window.owned(0)).toBeUndefined();
    const shared = nest(["m", "n"], ([, j]) => j!);
    expect(shared.owned(0)).toBeUndefined();
    expect(shared.owned(1)).toBeDefined();
    const column = nest(["m", "n"], ([i, j], { n }, op) => op("add", op("mul", j!, n!), i!));
    expect(column.owned(0)).toBeUndefined(); // m may exceed n
  });

  it("does not claim what the data decides", () => {
    const { owned } = nest(["m", "n"], ([i, j], { n }, op) => op("floor", op("div", op("add", i!, j!), n!)));
    expect(owned(0)).toBeUndefined();
  });
});

it("denseRange is the product of the bounds, in any order of the loops", () => {
  for (const order of [
    ["m", "length"],
    ["length", "m"],
  ] as const) {
    const { algebra, loops, at } = nest(order, (indices, { length }, op) => {
      const [i, j] = order[0] === "m" ? indices : [indices[1], indices[0]];
      return op("add", op("mul", i!, length!), j!);
    });
    const range = denseRange(algebra.polynomialOf(at), loops, algebra);
    const [one, other] = loops.map(({ bound }) => algebra.polynomialOf(bound));
    expect(polynomialKey(range!.low)).toBe("");
    expect(polynomialKey(range!.high)).toBe(polynomialKey(multiplyPolynomials(one!, other!)));
  }
  const { algebra, loops, at } = nest(["m", "length"], ([i, j], { stride }, op) =>
    op("add", op("mul", i!, stride!), j!),
  );
  expect(denseRange(algebra.polynomialOf(at), loops, algebra)).toBeUndefined();
});

it("denseRange is not known where two bounds may both be negative", () => {
  const { algebra, loops, at } = nest(["m", "n"], ([i, j], { n }, op) => op("add", op("mul", i!, n!), j!));
  expect(denseRange(algebra.polynomialOf(at), loops, algebra)).toBeUndefined();
});

describe("bufferOf", () => {
  it("follows loops that keep their arrays in place, and not those that exchange them", () => {
    const plain = dense();
    const [allocated] = results(plain, "allocate");
    const buffers = bufferOf(plain);
    for (const result of results(plain, "store")) expect(buffers.get(result)).toBe(allocated);

    const swapped = pingPong();
    const [, outer] = loopsOf(swapped);
    const own = bufferOf(swapped);
    for (const argument of outer!.body.arguments.slice(1)) expect(own.get(argument)).toBe(argument);
    for (const result of outer!.results) expect(own.get(result)).toBe(result);
  });
});

it("integerValues finds what is whole through loops", () => {
  const graph = graphOf({ a: f64, n: "number", x: "number" }, (b, { a, n, x }) => {
    const zero = b.constant(0);
    const loop = b.for({ start: zero, bound: n!, step: 1, inclusive: false }, [zero, zero], (i, [count, sum]) => [
      b.operation("add", [count!, i]),
      b.operation("add", [sum!, b.load(a!, i)]),
    ]);
    return { returned: { kind: "tuple", entries: [...loop.results, x!].map(scalar) } };
  });
  const whole = integerValues(graph);
  const [loop] = loopsOf(graph);
  const [, n, x] = graph.parameters.map((parameter) => parameter.value);
  expect([indexOf(loop!), n!, loop!.results[0]!].map((value) => whole.has(value))).toEqual([true, true, true]);
  expect([loop!.results[1]!, x!].map((value) => whole.has(value))).toEqual([false, false]);
});

function loopsOf(graph: Graph): readonly LoopNode[] {
  const loops: LoopNode[] = [];
  walkNodes(graph.body, (node) => {
    if (node.kind === "for" || node.kind === "while") loops.push(node);
  });
  return loops;
}

function results(graph: Graph, kind: "allocate" | "store"): readonly ValueId[] {
  const found: ValueId[] = [];
  walkNodes(graph.body, (node) => {
    if (node.kind === kind) found.push(node.result);
  });
  return found;
}
