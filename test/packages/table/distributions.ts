/** Distributions, numerical methods, and optimisation. */
import { random } from "../../harness/random.ts";
import { type Row, rowsOf } from "../row.ts";

const r = random(12);
const ofNumber = { signature: "(x: number): number", inputs: [[0.4], [1.7]] };
const withTwo = (call: string, inputs: readonly (readonly number[])[]) => ({
  function: call,
  signature: "(x: number, a: number, b: number): number",
  body: `jstat.${call}(x, a, b)`,
  inputs,
});
const importsJstat = 'import jstat from "jstat";';

const jstat = rowsOf({ package: "jstat", area: "statistics", imports: importsJstat }, [
  withTwo("gamma.pdf", [[1.4, 2.3, 0.8]]),
  withTwo("weibull.cdf", [[1.4, 2.3, 0.8]]),
  withTwo("lognormal.pdf", [[1.4, 0.3, 0.8]]),
  withTwo("normal.cdf", [[1.4, 0.3, 0.8]]),
  withTwo("normal.inv", [[0.3, 0.3, 0.8]]),
  withTwo("centralF.pdf", [[1.4, 4.3, 7.6]]),
  {
    function: "covariance",
    signature: "(x: number[], y: number[]): number",
    body: "jstat.covariance(x, y)",
    inputs: [[r.numbers(5), r.numbers(5)]],
  },
  {
    function: "skewness",
    signature: "(x: number[]): number",
    body: "jstat.skewness(x)",
    inputs: [[r.numbers(6)]],
  },
  { ...ofNumber, function: "gammafn", area: "special functions", body: "jstat.gammafn(x)" },
  {
    function: "lowRegGamma",
    area: "special functions",
    signature: "(a: number, x: number): number",
    body: "jstat.lowRegGamma(a, x)",
    inputs: [
      [1.7, 0.8],
      [1.7, 4.3],
    ],
  },
]);

const special = [
  ...rowsOf({ package: "bessel", area: "special functions", imports: 'import { bessely } from "bessel";' }, [
    { ...ofNumber, function: "bessely", body: "bessely(x, 2)", inputs: [[0.4], [3.7], [11.3]] },
  ]),
  ...rowsOf({ package: "simple-statistics", area: "special functions" }, [
    {
      ...ofNumber,
      function: "inverseErrorFunction",
      imports: 'import { inverseErrorFunction } from "simple-statistics";',
      body: "inverseErrorFunction(x)",
      inputs: [[0.4], [-0.7]],
    },
    {
      ...ofNumber,
      function: "gamma",
      imports: 'import { gamma } from "simple-statistics";',
      body: "gamma(x)",
      inputs: [[1.7], [-1.4]],
    },
  ]),
];

const optimisation = rowsOf({ package: "fmin", area: "physics" }, [
  {
    function: "conjugateGradient",
    imports: 'import { conjugateGradient } from "fmin";',
    signature: "(a: number): number",
    body:
      "const bowl = (x: number[], gradient: number[]) => {\n  gradient[0] = 2 * (x[0]! - a);\n" +
      "  gradient[1] = 8 * (x[1]! - a * a);\n  return (x[0]! - a) ** 2 + 4 * (x[1]! - a * a) ** 2;\n};\n" +
      "const { x } = conjugateGradient(bowl, [0, 0]);\nreturn x[0] + 2 * x[1];",
    inputs: [[0.7]],
  },
]);

const finance = rowsOf(
  { package: "financial", area: "finance", imports: 'import { mirr, nper, ppmt, pv } from "financial";' },
  [
    {
      function: "nper",
      signature: "(rate: number, pmt: number, pv: number): number",
      body: "nper(rate, pmt, pv)",
      inputs: [[0.07 / 12, -150, 8000]],
    },
    {
      function: "ppmt",
      signature: "(rate: number, periods: number, pv: number): number",
      body: "ppmt(rate, 3, periods, pv)",
      inputs: [[0.0824 / 12, 12, 2500]],
    },
    {
      function: "pv",
      signature: "(rate: number, periods: number, pmt: number, fv: number): number",
      body: "pv(rate, periods, pmt, fv)",
      inputs: [[0.05 / 12, 120, -100, 15692.93]],
    },
    {
      function: "mirr",
      signature: "(values: number[], cost: number, gain: number): number",
      body: "mirr(values, cost, gain)",
      inputs: [[[-4500, -800, 800, 800, 600, 600, 800, 800, 700, 3000], 0.08, 0.055]],
    },
  ],
);

export const rows: readonly Row[] = [...jstat, ...special, ...optimisation, ...finance];
