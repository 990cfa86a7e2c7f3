import { GraphBuilder } from "../src/ir/builder.ts";
import type { Graph, Output, Parameter, Span, ValueId, ValueType } from "../src/ir/graph.ts";

/** Graphs built by hand, for the tests of src/ir. */

export const f64: ValueType = { kind: "array", element: "f64" };
export const span: Span = { file: "model.ts", line: 1, column: 1, endLine: 1, endColumn: 2, text: "function f() {" };

/** Builds a graph by hand. `fill` gives what it returns, and the last versions of array parameters that it changed. */
export function graphOf(
  parameters: Readonly<Record<string, ValueType>>,
  fill: (
    b: GraphBuilder,
    p: Readonly<Record<string, ValueId>>,
  ) => { returned?: Output; final?: Record<string, ValueId> },
): Graph {
  const b = new GraphBuilder();
  const names = Object.keys(parameters);
  const ids = Object.fromEntries(names.map((name) => [name, b.fresh(parameters[name]!, name)]));
  let result: ReturnType<typeof fill> = {};
  const body = b.region(Object.values(ids), () => {
    result = fill(b, ids);
    return [];
  });
  const { returned = { kind: "none" }, final = {} } = result;
  const list = names.map((name): Parameter => ({
    path: [name],
    value: ids[name]!,
    type: parameters[name]!,
    written: Object.hasOwn(final, name),
    span,
  }));
  const arrays = list.flatMap(({ type, value }, k) => (typeof type === "object" ? [[k, value] as const] : []));
  return {
    name: "f",
    parameters: list,
    body,
    returned,
    final: new Map(arrays.map(([k, value]) => [k, final[names[k]!] ?? value])),
    values: b.values,
    span,
  };
}

export function scalar(value: ValueId): Output {
  return { kind: "scalar", value };
}

/** The sum of a[i] * a[i] for i from `start` in steps of `step`, up to `bound`. */
export function squares(step: number, inclusive: boolean): Graph {
  return graphOf({ a: f64, start: "number", bound: "number" }, (b, { a, start, bound }) => {
    const zero = b.constant(0);
    const loop = b.for({ start: start!, bound: bound!, step, inclusive }, [zero], (i, [sum]) => {
      const entry = b.load(a!, i);
      return [b.operation("add", [sum!, b.operation("mul", [entry, entry])])];
    });
    return {
      returned: { kind: "tuple", entries: [scalar(loop.results[0]!), scalar(loop.trips)] },
    };
  });
}

/** x ← (x + a / x) / 2 until it changes by less than `tolerance`; the flag that stops is in the body. */
export function newton(): Graph {
  return graphOf({ a: "number", tolerance: "number" }, (b, { a, tolerance }) => {
    const loop = b.while(
      [a!],
      ([x]) => b.operation("gt", [x!, b.constant(0)], "boolean"),
      (_, [x]) => {
        const next = b.operation("mul", [b.constant(0.5), b.operation("add", [x!, b.operation("div", [a!, x!])])]);
        const change = b.operation("abs", [b.operation("sub", [next, x!])]);
        return [b.operation("lt", [change, tolerance!], "boolean"), next];
      },
      true,
    );
    const entries = [
      { key: "root", output: scalar(loop.results[0]!) },
      { key: "trips", output: scalar(loop.trips) },
      { key: "stopped", output: scalar(loop.stopped!) },
    ];
    return { returned: { kind: "object", entries } };
  });
}

/** Two buffers change places in each of `steps` steps: next[i] = tanh(h[i] * w). */
export function pingPong(): Graph {
  return graphOf({ h: f64, w: "number", steps: "number" }, (b, { h, w, steps }) => {
    const zero = b.constant(0);
    const n = b.length(h!);
    const first = b.allocate("f64", n, { kind: "local" }, false, "first");
    const second = b.allocate("f64", n, { kind: "local" }, false, "second");
    const every = { start: zero, bound: n, step: 1, inclusive: false };
    const copied = b.for(every, [first], (i, [to]) => [b.store(to!, i, b.load(h!, i))]);
    const loop = b.for({ ...every, bound: steps! }, [copied.results[0]!, second], (_, [now, next]) => {
      const step = b.for(every, [next!], (i, [to]) => [
        b.store(to!, i, b.operation("tanh", [b.operation("mul", [b.load(now!, i), w!])])),
      ]);
      return [step.results[0]!, now!];
    });
    return { returned: { kind: "array", value: loop.results[0]!, element: "f64", length: n } };
  });
}

/** if (a[k] < 0) a[k] = -a[k] (in place), and the sum of the first two entries is returned. */
export function flip(): Graph {
  return graphOf({ a: f64, k: "number" }, (b, { a, k }) => {
    const entry = b.load(a!, k!);
    const [after] = b.if(
      b.operation("lt", [entry, b.constant(0)], "boolean"),
      () => [b.store(a!, k!, b.operation("neg", [entry]))],
      () => [a!],
    );
    const sum = b.operation("add", [b.load(after!, b.constant(0)), b.load(after!, b.constant(1))]);
    return { returned: scalar(sum), final: { a: after! } };
  });
}
