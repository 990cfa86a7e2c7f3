/** Special functions. */
import { type Row, rowsOf } from "../row.ts";

const area = "special functions";
const ofNumber = { signature: "(x: number): number", inputs: [[0.4], [1.7], [6.3]] };

export const rows: readonly Row[] = [
  ...rowsOf({ package: "bessel", area, imports: 'import { besseli, besselj, besselk } from "bessel";' }, [
    { function: "besselj", ...ofNumber, body: "besselj(x, 2)", inputs: [[0.4], [3.7], [11.3]] },
    { function: "besselk", ...ofNumber, body: "besselk(x, 1)" },
    { function: "besseli", ...ofNumber, body: "besseli(x, 1)" },
  ]),
  ...rowsOf({ package: "gamma", area, imports: 'import gamma from "gamma";' }, [
    { function: "gamma", ...ofNumber, body: "gamma(x)" },
    { function: "gamma.log", ...ofNumber, body: "gamma.log(x)" },
  ]),
  ...rowsOf({ package: "jstat", area, imports: 'import jstat from "jstat";' }, [
    { function: "gammaln", ...ofNumber, body: "jstat.gammaln(x)" },
    { function: "erf", ...ofNumber, body: "jstat.erf(x)", inputs: [[0.4], [-1.7]] },
    {
      function: "ibeta",
      signature: "(x: number, a: number, b: number): number",
      body: "jstat.ibeta(x, a, b)",
      inputs: [[0.3, 1.5, 2.5]],
    },
  ]),
  ...rowsOf(
    { package: "simple-statistics", area, imports: 'import { erf, gammaln, probit } from "simple-statistics";' },
    [
      { function: "erf", ...ofNumber, body: "erf(x)", inputs: [[0.4], [-1.7]] },
      { function: "gammaln", ...ofNumber, body: "gammaln(x)" },
      { function: "probit", ...ofNumber, body: "probit(x)", inputs: [[0.2], [0.83]] },
    ],
  ),
];
