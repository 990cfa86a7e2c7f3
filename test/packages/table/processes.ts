/** Physics, finance, and signal processing. */
import { random } from "../../harness/random.ts";
import { type Row, rowsOf } from "../row.ts";

const r = random(3);

const physics: readonly Row[] = [
  ...rowsOf({ package: "ode-rk4", area: "physics", imports: 'import rk4 from "ode-rk4";' }, [
    {
      function: "rk4",
      signature: "(y0: number[], k: number): number",
      body:
        "const y = [y0[0]!, y0[1]!];\n" +
        "const pendulum = (dydt: number[], y: number[]) => {\n  dydt[0] = y[1]!;\n  dydt[1] = -k * Math.sin(y[0]!);\n};\n" +
        "rk4(y, pendulum, 0, 0.1).steps(20);\nreturn y[0]! + 2 * y[1]!;",
      inputs: [[[0.5, 0.2], 1.3]],
    },
  ]),
  ...rowsOf({ package: "kalmanjs", area: "physics", imports: 'import KalmanFilter from "kalmanjs";' }, [
    {
      function: "KalmanFilter#filter",
      signature: "(measured: number[], R: number, Q: number): number",
      body:
        "const filter = new KalmanFilter({ R, Q });\nlet last = 0;\n" +
        "for (const each of measured) last = filter.filter(each);\nreturn last;",
      inputs: [[[1, 1.3, 0.8, 1.1], 0.1, 0.7]],
    },
  ]),
  ...rowsOf(
    { package: "simplex-noise", area: "signal processing", imports: 'import { createNoise2D } from "simplex-noise";' },
    [
      {
        function: "createNoise2D",
        imports: 'import { createNoise2D } from "simplex-noise";\nconst noise = createNoise2D(() => 0.4);',
        signature: "(x: number, y: number): number",
        body: "noise(x, y)",
        inputs: [
          [0.31, 0.74],
          [3.2, -1.4],
        ],
      },
    ],
  ),
];

const finance: readonly Row[] = [
  ...rowsOf({ package: "black-scholes", area: "finance", imports: 'import { blackScholes } from "black-scholes";' }, [
    {
      function: "blackScholes (call)",
      signature: "(s: number, k: number, t: number, v: number, r: number): number",
      body: 'blackScholes(s, k, t, v, r, "call")',
      inputs: [[30, 34, 0.25, 0.2, 0.08]],
    },
    {
      function: "blackScholes (put)",
      signature: "(s: number, k: number, t: number, v: number, r: number): number",
      body: 'blackScholes(s, k, t, v, r, "put")',
      inputs: [[30, 34, 0.25, 0.2, 0.08]],
    },
  ]),
  ...rowsOf(
    { package: "financial", area: "finance", imports: 'import { fv, ipmt, irr, npv, pmt, rate } from "financial";' },
    [
      {
        function: "fv",
        signature: "(rate: number, periods: number, pmt: number, pv: number): number",
        body: "fv(rate, periods, pmt, pv)",
        inputs: [[0.05 / 12, 120, -100, -100]],
      },
      {
        function: "pmt",
        signature: "(rate: number, periods: number, pv: number): number",
        body: "pmt(rate, periods, pv)",
        inputs: [[0.075 / 12, 180, 200000]],
      },
      {
        function: "ipmt",
        signature: "(rate: number, periods: number, pv: number): number",
        body: "ipmt(rate, 3, periods, pv)",
        inputs: [[0.0824 / 12, 12, 2500]],
      },
      {
        function: "npv",
        signature: "(rate: number, values: number[]): number",
        body: "npv(rate, values)",
        inputs: [[0.08, [-40000, 5000, 8000, 12000, 30000]]],
      },
      {
        function: "irr",
        signature: "(values: number[]): number",
        body: "irr(values)",
        inputs: [[[-100, 39, 59, 55, 20]]],
      },
      {
        function: "rate",
        signature: "(periods: number, pmt: number, pv: number, fv: number): number",
        body: "rate(periods, pmt, pv, fv)",
        inputs: [[10, -100, -3500, 10000]],
      },
    ],
  ),
];

const signal: readonly Row[] = [
  ...rowsOf({ package: "fft.js", area: "signal processing", imports: 'import FFT from "fft.js";' }, [
    {
      function: "FFT#realTransform",
      signature: "(x: number[]): number",
      body:
        "const fft = new FFT(8);\nconst spectrum = fft.createComplexArray();\nfft.realTransform(spectrum, x);\n" +
        "return spectrum[2] ** 2 + spectrum[3] ** 2;",
      inputs: [[r.numbers(8)]],
    },
  ]),
  ...rowsOf(
    {
      package: "window-function",
      area: "signal processing",
      imports: 'import { gaussian, kaiser, tukey } from "window-function";',
    },
    [
      {
        function: "kaiser",
        signature: "(i: number, beta: number): number",
        body: "kaiser(i, 16, beta)",
        inputs: [[5, 3.4]],
      },
      {
        function: "gaussian",
        signature: "(i: number, sigma: number): number",
        body: "gaussian(i, 16, sigma)",
        inputs: [[5, 0.4]],
      },
      {
        function: "tukey",
        signature: "(i: number, alpha: number): number",
        body: "tukey(i, 16, alpha)",
        inputs: [[2, 0.6]],
      },
    ],
  ),
  ...rowsOf({ package: "meyda", area: "signal processing", imports: 'import Meyda from "meyda";' }, [
    {
      function: "rms",
      imports: 'import rms from "meyda/dist/node/extractors/rms.js";',
      signature: "(signal: Float64Array): number",
      body: "rms({ signal })",
      inputs: [[r.f64(16)]],
    },
    {
      function: "spectralCentroid",
      imports: 'import spectralCentroid from "meyda/dist/node/extractors/spectralCentroid.js";',
      signature: "(ampSpectrum: Float64Array): number",
      body: "spectralCentroid({ ampSpectrum })",
      inputs: [[r.f64(9, 0.1, 2)]],
    },
    {
      function: "spectralFlatness",
      imports: 'import spectralFlatness from "meyda/dist/node/extractors/spectralFlatness.js";',
      signature: "(ampSpectrum: Float64Array): number",
      body: "spectralFlatness({ ampSpectrum })",
      inputs: [[r.f64(9, 0.1, 2)]],
    },
  ]),
];

export const rows: readonly Row[] = [...physics, ...finance, ...signal];
