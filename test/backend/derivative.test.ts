/** The frame of printed derivatives: results, scratch, checks. The derivatives are written by hand, as graphs. */
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { printModule } from "../../src/backend/module.ts";
import { plainSignature } from "../../src/backend/primal.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, ValueId } from "../../src/ir/graph.ts";
import type { FunctionSignature, TagRequest } from "../../src/ir/signature.ts";
import type { DerivativeGraph } from "../../transforms/pass.ts";
import { f64, graphOf, scalar, span } from "../hand-built-graphs.ts";
import { execute } from "../harness/execute.ts";

interface Result {
  readonly value: unknown;
  readonly grad: Readonly<Record<string, unknown>>;
  readonly scratch: Readonly<Record<string, Float64Array>>;
}
type Generated = (...args: readonly unknown[]) => Result;

interface Settings {
  readonly request?: Partial<TagRequest>;
  readonly signature?: Partial<FunctionSignature>;
  readonly seeds?: DerivativeGraph["seeds"];
  /** How many parameters of the graph are the primal's. */
  readonly parameters?: number;
  readonly lang?: "ts" | "js";
  readonly scratch?: "f64" | "f32";
}

function textOf(graph: Graph, gradients: readonly ValueId[], settings: Settings = {}): string {
  const { parameters = graph.parameters.length, seeds = [], lang = "ts", scratch = "f64" } = settings;
  const primal = { ...graph, parameters: graph.parameters.slice(0, parameters) };
  const request: TagRequest = {
    mode: seeds.length === 0 ? "grad" : "vjp",
    functionName: "fGrad",
    wrt: gradients.map((_, k) => k),
    outputs: ["value"],
    accumulate: false,
    span,
    ...settings.request,
  };
  const signature = { ...plainSignature(primal), ...settings.signature };
  const derivative = { graph, request, primal, gradients, seeds };
  const options = { lang, scratch, header: "// Generated.", modelImport: "./model.ts" };
  const text = printModule([{ signature, derivative }], options);
  if (lang === "ts") expect(typeErrors(text), text).toEqual([]);
  return text;
}

/** The generated function; the gradients are those of the first parameters. */
function derivativeOf(graph: Graph, gradients: readonly ValueId[], settings?: Settings): Generated {
  return execute(textOf(graph, gradients, settings))["fGrad"] as Generated;
}

function every(b: GraphBuilder, bound: ValueId, indexName = "i") {
  return { start: b.constant(0), bound, step: 1, inclusive: false, indexName };
}

/** sum of x[i]², with its gradient; `isAdded`: `dx[i] = dx[i] + …` on zeros, and not assigned. */
function squares(isAdded: boolean): { readonly graph: Graph; readonly gradients: readonly ValueId[] } {
  let gradients: readonly ValueId[] = [];
  const graph = graphOf({ x: f64, scale: "number" }, (b, p) => {
    const [x, scale] = [p["x"]!, p["scale"]!];
    const n = b.length(x);
    const sum = b.for(every(b, n), [b.constant(0)], (i, [total]) => {
      const entry = b.load(x, i);
      return [b.operation("add", [total!, b.operation("mul", [entry, entry])])];
    });
    const dx = b.allocate("f64", n, { kind: "gradient", parameter: 0 }, isAdded);
    const reverse = b.for(every(b, n), [dx], (i, [version]) => {
      const adjoint = b.operation("mul", [b.operation("mul", [scale, b.constant(2)]), b.load(x, i)]);
      return [b.store(version!, i, isAdded ? b.operation("add", [b.load(version!, i), adjoint]) : adjoint)];
    });
    gradients = [reverse.results[0]!, sum.results[0]!];
    return { returned: scalar(b.operation("mul", [scale, sum.results[0]!])) };
  });
  return { graph, gradients };
}

describe("gradients", () => {
  const x = Float64Array.of(1, -2, 3);

  it("are written into out, which is returned", () => {
    for (const isAdded of [true, false]) {
      const { graph, gradients } = squares(isAdded);
      const fGrad = derivativeOf(graph, gradients);
      const out = fGrad(x, 0.5);
      expect(out).toEqual({ value: 7, grad: { x, scale: 14 } });
      expect(fGrad(Float64Array.of(1, 1, 1), 1, out)).toBe(out);
      expect(out.grad).toEqual({ x: Float64Array.of(2, 2, 2), scale: 3 });
    }
  });

  it("are added to what out holds with {accumulate}, whether the graph adds or assigns", () => {
    for (const isAdded of [true, false]) {
      const { graph, gradients } = squares(isAdded);
      const fGrad = derivativeOf(graph, gradients, { request: { accumulate: true } });
      const out = fGrad(x, 0.5);
      expect(out.grad).toEqual({ x, scale: 14 });
      fGrad(x, 0.5, out);
      expect(out.grad).toEqual({ x: Float64Array.of(2, -4, 6), scale: 28 });
    }
  });

  it("have the lengths of their parameters, or nothing is written", () => {
    const { graph, gradients } = squares(false);
    const fGrad = derivativeOf(graph, gradients);
    const out = fGrad(x, 0.5);
    const before = structuredClone(out);
    expect(() => fGrad(Float64Array.of(1), 0.5, out)).toThrow(new RangeError("out.grad.x has length 3, but x has 1"));
    expect(out).toEqual(before);
  });

  it("are printed as JavaScript too", () => {
    const { graph, gradients } = squares(false);
    const text = textOf(graph, gradients, { lang: "js" });
    expect((execute(text)["fGrad"] as Generated)(x, 0.5)).toEqual({ value: 7, grad: { x, scale: 14 } });
  });

  it("keep the structure of object and tuple parameters", () => {
    const { graph, gradients } = squares(false);
    const [first, second] = graph.parameters;
    const nested: Graph = {
      ...graph,
      parameters: [
        { ...first!, path: ["params", "layer", "weights"] },
        { ...second!, path: ["pair", 1] },
      ],
    };
    const signature: Partial<FunctionSignature> = {
      parameters: [
        {
          name: "params",
          typeText: "{ layer: { weights: Float64Array } }",
          shape: { kind: "object", members: [] },
          initializer: undefined,
          bindings: undefined,
        },
        {
          name: "pair",
          typeText: "[string, number]",
          shape: { kind: "tuple", elements: [] },
          initializer: undefined,
          bindings: undefined,
        },
      ],
    };
    const fGrad = derivativeOf(nested, gradients, { signature });
    expect(fGrad({ layer: { weights: x } }, ["a", 0.5])).toEqual({
      value: 7,
      grad: { params: { layer: { weights: x } }, pair: [14] },
    });
  });

  it("are copied where loops have exchanged their buffers", () => {
    let gradients: readonly ValueId[] = [];
    const graph = graphOf({ a: f64, b: f64, steps: "number" }, (b, p) => {
      const n = b.length(p["a"]!);
      const make = (parameter: number) => b.allocate("f64", n, { kind: "gradient", parameter }, true);
      const swapped = b.for(every(b, p["steps"]!), [make(0), make(1)], (t, [da, db]) => {
        const stored = b.store(da!, b.constant(0), b.operation("add", [t, b.constant(1)]));
        return [db!, stored];
      });
      gradients = swapped.results;
      return { returned: scalar(p["steps"]!) };
    });
    const fGrad = derivativeOf(graph, gradients);
    for (const [steps, a, b] of [
      [0, 0, 0],
      [1, 0, 1],
      [2, 1, 2],
      [3, 2, 3],
    ] as const) {
      const out = fGrad(Float64Array.of(7), Float64Array.of(8), steps);
      expect(out.grad).toEqual({ a: Float64Array.of(a), b: Float64Array.of(b) });
      expect(fGrad(Float64Array.of(7), Float64Array.of(8), steps, out).grad).toEqual(out.grad);
    }
  });
});

describe("scratch", () => {
  /** Halves x until it is below 1, keeps each value, and adds them up backwards. */
  const halvings = graphOf({ x: "number" }, (b, { x }) => {
    const kept = b.allocate("f64", b.constant(0), { kind: "stash", note: "x in each round" }, false, "xs");
    const loop = b.while(
      [x!, kept],
      ([now]) => b.operation("ge", [now!, b.constant(1)], "boolean"),
      (round, [now, stash]) => {
        const grown = b.grow(stash!, b.operation("add", [round, b.constant(1)]));
        return [b.operation("mul", [now!, b.constant(0.5)]), b.store(grown, round, now!)];
      },
      false,
      ["now"],
    );
    b.reversing({ ...span, line: 7, text: "now *= 0.5" });
    const last = b.operation("sub", [loop.trips, b.constant(1)]);
    const range = { start: last, bound: b.constant(0), step: -1, inclusive: true, indexName: "round" };
    const sum = b.for(range, [b.constant(0)], (round, [total]) => [
      b.operation("add", [total!, b.load(loop.results[1]!, round)]),
    ]);
    return { returned: { kind: "tuple", entries: [scalar(loop.trips), scalar(sum.results[0]!)] } };
  });

  it("grows while a loop of unknown length runs, and is kept", () => {
    const fGrad = derivativeOf(halvings, []);
    const out = fGrad(40);
    expect(out.value).toEqual([6, 40 + 20 + 10 + 5 + 2.5 + 1.25]);
    const { xs } = out.scratch;
    expect(fGrad(7, out).value).toEqual([3, 7 + 3.5 + 1.75]);
    expect(out.scratch["xs"]).toBe(xs);
    expect(fGrad(1000, out).value).toEqual([10, 1000 * (2 - 2 ** -9)]);
  });

  it("is made as large as the call needs, and only then", () => {
    let gradients: readonly ValueId[] = [];
    const graph = graphOf({ x: f64 }, (b, { x }) => {
      const n = b.length(x!);
      const rows = b.operation("add", [n, b.constant(1)]);
      const sums = b.allocate("f64", rows, { kind: "stash", note: "the sums so far" }, true, "sums");
      const loop = b.for(every(b, n), [sums], (i, [stash]) => {
        const before = b.load(stash!, i);
        const after = b.operation("add", [before, b.load(x!, i)]);
        return [b.store(stash!, b.operation("add", [i, b.constant(1)]), after)];
      });
      const dx = b.allocate("f64", n, { kind: "gradient", parameter: 0 }, true);
      gradients = [dx];
      return { returned: scalar(b.load(loop.results[0]!, n)) };
    });
    const fGrad = derivativeOf(graph, gradients);
    const out = fGrad(Float64Array.of(1, 2, 3));
    expect([out.value, out.scratch["sums"]!.length]).toEqual([6, 4]);
    const { sums } = out.scratch;
    const small = { ...out, grad: { x: new Float64Array(2) } };
    expect(fGrad(Float64Array.of(1, 2), small).value).toBe(3);
    expect(small.scratch["sums"]).toBe(sums);
    const large = { ...out, grad: { x: new Float64Array(5) } };
    expect(fGrad(Float64Array.of(1, 2, 3, 4, 5), large).value).toBe(15);
  });

  it("is rounded with f32 only where nothing is decided from it", () => {
    const stashed = (decides: boolean): string => {
      const graph = graphOf({ x: f64 }, (b, { x }) => {
        const n = b.length(x!);
        const kept = b.allocate("f64", n, { kind: "stash", note: "kept" }, false, "kept");
        const loop = b.for(every(b, n), [kept], (i, [stash]) => [b.store(stash!, i, b.load(x!, i))]);
        b.reversing(span);
        const entry = b.load(loop.results[0]!, b.constant(0));
        if (!decides) return { returned: scalar(entry) };
        const test = b.operation("gt", [entry, b.constant(0)], "boolean");
        const [chosen] = b.if(
          test,
          () => [b.load(x!, b.constant(0))],
          () => [b.constant(1)],
        );
        return { returned: scalar(chosen!) };
      });
      return textOf(graph, [], { scratch: "f32" });
    };
    expect(stashed(false)).toContain("kept: Float32Array");
    expect(stashed(true)).toContain("kept: Float64Array");
  });
});

describe("values", () => {
  it("that are arrays come from out, with the length of this call", () => {
    const graph = graphOf({ x: f64 }, (b, { x }) => {
      const n = b.length(x!);
      const y = b.allocate("f64", n, { kind: "value" }, false, "y");
      const loop = b.for(every(b, n), [y], (i, [to]) => [b.store(to!, i, b.operation("neg", [b.load(x!, i)]))]);
      return { returned: { kind: "array", value: loop.results[0]!, element: "f64", length: n } };
    });
    const fGrad = derivativeOf(graph, []);
    const out = fGrad(Float64Array.of(1, 2));
    const { value } = out;
    expect(value).toEqual(Float64Array.of(-1, -2));
    expect(fGrad(Float64Array.of(3, 4), out).value).toBe(value);
    expect(fGrad(Float64Array.of(3), out).value).toEqual(Float64Array.of(-3));
  });

  it("are not confused with scratch by buffers that change places", () => {
    const graph = graphOf({ x: f64, steps: "number" }, (b, { x, steps }) => {
      const n = b.length(x!);
      const first = b.allocate("f64", n, { kind: "value" }, true, "h");
      const second = b.allocate("f64", n, { kind: "local" }, true, "next");
      const loop = b.for(every(b, steps!), [first, second], (t, [h, next]) => [
        b.store(next!, b.constant(0), b.operation("add", [b.load(h!, b.constant(0)), t])),
        h!,
      ]);
      return { returned: { kind: "array", value: loop.results[0]!, element: "f64", length: n } };
    });
    const fGrad = derivativeOf(graph, []);
    const out = fGrad(Float64Array.of(1), 3);
    for (const [steps, value] of [
      [3, 3],
      [4, 6],
      [0, 0],
      [3, 3],
    ] as const) {
      expect(fGrad(Float64Array.of(1), steps, out).value).toEqual(Float64Array.of(value));
      expect(out.value).not.toBe(out.scratch["next"]);
    }
  });
});

describe("seeds", () => {
  it("of written parameters stand in an object, and have their lengths", () => {
    let gradients: readonly ValueId[] = [];
    const graph = graphOf({ x: f64, y: f64, "seed.y": f64 }, (b, p) => {
      const [x, y, dy] = [p["x"]!, p["y"]!, p["seed.y"]!];
      const n = b.length(x);
      const loop = b.for(every(b, n), [y], (i, [to]) => [b.store(to!, i, b.operation("sin", [b.load(x, i)]))]);
      const dx = b.allocate("f64", n, { kind: "gradient", parameter: 0 }, false);
      const reverse = b.for(every(b, n), [dx], (i, [to]) => [
        b.store(to!, i, b.operation("mul", [b.load(dy, i), b.operation("cos", [b.load(x, i)])])),
      ]);
      gradients = reverse.results;
      return { final: { y: loop.results[0]! } };
    });
    const seeded = {
      ...graph,
      parameters: graph.parameters.map((each, k) => (k === 2 ? { ...each, path: ["seed", "y"] } : each)),
    };
    const fVjp = derivativeOf(seeded, gradients, {
      parameters: 2,
      seeds: [{ output: 1, path: [] }],
      request: { outputs: [1] },
    });
    const [x, y] = [Float64Array.of(0.5, 1), new Float64Array(2)];
    const out = fVjp(x, y, { y: Float64Array.of(2, 3) });
    expect(out).toEqual({ grad: { x: Float64Array.of(2 * Math.cos(0.5), 3 * Math.cos(1)) } });
    expect(y).toEqual(Float64Array.of(Math.sin(0.5), Math.sin(1)));
    expect(() => fVjp(x, y, { y: Float64Array.of(2) })).toThrow("seed.y has length 1, but y has 2");
    expect(() => fVjp(y.subarray(1), y, { y: Float64Array.of(2, 3) })).toThrow("x and y share memory, and f writes y");
  });
});

describe("sizes that are surely read", () => {
  const product = graphOf({ W: f64, x: f64, y: f64 }, (b, p) => {
    const [W, x, y] = [p["W"]!, p["x"]!, p["y"]!];
    const [m, n] = [b.length(y), b.length(x)];
    b.suggestName(m, "m");
    b.suggestName(n, "n");
    const outer = b.for(every(b, m), [b.constant(0)], (i, [total]) => {
      const inner = b.for(every(b, n, "j"), [total!], (j, [sum]) => {
        const entry = b.load(W, b.operation("add", [b.operation("mul", [i, n]), j]));
        return [b.operation("add", [sum!, b.operation("mul", [entry, b.load(x, j)])])];
      });
      return inner.results;
    });
    return { returned: scalar(outer.results[0]!) };
  });

  it("are checked before anything is written, with both lengths", () => {
    expect(textOf(product, [])).toContain("if (W.length < m * n) throw new RangeError(");
    const fGrad = derivativeOf(product, []);
    const [x, y] = [Float64Array.of(1, 2), new Float64Array(3)];
    expect(() => fGrad(new Float64Array(5), x, y)).toThrow(new RangeError("W has length 5, but 6 entries are read"));
    expect(fGrad(new Float64Array(6), x, y).value).toBe(0);
    expect(fGrad(new Float64Array(0), new Float64Array(0), y).value).toBe(0);
  });

  it("are not asked where loops run no time", () => {
    const correlation = graphOf({ x: f64, m: "number", k: "number" }, (b, { x, m, k }) => {
      const outer = b.for(every(b, m!), [b.constant(0)], (i, [total]) => {
        return b.for(every(b, k!, "j"), [total!], (j, [sum]) => [
          b.operation("add", [sum!, b.load(x!, b.operation("add", [i, j]))]),
        ]).results;
      });
      return { returned: scalar(outer.results[0]!) };
    });
    const fGrad = derivativeOf(correlation, []);
    for (const [m, k] of [
      [0, 9],
      [9, 0],
      [-2, -3],
      [-2, 9],
      [2, 2],
    ] as const) {
      expect(fGrad(Float64Array.of(1, 1, 1), m, k).value).toBe(m === 2 ? 4 : 0);
    }
    expect(() => fGrad(Float64Array.of(1, 1, 1), 2, 3)).toThrow(RangeError);
  });

  it("are not asked of accesses under conditions or in loops that stop", () => {
    const graph = graphOf({ x: f64, n: "number" }, (b, { x, n }) => {
      const found = b.for({ ...every(b, n!), stops: true }, [b.constant(0)], (i, [sum]) => {
        const entry = b.load(x!, i);
        return [b.operation("gt", [entry, b.constant(0)], "boolean"), b.operation("add", [sum!, entry])];
      });
      const test = b.operation("gt", [n!, b.constant(100)], "boolean");
      const [value] = b.if(
        test,
        () => [b.load(x!, n!)],
        () => [found.results[0]!],
      );
      return { returned: scalar(value!) };
    });
    expect(derivativeOf(graph, [])(Float64Array.of(1), 50).value).toBe(1);
  });
});

/** The messages of the compiler for a module of this text. */
function typeErrors(text: string): readonly string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    noEmit: true,
    lib: ["lib.es2022.d.ts"],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const fromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) =>
    name === "module.ts" ? ts.createSourceFile(name, text, target) : fromDisk(name, target);
  const program = ts.createProgram(["module.ts"], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
