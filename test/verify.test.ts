import { describe, expect, test } from "vitest";
import type { GraphNode, ValueId } from "../src/ir/graph.ts";
import { verify } from "../src/ir/verify.ts";
import { f64, flip, graphOf, newton, pingPong, scalar, squares } from "./hand-built-graphs.ts";

describe("verify", () => {
  test.each([squares(1, false), newton(), pingPong(), flip()])("finds nothing in a sound graph (%#)", (graph) => {
    expect(verify(graph)).toEqual([]);
  });

  const faulty: Record<string, [Parameters<typeof graphOf>[0], Parameters<typeof graphOf>[1], RegExp]> = {
    "a use before the definition": [
      {},
      (b) => {
        const later = b.fresh("number");
        b.operation("neg", [later]);
        b.push({ kind: "constant", value: 1, result: later });
        return {};
      },
      /neg uses value 0 before its definition/,
    ],
    "a use out of scope": [
      { c: "boolean" },
      (b, { c }) => {
        let inner: ValueId | undefined;
        b.if(
          c!,
          () => ((inner = b.constant(1)), []),
          () => [],
        );
        return { returned: scalar(inner!) };
      },
      /returned value uses value 1 out of its scope/,
    ],
    "a second definition": [
      {},
      (b) => {
        const result = b.constant(1);
        b.push({ kind: "constant", value: 2, result });
        return {};
      },
      /defined twice/,
    ],
    "an operation that does not exist": [{}, (b) => (b.operation("frobnicate", []), {}), /frobnicate/],
    "too many operands": [
      { x: "number" },
      (b, { x }) => (b.operation("neg", [x!, x!]), {}),
      /neg takes 1 operands, not 2/,
    ],
    "a boolean that is added": [
      { c: "boolean" },
      (b, { c }) => (b.operation("add", [c!, c!]), {}),
      /operand of add: value 0 is boolean, not number/,
    ],
    "a comparison as a number": [
      { x: "number" },
      (b, { x }) => (b.operation("lt", [x!, x!], "number"), {}),
      /lt: value 1 is number, not boolean/,
    ],
    "a load from a number": [{ x: "number" }, (b, { x }) => (b.load(x!, x!), {}), /not an array/],
    "a condition that is a number": [
      { x: "number" },
      (b, { x }) => (
        b.if(
          x!,
          () => [],
          () => [],
        ),
        {}
      ),
      /condition of if: value 0 is number, not boolean/,
    ],
    "branches that yield two types": [
      { c: "boolean", x: "number" },
      (b, { c, x }) => (
        b.if(
          c!,
          () => [x!],
          () => [c!],
        ),
        {}
      ),
      /else of if: value 0 is boolean, not number/,
    ],
    "a loop that yields another type": [
      { x: "number", c: "boolean" },
      (b, { x, c }) => (b.for({ start: x!, bound: x!, step: 1, inclusive: false }, [x!], () => [c!]), {}),
      /yielded by for: value 1 is boolean, not number/,
    ],
    "a step of 0": [
      { x: "number" },
      (b, { x }) => (b.for({ start: x!, bound: x!, step: 0, inclusive: false }, [], () => []), {}),
      /step of for is 0/,
    ],
    "a condition of while that stores": [
      { a: f64, x: "number" },
      (b, { a, x }) => {
        const loop = b.while(
          [a!],
          ([version]) => (b.store(version!, x!, x!), b.constant(false)),
          (_, [version]) => [version!],
        );
        return { final: { a: loop.results[0]! } };
      },
      /condition of while is not pure/,
    ],
    "an old version that is read": [
      { a: f64, i: "number" },
      (b, { a, i }) => {
        const next = b.store(a!, i!, i!);
        b.load(a!, i!);
        return { final: { a: next } };
      },
      /load uses array 0 \(a\), which was taken before/,
    ],
    "an old version that is stored to": [
      { a: f64, i: "number" },
      (b, { a, i }) => {
        b.store(a!, i!, i!);
        return { final: { a: b.store(a!, i!, i!) } };
      },
      /store uses array 0 \(a\), which was taken before/,
    ],
    "an old version at the end": [
      { a: f64, i: "number" },
      (b, { a, i }) => (b.store(a!, i!, i!), { final: { a: a! } }),
      /the end of the function uses array 0/,
    ],
    "a version that one branch has taken": [
      { a: f64, i: "number", c: "boolean" },
      (b, { a, i, c }) => {
        b.if(
          c!,
          () => (b.store(a!, i!, i!), []),
          () => [],
        );
        b.load(a!, i!);
        return { final: { a: a! } };
      },
      /load uses array 0/,
    ],
    "a store in a loop that does not carry": [
      { a: f64, i: "number" },
      (b, { a, i }) => {
        b.for({ start: i!, bound: i!, step: 1, inclusive: false }, [], () => (b.store(a!, i!, i!), []));
        return { final: { a: a! } };
      },
      /store takes array 0 \(a\) from outside of its loop/,
    ],
    "a carried array that is read from outside": [
      { a: f64, i: "number" },
      (b, { a, i }) => {
        const loop = b.for({ start: i!, bound: i!, step: 1, inclusive: false }, [a!], (_, [version]) => [
          b.store(version!, i!, b.load(a!, i!)),
        ]);
        return { final: { a: loop.results[0]! } };
      },
      /load uses array 0/,
    ],
    "a loop that yields what it does not carry": [
      { i: "number" },
      (b, { i }) => {
        const a = b.allocate("f64", i!, { kind: "local" }, true);
        b.for({ start: i!, bound: i!, step: 1, inclusive: false }, [a], () => [
          b.allocate("f64", i!, { kind: "local" }, true),
        ]);
        return {};
      },
      /which is no version of what it carries/,
    ],
    "a loop that yields one array twice": [
      { i: "number" },
      (b, { i }) => {
        const arrays = [0, 1].map(() => b.allocate("f64", i!, { kind: "local" }, true));
        b.for({ start: i!, bound: i!, step: 1, inclusive: false }, arrays, (_, [first]) => [first!, first!]);
        return {};
      },
      /for yields two versions of one array/,
    ],
    "branches that yield two arrays": [
      { a: f64, z: f64, c: "boolean" },
      (b, { a, z, c }) => {
        b.if(
          c!,
          () => [a!],
          () => [z!],
        );
        return {};
      },
      /versions of two arrays/,
    ],
    "a store to a table": [
      { i: "number" },
      (b, { i }) => (b.store(b.table("f64", [1]), i!, i!), {}),
      /store changes the table/,
    ],
    "a final version of another parameter": [
      { a: f64, z: f64 },
      (_, { a, z }) => ({ final: { a: z!, z: a! } }),
      /final of parameter 0 is a version of another array/,
    ],
    "parameters that change places": [
      { a: f64, z: f64, i: "number" },
      (b, { a, z, i }) => {
        const loop = b.for({ start: i!, bound: i!, step: 1, inclusive: false }, [a!, z!], (_, [x, y]) => [y!, x!]);
        return { final: { a: loop.results[0]!, z: loop.results[1]! } };
      },
      /a parameter, elsewhere/,
    ],
  };

  test.each(Object.keys(faulty))("finds %s", (name) => {
    const [parameters, fill, fault] = faulty[name]!;
    expect(verify(graphOf(parameters, fill)).join("\n")).toMatch(fault);
  });

  test("finds a store to a parameter that is not written", () => {
    const graph = flip();
    const parameters = graph.parameters.map((parameter) => ({ ...parameter, written: false }));
    expect(verify({ ...graph, parameters }).join()).toMatch(/store changes the parameter array 0 \(a\), not written/);
  });

  test("finds arguments that are not the parameters, and a body that yields", () => {
    const graph = flip();
    const body = { ...graph.body, yields: [graph.body.arguments[0]!] };
    const parameters = graph.parameters.slice(0, 1);
    expect(verify({ ...graph, body, parameters })).toEqual([
      "the arguments of the body are not the values of the parameters",
      "the body yields",
    ]);
  });

  test("asks nothing of the arrays of a branch that throws", () => {
    const graph = graphOf({ a: f64, i: "number", c: "boolean" }, (b, { a, i, c }) => {
      const raise: GraphNode = { kind: "throw", errorClass: "Error", parts: ["no"] };
      const [after] = b.if(
        c!,
        () => (b.store(a!, i!, i!), b.push(raise), [a!]),
        () => [b.store(a!, i!, i!)],
      );
      return { returned: scalar(b.load(after!, i!)), final: { a: after! } };
    });
    expect(verify(graph)).toEqual([]);
  });

  test("takes time linear in the length of a chain of stores", () => {
    const graph = graphOf({ a: f64, i: "number" }, (b, { a, i }) => {
      let version = a!;
      for (let k = 0; k < 20_000; k++) version = b.store(version, i!, i!);
      return { final: { a: version } };
    });
    const start = performance.now();
    expect(verify(graph)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
