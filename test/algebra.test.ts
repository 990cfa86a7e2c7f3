import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../src/ir/evaluate.ts";
import type { Graph, Span } from "../src/ir/graph.ts";
import { verify } from "../src/ir/verify.ts";
import { cancelFactors } from "../transforms/optimize/cancel-factors.ts";
import { commonSubexpressions } from "../transforms/optimize/common-subexpressions.ts";
import { deadCode } from "../transforms/optimize/dead-code.ts";
import { simplify } from "../transforms/optimize/simplify.ts";
import { graphOf, scalar } from "./hand-built-graphs.ts";
import { execute } from "./harness/execute.ts";
import { modelsFolder } from "./harness/fixtures.ts";
import { flat, kinds, nodesOf, operations } from "./pass-checks.ts";
import { crossEntropy, origin, sigmoid } from "./pass-graphs.ts";

/** The two passes that do algebra, on graphs built by hand. */

const strict = simplify({ strictFp: true }).run;
const loose = simplify({ strictFp: false }).run;

describe("simplify", () => {
  it("folds what every machine computes alike, and leaves 1 / 3 to be read", () => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      const half = b.operation("div", [b.constant(1), b.constant(2)]);
      const third = b.operation("div", [b.constant(1), b.constant(3)]);
      return { returned: scalar(b.operation("add", [b.operation("mul", [half, x!]), third])) };
    });
    const simple = deadCode(strict(graph));
    expect(operations(simple)).toEqual(["div", "mul", "add"]);
  });

  it("moves signs outward until a sum takes them in", () => {
    const graph = graphOf({ x: "number", y: "number" }, (b, { x, y }) => {
      const negative = b.operation("mul", [b.operation("neg", [x!]), y!]);
      return { returned: scalar(b.operation("add", [y!, negative])) };
    });
    expect(operations(deadCode(strict(graph)))).toEqual(["mul", "sub"]);
  });

  it("writes powers as products, unless every bit counts", () => {
    const graph = graphOf({ x: "number" }, (b, { x }) => ({
      returned: scalar(b.operation("pow", [x!, b.constant(3)])),
    }));
    expect(operations(deadCode(loose(graph)))).toEqual(["mul", "mul"]);
    expect(operations(deadCode(strict(graph)))).toEqual(["pow"]);
  });

  it("cancels in the derivative alone", () => {
    const quotient = (of: Span | undefined) =>
      graphOf({ x: "number", y: "number" }, (b, { x, y }) => {
        b.reversing(of);
        return { returned: scalar(b.operation("mul", [b.operation("div", [x!, y!]), y!])) };
      });
    expect(operations(deadCode(loose(quotient(origin))))).toEqual([]);
    expect(operations(deadCode(loose(quotient(undefined))))).toEqual(["div", "mul"]);
    expect(operations(deadCode(strict(quotient(origin))))).toEqual(["div", "mul"]);
  });

  it("does not undo what another operation still reads", () => {
    const graph = graphOf({ x: "number", y: "number" }, (b, { x, y }) => {
      const negative = b.operation("neg", [x!]);
      const product = b.operation("mul", [negative, y!]);
      return { returned: { kind: "tuple", entries: [scalar(negative), scalar(product)] } };
    });
    expect(operations(strict(graph))).toEqual(["neg", "mul"]);
  });

  it("takes the branch that is known", () => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      const [chosen] = b.if(
        b.operation("lt", [b.constant(1), b.constant(2)], "boolean"),
        () => [x!],
        () => [b.constant(0)],
      );
      return { returned: scalar(chosen!) };
    });
    expect(kinds(deadCode(strict(graph)))).toEqual([]);
  });
});

describe("cancelFactors", () => {
  const tidy = (graph: Graph) => cancelFactors(loose(commonSubexpressions(graph)));

  it("finds prediction minus label in the cross-entropy of a sigmoid", () => {
    const graph = crossEntropy();
    const tidied = tidy(graph);
    expect(verify(tidied)).toEqual([]);
    for (const [z, y] of [
      [0.3, 1],
      [-2, 0],
      [4, 0.25],
    ] as const) {
      const [expected] = flat(evaluate(graph, [z, y]).returned) as number[];
      const [actual] = flat(evaluate(tidied, [z, y]).returned) as number[];
      expect(actual).toBeCloseTo(expected!, 12);
    }
    const derivative = nodesOf(tidied.body).filter((node) => node.origin !== undefined);
    expect(derivative.flatMap((node) => (node.kind === "operation" ? [node.operation] : []))).toEqual(["sub"]);
  });

  it("writes the slope of a sigmoid as p * (1 - p), finite where exp overflows", () => {
    const graph = graphOf({ z: "number", d: "number" }, (b, { z, d }) => {
      const { e, s, p } = sigmoid(b, z!);
      b.reversing(origin);
      const ds = b.operation("neg", [b.operation("mul", [b.operation("div", [d!, s]), p])]);
      return { returned: scalar(b.operation("neg", [b.operation("mul", [ds, e])])) };
    });
    const tidied = tidy(graph);
    expect(evaluate(tidied, [-1000, 1]).returned).toBe(0);
    expect(evaluate(tidied, [0.5, 2]).returned).toBeCloseTo(Number(evaluate(graph, [0.5, 2]).returned), 14);
    expect(operations(tidied)).toEqual(["neg", "exp", "add", "div", "sub", "mul", "mul"]);
  });

  it("takes a common factor out of a sum", () => {
    const graph = graphOf({ a: "number", b: "number", d: "number" }, (b, p) => {
      b.reversing(origin);
      const products = [b.operation("mul", [p.d!, p.a!]), b.operation("mul", [p.b!, p.d!])];
      return { returned: scalar(b.operation("sub", products)) };
    });
    expect(operations(tidy(graph))).toEqual(["sub", "mul"]);
  });

  it("leaves the value's own statements alone", () => {
    const graph = graphOf({ a: "number", b: "number" }, (b, p) => ({
      returned: scalar(b.operation("sub", [b.operation("add", [p.a!, p.b!]), p.b!])),
    }));
    expect(operations(tidy(graph))).toEqual(["add", "sub"]);
  });
});

it("keeps a residual that is small beside the values the difference that it is", () => {
  const step = (y: number): number => y + 1e-7 * y * y;
  const ys: number[] = [];
  for (let y = step(1e6); ys.length < 12; y = step(y)) ys.push(y);
  const data = Float64Array.from(ys, (y, i) => y + 2e-9 * Math.sin(3 * i + 1));
  let wanted = 0;
  for (let i = ys.length - 1; i >= 0; i--) {
    const before = i === 0 ? 1e6 : ys[i - 1]!;
    wanted = (wanted + (ys[i]! - data[i]!)) * (1 + 2e-7 * before);
  }
  expect(wanted).not.toBe(0);
  const { fitGrad } = execute(readFileSync(join(modelsFolder, "small-residuals/model.grad.ts"), "utf8"));
  const { grad } = fitGrad!(1e6, data) as { grad: { y0: number } };
  expect(grad.y0 / wanted).toBeCloseTo(1, 12);
});
