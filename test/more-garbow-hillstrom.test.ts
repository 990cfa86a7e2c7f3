/**
 * The test problems of Moré, Garbow and Hillstrom: gradient, Hessian and Jacobian agree with what is written down by hand
 * (test/closed-forms), at the standard starting point and at another, as the goldens have them and without optimisations. In compressed rows a
 * Hessian has the entries that are written there.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { optionalPasses } from "../src/pipeline.ts";
import { anyNumber } from "./closed-forms/any-number.ts";
import { discretized } from "./closed-forms/discretized.ts";
import { fewVariables } from "./closed-forms/few-variables.ts";
import { fits } from "./closed-forms/fits.ts";
import { count, derivativesOf, type Problem } from "./closed-forms/problem.ts";
import { once } from "./harness/bench.ts";
import { openModels, readFunctions, unformattedModule } from "./harness/compile.ts";
import { type CompressedRows, wholeMatrix } from "./harness/compressed.ts";
import { execute, type Exports } from "./harness/execute.ts";
import { closedFormModels } from "./harness/fixtures.ts";
import { differencesOf, largestOf, numbersOf } from "./harness/tree.ts";

const problems = [...fewVariables, ...fits, ...anyNumber, ...discretized];
const project = openModels(closedFormModels);
const functions = closedFormModels.flatMap(({ model }) => readFunctions(project, model));

test("each function of the models is a problem here", () => {
  const names = functions.map(({ signature }) => signature.name).filter((name) => !name.endsWith("Residuals"));
  expect(names).toEqual(problems.map(({ name }) => name));
});

const ways: readonly (readonly [string, () => Exports])[] = [
  ["", once(() => Object.assign({}, ...closedFormModels.map(({ golden }) => execute(readFileSync(golden, "utf8")))))],
  [" without optimisations", once(() => execute(unformattedModule(functions, { disabled: optionalPasses })))],
];

describe.each(ways)("the derivatives%s", (_, generated) => {
  test.each(problems)("of $name", (problem) => {
    expect(problem.points.flatMap((x) => faultsAt(problem, x, generated()))).toEqual([]);
  });
});

describe("the Hessian in compressed rows has the entries of the closed form alone", () => {
  const structured = problems.filter(({ name }) => `${name}HessianRows` in ways[0]![1]());
  test.each(structured)("of $name", (problem) => {
    for (const x of problem.points) {
      const entries = new Set<number>();
      for (const { slopes, curvatures = [] } of problem.residuals(x)) {
        const pairs = slopes.flatMap(([row]) => slopes.map(([column]) => [row, column] as const));
        const seconds = curvatures.flatMap(([j, k]) => [[j, k] as const, [k, j] as const]);
        for (const [row, column] of [...pairs, ...seconds]) entries.add(row * x.length + column);
      }
      const { hessian } = ways[0]![1]()[`${problem.name}HessianRows`]!(...argumentsOf(problem, x)) as {
        hessian: CompressedRows;
      };
      const { hessian: wanted, scales } = derivativesOf(problem, x);
      expect(hessian.column.length).toBe(entries.size);
      expect(differencesOf(wholeMatrix(hessian, x.length), wanted, 1e-13 * scales.hessian)).toEqual([]);
    }
  });
});

interface Result {
  readonly value: number;
  readonly grad: unknown;
  readonly hessian: unknown;
  readonly jacobian: unknown;
}

function faultsAt(problem: Problem, x: readonly number[], generated: Exports): readonly string[] {
  const { name } = problem;
  const { value, gradient, hessian, residuals, jacobian, scales } = derivativesOf(problem, x);
  const call = (what: string) => generated[what]!(...argumentsOf(problem, x)) as Result;
  const faults = (what: string, found: unknown, wanted: unknown, scale: number) =>
    differencesOf(numbersOf(found), wanted, 1e-13 * scale).map((fault) => `${what} at ${x.join(", ")}: ${fault}`);
  const [first, second] = [call(`${name}Grad`), call(`${name}Hessian`)];
  const rows = `${name}ResidualsJacobian` in generated ? call(`${name}ResidualsJacobian`) : undefined;
  // A number has a column of its own, an array the matrix of its entries.
  const columns = count(x.length, (j) => residuals.map((_, row) => jacobian[row * x.length + j - 1]!));
  const largestResidual = Math.max(1, largestOf(residuals));
  return [
    ...faults("value", [first.value, second.value], [value, value], value),
    ...faults("gradient", first.grad, gradient, scales.gradient),
    ...faults("gradient beside the Hessian", second.grad, gradient, scales.gradient),
    ...faults("Hessian", second.hessian, hessian, scales.hessian),
    ...(rows === undefined ? [] : faults("residuals", rows.value, residuals, largestResidual)),
    ...(rows === undefined
      ? []
      : faults("Jacobian", rows.jacobian, problem.takes === undefined ? jacobian : columns, largestOf(jacobian))),
  ];
}

function argumentsOf({ takes, rest = [] }: Problem, x: readonly number[]): readonly unknown[] {
  if (takes === "numbers") return [...x, ...rest];
  if (takes === "tuple") return [[...x], ...rest];
  return [takes?.(x) ?? Float64Array.from(x), ...rest];
}
