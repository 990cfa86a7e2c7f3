/** Statistics. */
import { random } from "../../harness/random.ts";
import { type Row, rowsOf } from "../row.ts";

const r = random(2);
const area = "statistics";
const ofSample = (name: string, imports: string, call = name) => ({
  function: name,
  imports,
  signature: "(x: number[]): number",
  body: `${call}(x)`,
  inputs: [[r.numbers(7, 0.5, 3)], [r.numbers(4, 0.5, 3)]],
});
const named = (name: string, from: string) => ofSample(name, `import { ${name} } from "${from}";`);

const simple = rowsOf({ package: "simple-statistics", area }, [
  named("sampleSkewness", "simple-statistics"),
  named("sampleKurtosis", "simple-statistics"),
  named("geometricMean", "simple-statistics"),
  named("medianAbsoluteDeviation", "simple-statistics"),
  {
    function: "sampleCorrelation",
    imports: 'import { sampleCorrelation } from "simple-statistics";',
    signature: "(x: number[], y: number[]): number",
    body: "sampleCorrelation(x, y)",
    inputs: [[r.numbers(5), r.numbers(5)]],
  },
  {
    function: "linearRegression",
    imports: 'import { linearRegression } from "simple-statistics";',
    signature: "(data: number[][]): number",
    body: "const { m, b } = linearRegression(data);\nreturn m + 2 * b;",
    inputs: [[[r.numbers(2), r.numbers(2), r.numbers(2), r.numbers(2)]]],
  },
]);

const d3Array = rowsOf({ package: "d3-array", area }, [
  named("mean", "d3-array"),
  named("deviation", "d3-array"),
  named("fsum", "d3-array"),
  {
    function: "quantile",
    imports: 'import { quantile } from "d3-array";',
    signature: "(x: number[], p: number): number",
    body: "quantile(x, p)",
    inputs: [[r.numbers(6), 0.3]],
  },
]);

const lodash = rowsOf({ package: "lodash", area }, [
  ofSample("mean", 'import mean from "lodash/mean.js";'),
  ofSample("sum", 'import _ from "lodash";', "_.sum"),
]);

const jstat = rowsOf({ package: "jstat", area, imports: 'import jstat from "jstat";' }, [
  {
    function: "normal.pdf",
    signature: "(x: number, mean: number, deviation: number): number",
    body: "jstat.normal.pdf(x, mean, deviation)",
    inputs: [[0.4, 0.1, 1.3]],
  },
  {
    function: "studentt.pdf",
    signature: "(x: number, degrees: number): number",
    body: "jstat.studentt.pdf(x, degrees)",
    inputs: [[0.4, 5.3]],
  },
  {
    function: "beta.cdf",
    signature: "(x: number, a: number, b: number): number",
    body: "jstat.beta.cdf(x, a, b)",
    inputs: [[0.4, 2.5, 1.7]],
  },
  { ...ofSample("stdev", "", "jstat.stdev"), imports: 'import jstat from "jstat";' },
]);

export const rows: readonly Row[] = [...simple, ...d3Array, ...lodash, ...jstat];
