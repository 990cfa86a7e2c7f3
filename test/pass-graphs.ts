import type { GraphBuilder } from "../src/ir/builder.ts";
import type { Graph, Span, ValueId } from "../src/ir/graph.ts";
import { f64, graphOf, scalar, span } from "./hand-built-graphs.ts";

/** Graphs built by hand, for the tests of passes. Nodes with `origin` are those of a derivative. */

export const origin: Span = { ...span, text: "y += W[i * n + j] * x[j]" };

/** y = W x, accumulated in place. */
export function dense(): Graph {
  return graphOf({ W: f64, x: f64, m: "number", n: "number" }, (b, { W, x, m, n }) => {
    const zero = b.constant(0);
    const y = b.allocate("f64", m!, { kind: "local" }, true, "y");
    const range = (bound: ValueId) => ({ start: zero, bound, step: 1, inclusive: false });
    const rows = b.for(range(m!), [y], (i, [outer]) => [
      b.for(range(n!), [outer!], (j, [inner]) => {
        const w = b.load(W!, b.operation("add", [b.operation("mul", [i, n!]), j]));
        return [b.store(inner!, i, b.operation("add", [b.load(inner!, i), b.operation("mul", [w, b.load(x!, j)])]))];
      }).results[0]!,
    ]);
    return { returned: { kind: "array", value: rows.results[0]!, element: "f64", length: m! } };
  });
}

export function sigmoid(b: GraphBuilder, z: ValueId) {
  const e = b.operation("exp", [b.operation("neg", [z])]);
  const s = b.operation("add", [b.constant(1), e]);
  return { e, s, p: b.operation("div", [b.constant(1), s]) };
}

/** The adjoint of z in -(y * log(p) + (1 - y) * log(1 - p)), p = 1 / (1 + exp(-z)), as the chain rule gives it. */
export function crossEntropy(): Graph {
  return graphOf({ z: "number", y: "number" }, (b, { z, y }) => {
    const { e, s, p } = sigmoid(b, z!);
    const q = b.operation("sub", [b.constant(1), p]);
    const other = b.operation("sub", [b.constant(1), y!]);
    b.reversing(origin);
    const dsum = b.operation("neg", [b.constant(1)]);
    const dq = b.operation("div", [b.operation("mul", [dsum, other]), q]);
    const dp = b.operation("add", [b.operation("neg", [dq]), b.operation("div", [b.operation("mul", [dsum, y!]), p])]);
    const ds = b.operation("neg", [b.operation("mul", [b.operation("div", [dp, s]), p])]);
    const dz = b.operation("neg", [b.operation("mul", [ds, e])]);
    return { returned: { kind: "tuple", entries: [scalar(dz)] } };
  });
}

/** dW += d xᵀ into a new gradient that is longer than the product. */
export function outerProduct(): Graph {
  return graphOf({ d: f64, x: f64, W: f64 }, (b, { d, x, W }) => {
    const zero = b.constant(0);
    const m = b.length(d!);
    const n = b.length(x!);
    const size = b.length(W!);
    b.reversing(origin);
    const gradient = b.allocate("f64", size, { kind: "gradient", parameter: 2 }, true, "dW");
    const range = (bound: ValueId) => ({ start: zero, bound, step: 1, inclusive: false });
    const rows = b.for(range(m), [gradient], (i, [outer]) => [
      b.for(range(n), [outer!], (j, [inner]) => {
        const at = b.operation("add", [b.operation("mul", [i, n]), j]);
        const e = b.operation("mul", [b.load(d!, i), b.load(x!, j)]);
        return [b.store(inner!, at, b.operation("add", [b.load(inner!, at), e]))];
      }).results[0]!,
    ]);
    return { returned: { kind: "array", value: rows.results[0]!, element: "f64", length: size } };
  });
}

/** A running sum of squares in a new array in each step; only some entries are stored. */
export function allocationInLoop(): Graph {
  return graphOf({ a: f64, steps: "number" }, (b, { a, steps }) => {
    const zero = b.constant(0);
    const n = b.length(a!);
    const range = { start: zero, bound: n, step: 1, inclusive: false };
    const loop = b.for({ ...range, bound: steps! }, [zero], (t, [total]) => {
      const scratch = b.allocate("f64", n, { kind: "local" }, true, "scratch");
      const stored = b.store(scratch, t, b.load(a!, t));
      const [after] = b.if(
        b.operation("gt", [t, b.constant(1)], "boolean"),
        () => [b.store(stored, zero, b.constant(5))],
        () => [stored],
      );
      const sum = b.for(range, [total!], (i, [carried]) => {
        const entry = b.load(after!, i);
        return [b.operation("add", [carried!, b.operation("mul", [entry, entry])])];
      });
      return [sum.results[0]!];
    });
    return { returned: scalar(loop.results[0]!) };
  });
}

/** The state [x, v] of a step for each entry, in place, with a branch; rounded to float32. */
export function smallArray(): Graph {
  return graphOf({ a: f64, x: "number" }, (b, { a, x }) => {
    const [zero, one] = [b.constant(0), b.constant(1)];
    const state = b.store(b.allocate("f32", b.constant(2), { kind: "local" }, true, "state"), zero, x!);
    const loop = b.for({ start: zero, bound: b.length(a!), step: 1, inclusive: false }, [state], (i, [now]) => {
      const position = b.load(now!, zero);
      const moved = b.store(now!, one, b.operation("add", [b.load(now!, one), b.load(a!, i)]));
      const [next] = b.if(
        b.operation("gt", [position, one], "boolean"),
        () => [b.store(moved, zero, b.operation("mul", [position, b.load(moved, one)]))],
        () => [moved],
      );
      return [next!];
    });
    const last = loop.results[0]!;
    return { returned: { kind: "tuple", entries: [scalar(b.load(last, zero)), scalar(b.load(last, one))] } };
  });
}

/** h = tanh(h) in a new array in each step, from a parameter. */
export function allocationHandedOn(): Graph {
  return graphOf({ h: f64, steps: "number" }, (b, { h, steps }) => {
    const zero = b.constant(0);
    const n = b.length(h!);
    const range = { start: zero, bound: n, step: 1, inclusive: false };
    const loop = b.for({ ...range, bound: steps! }, [h!], (_, [now]) => {
      const next = b.allocate("f64", n, { kind: "local" }, true, "next");
      return [b.for(range, [next], (i, [to]) => [b.store(to!, i, b.operation("tanh", [b.load(now!, i)]))]).results[0]!];
    });
    const sum = b.for(range, [zero], (i, [total]) => [b.operation("add", [total!, b.load(loop.results[0]!, i)])]);
    return { returned: scalar(sum.results[0]!) };
  });
}

/** In each step an adjoint is accumulated entry by entry, then used up and zeroed. */
export function usedUp(): Graph {
  return graphOf({ x: f64, steps: "number" }, (b, { x, steps }) => {
    const zero = b.constant(0);
    const n = b.length(x!);
    b.reversing(origin);
    const shadow = b.allocate("f64", n, { kind: "adjoint" }, true, "dh");
    const range = { start: zero, bound: n, step: 1, inclusive: false };
    const loop = b.for({ ...range, bound: steps! }, [shadow, zero], (t, [dh, sum]) => {
      const filled = b.for(range, [dh!], (j, [to]) => {
        const e = b.operation("mul", [t, b.load(x!, j)]);
        return [b.store(to!, j, b.operation("add", [b.load(to!, j), e]))];
      });
      const used = b.for(range, [filled.results[0]!, sum!], (i, [from, total]) => {
        const d = b.load(from!, i);
        const e = b.operation("mul", [d, b.load(x!, i)]);
        return [b.store(from!, i, zero), b.operation("add", [total!, e])];
      });
      return used.results;
    });
    return { returned: scalar(loop.results[1]!) };
  });
}

/** The cross-entropy of a softmax, largest + log(sum of exp(z - largest)) - z[label], and its gradient by the chain rule. */
export function softmax(): Graph {
  return graphOf({ z: f64, label: "number" }, (b, { z, label }) => {
    const op = (operation: string, ...operands: readonly ValueId[]) => b.operation(operation, operands);
    const zero = b.constant(0);
    const one = b.constant(1);
    const n = b.length(z!);
    const up = { start: zero, bound: n, step: 1, inclusive: false };
    const largest = b.for(up, [b.constant(-Infinity)], (k, [most]) => [op("max", most!, b.load(z!, k))]).results[0]!;
    const sum = b.for(up, [zero], (k, [total]) => [op("add", total!, op("exp", op("sub", b.load(z!, k), largest)))])
      .results[0]!;
    const value = op("sub", op("add", largest, op("log", sum)), b.load(z!, label!));

    b.reversing(origin);
    const down = { start: op("sub", n, one), bound: zero, step: -1, inclusive: true };
    const d = b.constant(1);
    const dz = b.allocate("f64", n, { kind: "gradient", parameter: 0 }, true, "dz");
    const hot = b.store(dz, label!, op("add", b.load(dz, label!), op("neg", d)));
    const dsum = op("div", d, sum);
    const exponentials = b.for(down, [hot, d], (k, [array, dlargest]) => {
      const e = op("mul", dsum, op("exp", op("sub", b.load(z!, k), largest)));
      return [b.store(array!, k, op("add", b.load(array!, k), e)), op("add", dlargest!, op("neg", e))];
    });
    const maxima = b.for(down, exponentials.results, (k, [array, dmost]) => {
      const isFirst = b.operation("lt", [b.load(z!, k), largest], "boolean");
      const [kept] = b.if(
        isFirst,
        () => [dmost!],
        () => [zero],
      );
      const [given] = b.if(
        isFirst,
        () => [zero],
        () => [dmost!],
      );
      return [b.store(array!, k, op("add", b.load(array!, k), given!)), kept!];
    });
    const gradient = { kind: "array", value: maxima.results[0]!, element: "f64", length: n } as const;
    return { returned: { kind: "tuple", entries: [scalar(value), gradient] } };
  });
}
