import ts from "typescript";
import { describe, expect, it } from "vitest";
import { plainSignature, printPrimal } from "../src/backend/primal.ts";
import type { GraphBuilder } from "../src/ir/builder.ts";
import { evaluate, type Argument } from "../src/ir/evaluate.ts";
import type { Graph, Output, ValueId } from "../src/ir/graph.ts";
import { randomGraph } from "./backend/random-graphs.ts";
import { f64, flip, graphOf, newton, pingPong, scalar, squares } from "./hand-built-graphs.ts";
import { execute } from "./harness/execute.ts";

/** Prints the graph, runs the text, and compares with the evaluator: to the bit. Gives the body, one line a statement. */
function expectSame(graph: Graph, ...args: readonly Argument[]): string {
  const text = printPrimal(plainSignature(graph), graph, "ts");
  const run = execute(text)[graph.name];
  if (run === undefined) throw new Error(text);
  const copies = args.map((each) => (typeof each === "object" ? each.slice() : each));
  const { returned, final } = evaluate(graph, args);
  expect(run(...copies), text).toEqual(returned);
  for (const [k, array] of final) expect(copies[k], text).toEqual(array);
  return text.split("\n").slice(1, -2).join("\n");
}

function tuple(...values: readonly (ValueId | undefined)[]): Output {
  return { kind: "tuple", entries: values.map((value) => scalar(value!)) };
}

describe("out of SSA", () => {
  const every = (build: GraphBuilder, bound: ValueId) => ({
    start: build.constant(0),
    bound,
    step: 1,
    inclusive: false,
  });

  it("swaps scalars through a temporary", () => {
    const graph = graphOf({ x: "number", y: "number", n: "number" }, (b, { x, y, n }) => {
      const loop = b.for(every(b, n!), [x!, y!], (_, [a, c]) => [c!, a!], ["a", "c"]);
      return { returned: tuple(...loop.results) };
    });
    for (const n of [0, 1, 2, 3]) expectSame(graph, 1, 2, n);
  });

  it("rotates three buffers", () => {
    const graph = graphOf({ a: f64, b: f64, c: f64, n: "number" }, (b, p) => {
      const loop = b.for(every(b, p["n"]!), [p["a"]!, p["b"]!, p["c"]!], (i, [first, second, third]) => {
        const stored = b.store(first!, b.constant(0), i);
        return [second!, third!, stored];
      });
      return { returned: tuple(...loop.results.map((array) => b.load(array, b.constant(0)))) };
    });
    const arrays = [Float64Array.of(5), Float64Array.of(6), Float64Array.of(7)];
    expect(expectSame(graph, ...arrays, 4)).toContain("[a, b, c] = [b, c, a];");
    for (const n of [0, 1, 2]) expectSame(graph, ...arrays, n);
  });

  it("keeps a carried value that is read after its next value is made", () => {
    const graph = graphOf({ x: "number", n: "number" }, (b, { x, n }) => {
      const loop = b.for(
        every(b, n!),
        [x!, b.constant(0)],
        (_, [s, t]) => {
          const next = b.operation("mul", [s!, b.constant(1.5)], "number", "s");
          return [next, b.operation("add", [t!, b.operation("mul", [s!, next])])];
        },
        ["s", "t"],
      );
      return { returned: tuple(...loop.results) };
    });
    expectSame(graph, 1.25, 5);
  });

  it("makes one variable of an accumulator through nested loops", () => {
    const graph = graphOf({ a: f64, n: "number", m: "number" }, (b, { a, n, m }) => {
      const outer = b.for(
        { ...every(b, n!), indexName: "i" },
        [b.constant(0)],
        (_, [sum]) =>
          b.for({ ...every(b, m!), indexName: "j" }, [sum!], (j, [inner]) => [
            b.operation("add", [inner!, b.load(a!, j)], "number", "sum"),
          ]).results,
        ["sum"],
      );
      return { returned: scalar(outer.results[0]!) };
    });
    const text = expectSame(graph, Float64Array.of(1, 2, 4), 3, 3);
    expect(text.match(/\blet sum\b/g)).toHaveLength(1);
    expect(text).toContain("sum += a[j];");
  });

  it("does not move a load across a store to the same buffer", () => {
    const graph = graphOf({ a: f64, i: "number", j: "number" }, (b, { a, i, j }) => {
      const [left, right] = [b.load(a!, i!), b.load(a!, j!)];
      const swapped = b.store(b.store(a!, i!, right), j!, left);
      return { returned: scalar(b.load(swapped, i!)), final: { a: swapped } };
    });
    expect(expectSame(graph, Float64Array.of(1, 2, 3), 0, 2)).toContain("a[i] = a[j];");
  });

  it("uses the result of a loop in a yield, and a value from before it too", () => {
    const graph = graphOf({ x: "number", n: "number" }, (b, { x, n }) => {
      const outer = b.for(every(b, n!), [x!, x!], (_, [s, before]) => {
        const inner = b.for(every(b, b.constant(2)), [s!], (k, [t]) => [b.operation("add", [t!, k])]);
        return [b.operation("sub", [inner.results[0]!, before!]), s!];
      });
      return { returned: tuple(...outer.results) };
    });
    for (const n of [0, 1, 4]) expectSame(graph, 0.75, n);
  });

  it("stops early, and tells how often it ran and whether it stopped", () => {
    expect(expectSame(newton(), 2, 1e-12)).toContain("stopped");
    expectSame(newton(), -1, 1e-12);
  });

  it("prints the small graphs of the other tests", () => {
    expectSame(squares(1, false), Float64Array.of(1, 2, 3), 0, 3);
    expectSame(squares(-1, true), Float64Array.of(1, 2, 3), 2, 0);
    expectSame(squares(2, false), Float64Array.of(1, 2, 3), 5, 1);
    for (const steps of [0, 1, 2]) expectSame(pingPong(), Float64Array.of(0.5, -1), 1.5, steps);
    expectSame(flip(), Float64Array.of(1, -2), 1);
  });
});

describe("expressions", () => {
  /** What `fill` makes of x and y, as printed. */
  const printed = (fill: (b: GraphBuilder, x: ValueId, y: ValueId) => ValueId): string => {
    const graph = graphOf({ x: "number", y: "number" }, (b, { x, y }) => ({ returned: scalar(fill(b, x!, y!)) }));
    const text = expectSame(graph, 1.5, -0.75);
    return text.replace(/^return /, "").replace(/;$/, "");
  };

  it.each<[string, (b: GraphBuilder, x: ValueId, y: ValueId) => ValueId]>([
    ["x - (y - x)", (b, x, y) => b.operation("sub", [x, b.operation("sub", [y, x])])],
    ["x - y - x", (b, x, y) => b.operation("sub", [b.operation("sub", [x, y]), x])],
    ["x / (y * x)", (b, x, y) => b.operation("div", [x, b.operation("mul", [y, x])])],
    ["x * y / x", (b, x, y) => b.operation("div", [b.operation("mul", [x, y]), x])],
    ["x + (y + x)", (b, x, y) => b.operation("add", [x, b.operation("add", [y, x])])],
    ["x - y", (b, x, y) => b.operation("add", [x, b.operation("neg", [y])])],
    ["y - x", (b, x, y) => b.operation("add", [b.operation("neg", [x]), y])],
    ["-x * y", (b, x, y) => b.operation("neg", [b.operation("mul", [x, y])])],
    ["-(x + y)", (b, x, y) => b.operation("neg", [b.operation("add", [x, y])])],
    ["-(-x)", (b, x) => b.operation("neg", [b.operation("neg", [x])])],
    ["x - 2", (b, x) => b.operation("add", [x, b.constant(-2)])],
    ["x - 2 * y", (b, x, y) => b.operation("add", [x, b.operation("mul", [b.constant(-2), y])])],
    ["x * -0", (b, x) => b.operation("mul", [x, b.constant(-0)])],
    ["Math.min(x, -Infinity)", (b, x) => b.operation("min", [x, b.constant(-Infinity)])],
    ["x + NaN", (b, x) => b.operation("add", [x, b.constant(NaN)])],
    ["x * Math.PI", (b, x) => b.operation("mul", [x, b.constant(Math.PI)])],
    ["(x | 3) & y", (b, x, y) => b.operation("bitAnd", [b.operation("bitOr", [x, b.constant(3)]), y])],
    ["x | 3 & y", (b, x, y) => b.operation("bitOr", [x, b.operation("bitAnd", [b.constant(3), y])])],
    ["Math.pow(-x, 2)", (b, x) => b.operation("pow", [b.operation("neg", [x]), b.constant(2)])],
  ])("%s", (text, fill) => {
    expect(printed(fill)).toBe(text);
  });
});

describe("random graphs", () => {
  const batches = Array.from({ length: 6 }, (_, k) => k);
  it.each(batches)("batch %i: printed, executed, and equal to the evaluator", (batch) => {
    for (let k = 0; k < 50; k++) {
      const graph = randomGraph(batch * 1000 + k);
      expectSame(graph, Float64Array.of(1, -2, 3, 0.5), Float64Array.of(0.25, 7, -1, 2), 1.5, -0.75, 3);
    }
  });

  it("typecheck under strict", () => {
    const texts = Array.from({ length: 20 }, (_, k) => {
      const graph = randomGraph(100 + k);
      return printPrimal(plainSignature({ ...graph, name: `f${k}` }), { ...graph, name: `f${k}` }, "ts");
    });
    expect(typeErrors(texts.join("\n"))).toEqual([]);
  });
});

it("prints 5000 statements in a time that grows with their number", () => {
  const straight = (count: number) =>
    graphOf({ x: f64, y: "number" }, (b, { x, y }) => {
      const values = [y!];
      for (let k = 0; k < count; k++) {
        const operands = [values[(k * 7919) % values.length]!, values.at(-1)!];
        values.push(
          k % 5 === 0 ? b.load(x!, b.constant(k % 4)) : b.operation("mul", operands, "number", k % 2 ? "t" : undefined),
        );
      }
      return { returned: scalar(values.at(-1)!) };
    });
  const seconds = (count: number): number => {
    const graph = straight(count);
    const before = performance.now();
    printPrimal(plainSignature(graph), graph, "ts");
    return (performance.now() - before) / 1000;
  };
  seconds(1000);
  expect(seconds(5000)).toBeLessThan(2);
});

/** The messages of the compiler for a module of this text. */
export function typeErrors(text: string): readonly string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    noEmit: true,
    lib: ["lib.es2022.d.ts"],
  };
  const host = ts.createCompilerHost(options);
  const fromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) =>
    name === "module.ts" ? ts.createSourceFile(name, text, target) : fromDisk(name, target);
  const program = ts.createProgram(["module.ts"], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
