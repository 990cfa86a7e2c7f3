import { describe, expect, test } from "vitest";
import { evaluateDual, type Tangent } from "../src/ir/evaluate-dual.ts";
import { evaluate, type Argument } from "../src/ir/evaluate.ts";
import type { Graph } from "../src/ir/graph.ts";
import { StepLimitError } from "../src/ir/interpret.ts";
import { printGraph } from "../src/ir/print.ts";
import { verify } from "../src/ir/verify.ts";
import { f64, flip, graphOf, newton, pingPong, scalar, span, squares } from "./hand-built-graphs.ts";

describe("evaluate", () => {
  test("counted loops, up and down, with and without their bound", () => {
    const a = [1, 2, 3, 4];
    expect(evaluate(squares(1, false), [a, 0, 4]).returned).toEqual([30, 4]);
    expect(evaluate(squares(1, true), [a, 1, 2]).returned).toEqual([13, 2]);
    expect(evaluate(squares(-1, true), [a, 3, 0]).returned).toEqual([30, 4]);
    expect(evaluate(squares(-2, false), [a, 3, 0]).returned).toEqual([20, 2]);
    expect(evaluate(squares(1, false), [a, 4, 4]).returned).toEqual([0, 0]);
  });

  test("the index is summed up as JavaScript does", () => {
    let trips = 0;
    for (let t = 0; t < 1; t += 0.1) trips++;
    expect(trips).toBe(11);
    const graph = graphOf({}, (b) => {
      const range = { start: b.constant(0), bound: b.constant(1), step: 0.1, inclusive: false };
      return { returned: scalar(b.for(range, [], () => []).trips) };
    });
    expect(evaluate(graph, []).returned).toBe(trips);
  });

  test("a loop that its body stops", () => {
    const { returned } = evaluate(newton(), [2, 1e-9]);
    let root = 2;
    for (let k = 0; k < 5; k++) root = 0.5 * (root + 2 / root);
    expect(root).toBeCloseTo(Math.SQRT2, 12);
    expect(returned).toEqual({ root, trips: 5, stopped: true });
    expect(evaluate(newton(), [-1, 1e-9]).returned).toEqual({ root: -1, trips: 0, stopped: false });
  });

  test("buffers that change places", () => {
    const step = (x: number) => Math.tanh(x * 0.5);
    for (const steps of [0, 1, 2, 3]) {
      const expected = [1, -2].map((x) => Array.from({ length: steps }).reduce<number>(step, x));
      expect(evaluate(pingPong(), [[1, -2], 0.5, steps]).returned).toEqual(Float64Array.from(expected));
    }
  });

  test("stores in branches; the arguments of the caller stay as they are", () => {
    const a = Float64Array.of(-1, 5);
    const { returned, final } = evaluate(flip(), [a, 0]);
    expect(returned).toBe(6);
    expect(final.get(0)).toEqual(Float64Array.of(1, 5));
    expect(a).toEqual(Float64Array.of(-1, 5));
    expect(evaluate(flip(), [a, 1]).returned).toBe(4);
  });

  test.each([
    ["f64", 1.1, 1.1],
    ["f32", 1.1, Math.fround(1.1)],
    ["i8", 200.7, -56],
    ["u8", -1.5, 255],
    ["u8c", 300.5, 255],
    ["i16", 40000, -25536],
    ["u16", 70000, 4464],
    ["i32", 2 ** 31, -(2 ** 31)],
    ["u32", -1, 2 ** 32 - 1],
    ["number", 1.1, 1.1],
  ] as const)("a store into %s rounds as JavaScript does", (element, value, stored) => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      const array = b.allocate(element, b.constant(1), { kind: "local" }, true);
      return { returned: scalar(b.load(b.store(array, b.constant(0), x!), b.constant(0))) };
    });
    expect(evaluate(graph, [value]).returned).toBe(stored);
  });

  test("loads out of range, arrays not filled, tables, and growing", () => {
    const graph = graphOf({ i: "number" }, (b, { i }) => {
      const table = b.table("f64", [1, 2, 3]);
      const raw = b.allocate("f64", b.constant(2), { kind: "stash", note: "x" }, false);
      const one = b.store(raw, b.constant(0), b.constant(7));
      const grown = b.grow(one, b.constant(3));
      const outputs = [b.load(table, i!), b.load(grown, b.constant(0)), b.load(grown, i!)];
      const last = b.store(grown, b.constant(3), b.constant(9));
      return {
        returned: { kind: "tuple", entries: [...outputs, b.load(last, b.constant(3))].map(scalar) },
      };
    });
    expect(verify(graph)).toEqual([]);
    expect(evaluate(graph, [1]).returned).toEqual([2, 7, NaN, 9]);
    expect(evaluate(graph, [5]).returned).toEqual([NaN, 7, NaN, 9]);
  });

  test("throws what the graph throws", () => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      b.if(
        b.operation("lt", [x!, b.constant(0)], "boolean"),
        () => {
          b.push({ kind: "throw", errorClass: "RangeError", parts: ["negative: ", x!] });
          return [];
        },
        () => [],
      );
      return { returned: scalar(x!) };
    });
    expect(evaluate(graph, [1]).returned).toBe(1);
    expect(() => evaluate(graph, [-2])).toThrow(new RangeError("negative: -2"));
  });

  test("opaque values come from outside", () => {
    const graph = graphOf({}, (b) => {
      const result = b.fresh("number");
      b.push({ kind: "opaque", text: "Math.random()", result });
      return { returned: scalar(result) };
    });
    expect(evaluate(graph, [], { opaque: (text) => text.length }).returned).toBe(13);
    expect(() => evaluate(graph, [])).toThrow("Math.random()");
  });

  test("a limit of steps ends a loop without end", () => {
    const graph = graphOf({}, (b) => {
      b.while(
        [],
        () => b.constant(true),
        () => [],
      );
      return {};
    });
    expect(() => evaluate(graph, [], { steps: 1000 })).toThrow(StepLimitError);
  });
});

describe("evaluateDual", () => {
  test.each<[string, Graph, readonly Argument[], readonly Tangent[]]>([
    ["squares", squares(1, false), [[1, 2, 3], 0, 3], [[0.5, -1, 2], undefined, undefined]],
    ["newton", newton(), [2, 1e-9], [1, undefined]],
    ["ping-pong, in h", pingPong(), [[1, -2], 0.5, 3], [[1, 0.5], undefined, undefined]],
    ["ping-pong, in w", pingPong(), [[1, -2], 0.5, 4], [undefined, 1, undefined]],
    ["flip, flipped", flip(), [[-1, 5], 0], [[1, 2], undefined]],
    ["flip, not flipped", flip(), [[3, 5], 0], [[1, 2], undefined]],
  ])("%s agrees with differences", (_, graph, args, tangents) => {
    const dual = evaluateDual(graph, args, tangents);
    const h = 1e-5;
    const at = (t: number) =>
      numbersOf(
        evaluate(
          graph,
          args.map((argument, k) => shifted(argument, tangents[k], t)),
        ),
      );
    const [low, high] = [at(-h), at(h)];
    const expected = low.map((value, k) => (high[k]! - value) / (2 * h));
    const finals = [...dual.final.values()].flatMap(({ tangent }) => [...tangent]);
    const actual = [...dual.leaves.flatMap(({ tangent }) => (typeof tangent === "number" ? [tangent] : [...tangent]))];
    [...actual, ...finals].forEach((tangent, k) => expect(tangent).toBeCloseTo(expected[k]!, 8));

    const { returned, final } = evaluate(graph, args);
    const values = dual.leaves.map(({ value }) => value);
    expect(values).toEqual(
      typeof returned === "object" && !ArrayBuffer.isView(returned) ? Object.values(returned) : [returned],
    );
    expect([...dual.final].map(([k, { value }]) => [k, value])).toEqual([...final]);
  });

  test("an integer array drops the tangent, a float array rounds the value alone", () => {
    const through = (element: "i32" | "f32") =>
      graphOf({ x: "number" }, (b, { x }) => {
        const array = b.allocate(element, b.constant(1), { kind: "local" }, true);
        return { returned: scalar(b.load(b.store(array, b.constant(0), x!), b.constant(0))) };
      });
    expect(evaluateDual(through("i32"), [2.7], [1]).leaves).toEqual([{ path: [], value: 2, tangent: 0 }]);
    const [leaf] = evaluateDual(through("f32"), [1.1], [1 / 3]).leaves;
    expect(leaf).toEqual({ path: [], value: Math.fround(1.1), tangent: 1 / 3 });
  });

  test("a constant stays one where the slope is infinite", () => {
    const graph = graphOf({ x: "number", y: "number" }, (b, { x, y }) => ({
      returned: scalar(b.operation("add", [b.operation("sqrt", [x!]), b.operation("pow", [y!, b.constant(2)])])),
    }));
    expect(evaluateDual(graph, [0, -3], [0, 1]).leaves[0]?.tangent).toBe(-6);
    expect(evaluateDual(graph, [0, -3], [1, 0]).leaves[0]?.tangent).toBe(Infinity);
  });

  test("names the leaves of what is returned", () => {
    const { leaves } = evaluateDual(newton(), [2, 1e-9], [1, undefined]);
    expect(leaves.map(({ path }) => path)).toEqual([["root"], ["trips"], ["stopped"]]);
  });
});

test("printGraph", () => {
  const graph = graphOf({ a: f64, n: "number" }, (b, { a, n }) => {
    b.at({ ...span, line: 2, text: "let sum = 0" });
    const zero = b.constant(0);
    const header = { ...span, line: 3, text: "for (let i = 0; i < n; i++) {" };
    b.at(header);
    const range = { start: zero, bound: n!, step: 1, inclusive: false, stops: true, indexName: "i" };
    const loop = b.for(
      range,
      [zero],
      (i, [sum]) => {
        b.at({ ...span, line: 4, text: "sum += a[i]" });
        const next = b.operation("add", [sum!, b.load(a!, i)]);
        const stop = b.operation("gt", [next, n!], "boolean");
        b.at(header);
        return [stop, next];
      },
      ["sum"],
    );
    b.at({ ...span, line: 6, text: "return sum > 1 ? sum : -sum" });
    const [sum] = loop.results;
    b.reversing({ ...span, line: 4, text: "sum += a[i]" });
    const [result] = b.if(
      b.operation("gt", [sum!, b.constant(1)], "boolean"),
      () => [sum!],
      () => [b.operation("neg", [sum!])],
    );
    return { returned: { kind: "object", entries: [{ key: "r", output: scalar(result!) }] } };
  });
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "f(%0:a f64[], %1:n number) {
      %2 = 0   // line 2: let sum = 0
      %8:sum, trips %9, stopped %10 = for %3:i from %2 while < %1 step 1 carry %4:sum = %2 {   // line 3: for (let i = 0; i < n; i++) {
        %5 = %0[%3]   // line 4: sum += a[i]
        %6 = add %4, %5
        %7 = gt %6, %1
        yield stop %7, %6
      }
      %11 = 1   // reverses line 4: sum += a[i]
      %12 = gt %8, %11
      %14 = if %12 {
        yield %8
      } else {
        %13 = neg %8
        yield %13
      }
      return { r: %14 }
      final a = %0
    }
    "
  `);
  expect(printGraph(newton())).toMatchInlineSnapshot(`
    "f(%0:a number, %1:tolerance number) {
      %14:a, trips %15, stopped %16 = while (%2:a) {
        %3 = 0
        %4 = gt %2, %3
        yield %4
      } iteration %5 carry %6:a = %0 {
        %7 = 0.5
        %8 = div %0, %6
        %9 = add %6, %8
        %10 = mul %7, %9
        %11 = sub %10, %6
        %12 = abs %11
        %13 = lt %12, %1
        yield stop %13, %10
      }
      return { root: %14, trips: %15, stopped: %16 }
    }
    "
  `);
});

function shifted(argument: Argument, tangent: Tangent, t: number): Argument {
  if (typeof argument === "object") {
    return Float64Array.from(argument, (entry, k) => entry + t * (typeof tangent === "object" ? tangent[k]! : 0));
  }
  return typeof argument === "number" && typeof tangent === "number" ? argument + t * tangent : argument;
}

/** All numbers of what is returned, then those of the arrays at the end. */
function numbersOf({ returned, final }: ReturnType<typeof evaluate>): number[] {
  const flat = (value: unknown): number[] =>
    typeof value === "object" && value !== null ? Object.values(value).flatMap(flat) : [Number(value)];
  return [...(returned === undefined ? [] : flat(returned)), ...[...final.values()].flatMap((array) => [...array])];
}
