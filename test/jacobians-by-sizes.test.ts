/**
 * Jacobians that choose their mode by sizes: which costs are compared, and that one result serves both modes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeValueId } from "../src/ir/ids.ts";
import {
  addPolynomials,
  atomPolynomial,
  multiplyPolynomials,
  type Polynomial,
  polynomialKey,
  scalePolynomial,
} from "../transforms/analyze/polynomial.ts";
import { compareCosts } from "../transforms/modes/compare-costs.ts";
import { unknownSize } from "../transforms/modes/cost-by-sizes.ts";
import { execute } from "./harness/execute.ts";
import { modelsFolder } from "./harness/fixtures.ts";

const [h, k, m, n] = [0, 1, 2, 3].map((id) => atomPolynomial(makeValueId(id))) as [
  Polynomial,
  Polynomial,
  Polynomial,
  Polynomial,
];
const rounds = atomPolynomial(unknownSize);
const times = (factor: number, ...sizes: readonly Polynomial[]): Polynomial => {
  return scalePolynomial(sizes.reduce(multiplyPolynomials), factor);
};
const sum = (...terms: readonly Polynomial[]): Polynomial => terms.reduce(addPolynomials);

const compared: readonly (readonly [string, Polynomial, Polynomial, string | undefined])[] = [
  [
    "what both pay is left out",
    sum(times(3, h, h, n), times(3, h, n, m)),
    sum(times(3, h, h, m), times(5, h, n, m)),
    "n < m",
  ],
  ["so is what grows slower", sum(times(1, h, n), n), sum(times(1, h, m), times(9, m)), "n < m"],
  ["a factor that counts is kept", times(2, h, n), times(9, h, m), "n < 5m"],
  ["directions of two parameters are added", sum(times(2, h, n), times(2, h, k)), times(2, h, m), "k + n < m"],
  ["what data decide is a common factor", times(3, rounds, n), times(3, rounds, m), "n < m"],
  ["or nothing to test", times(3, rounds), times(3, m), undefined],
  ["the same sizes", times(3, n, m), times(7, n, m), undefined],
  ["one that never costs more", times(3, n), sum(times(1, n), times(2, n, m)), undefined],
  ["one that never costs less", times(3, n, h, m), times(8, n, m), undefined],
  ["a size against a number", times(3, h, n), times(24, h), undefined],
  ["a test that nobody reads", times(1, n, n), times(2, m, m), undefined],
];

describe("the comparison of two costs", () => {
  const names = new Map([h, k, m, n].map((size, at) => [polynomialKey(size).slice(2), "hkmn"[at]]));
  const text = (side: Polynomial): string => {
    return [...side]
      .map(([key, { coefficient }]) => (coefficient === 1 ? "" : String(coefficient)) + String(names.get(key)))
      .sort()
      .join(" + ");
  };
  test.each(compared)("%s", (_, first, second, expected) => {
    const found = compareCosts(first, second);
    expect(found && `${text(found.less)} < ${text(found.than)}`).toBe(expected);
  });
});

describe("one result for both modes", () => {
  const { sensedJacobian, createSensedJacobian } = execute(
    readFileSync(join(modelsFolder, "jacobians-by-sizes/model.grad.ts"), "utf8"),
  );
  const points = (size: number, phase: number) =>
    Float64Array.from({ length: size }, (_, i) => Math.sin(1 + phase * i));
  const call = (inputs: number, sensors: number): readonly unknown[] => {
    return [points(inputs, 0.7), points(3 * inputs, 1.1), points(9, 1.9), points(3 * sensors, 0.3), 4, sensors];
  };

  test("serves calls of other sizes, with as many entries of the matrix", () => {
    const out = createSensedJacobian?.(...call(1, 4));
    for (const [inputs, sensors] of [
      [1, 4],
      [4, 1],
      [2, 2],
      [1, 4],
    ] as const) {
      const again = structuredClone(sensedJacobian?.(...call(inputs, sensors), out)) as Record<string, unknown>;
      const fresh = sensedJacobian?.(...call(inputs, sensors)) as Record<string, unknown>;
      expect([again["value"], again["jacobian"]]).toEqual([fresh["value"], fresh["jacobian"]]);
    }
  });
});
