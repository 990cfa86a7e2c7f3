/** Statistics of samples, and distances. */
import { random } from "../../harness/random.ts";
import { type Row, rowsOf } from "../row.ts";

const r = random(11);
const area = "statistics";
const sample = r.numbers(6, 0.5, 3);

/** Numbers that add up to 1. */
const shares = (x: readonly number[]): number[] => x.map((each) => each / x.reduce((sum, next) => sum + next, 0));

const ofSample = (name: string, from: string) => ({
  function: name,
  imports: `import { ${name} } from "${from}";`,
  signature: "(x: number[]): number",
  body: `${name}(x)`,
  inputs: [[sample]],
});
const ofTwo = (name: string, imports: string) => ({
  function: name,
  imports,
  signature: "(x: number[], y: number[]): number",
  body: `${name}(x, y)`,
  inputs: [[r.numbers(5, 0.1, 1), r.numbers(5, 0.1, 1)]],
});

const simple = rowsOf({ package: "simple-statistics", area }, [
  ofSample("variance", "simple-statistics"),
  ofSample("harmonicMean", "simple-statistics"),
  ofSample("rootMeanSquare", "simple-statistics"),
  ofSample("interquartileRange", "simple-statistics"),
  ofSample("coefficientOfVariation", "simple-statistics"),
  ofTwo("sampleCovariance", 'import { sampleCovariance } from "simple-statistics";'),
  ofTwo("weightedMean", 'import { weightedMean } from "simple-statistics";'),
  {
    function: "kernelDensityEstimation",
    imports: 'import { kernelDensityEstimation } from "simple-statistics";',
    signature: "(x: number[], at: number): number",
    body: "kernelDensityEstimation(x)(at)",
    inputs: [[sample, 1.2]],
  },
  {
    function: "weightedLinearRegression",
    imports: 'import { weightedLinearRegression } from "simple-statistics";',
    signature: "(data: number[][], weights: number[]): number",
    body: "const { m, b } = weightedLinearRegression(data, weights);\nreturn m + 2 * b;",
    inputs: [[[r.numbers(2), r.numbers(2), r.numbers(2)], r.numbers(3, 0.5, 1)]],
  },
]);

const d3 = rowsOf({ package: "d3-array", area }, [
  ofSample("sum", "d3-array"),
  ofSample("variance", "d3-array"),
  ofSample("median", "d3-array"),
  ofSample("min", "d3-array"),
  {
    function: "cumsum",
    imports: 'import { cumsum } from "d3-array";',
    signature: "(x: Float64Array): Float64Array",
    body: "return cumsum(x);",
    inputs: [[r.f64(5)]],
  },
]);

const lodash = rowsOf({ package: "lodash", area }, [
  {
    function: "sumBy",
    imports: 'import sumBy from "lodash/sumBy.js";',
    signature: "(x: number[]): number",
    body: "sumBy(x, (each) => each * each)",
    inputs: [[sample]],
  },
  {
    function: "clamp",
    imports: 'import clamp from "lodash/clamp.js";',
    signature: "(x: number, low: number, high: number): number",
    body: "clamp(x, low, high) ** 2",
    inputs: [
      [0.3, 0.1, 0.9],
      [1.3, 0.1, 0.9],
    ],
  },
]);

const distances = rowsOf(
  {
    package: "ml-distance",
    area: "vectors and matrices",
    imports: 'import { distance } from "ml-distance";',
  },
  ["squaredEuclidean", "canberra", "kullbackLeibler", "hellinger", "minkowski"].map((name) => ({
    ...ofTwo(`distance.${name}`, ""),
    imports: 'import { distance } from "ml-distance";',
    ...(name === "minkowski" && { body: "distance.minkowski(x, y, 3)" }),
    ...(name === "hellinger" && { inputs: [[shares(r.numbers(5, 0.1, 1)), shares(r.numbers(5, 0.1, 1))]] }),
  })),
);

export const rows: readonly Row[] = [...simple, ...d3, ...lodash, ...distances];
