/** Easing and splines. */
import { type Row, rowsOf } from "../row.ts";

const area = "easing and splines";
const moments = [[0.13], [0.45], [0.8]];
const ofTime = { signature: "(t: number): number", inputs: moments };

const d3Ease = rowsOf(
  { package: "d3-ease", area, imports: 'import { easeBackInOut, easeBounceOut, easeElasticOut } from "d3-ease";' },
  [
    { function: "easeElasticOut", ...ofTime, body: "easeElasticOut(t)" },
    { function: "easeBackInOut", ...ofTime, body: "easeBackInOut(t)" },
    { function: "easeBounceOut", ...ofTime, body: "easeBounceOut(t)" },
  ],
);

const eases = rowsOf({ package: "eases", area, imports: 'import eases from "eases";' }, [
  { function: "elasticInOut", ...ofTime, body: "eases.elasticInOut(t)" },
  { function: "bounceIn", ...ofTime, body: "eases.bounceIn(t)" },
]);

const easing = rowsOf({ package: "bezier-easing", area, imports: 'import bezier from "bezier-easing";' }, [
  {
    function: "bezier",
    signature: "(x1: number, y1: number, x2: number, y2: number, t: number): number",
    body: "bezier(x1, y1, x2, y2)(t)",
    inputs: [
      [0.25, 0.1, 0.3, 1, 0.4],
      [0.9, 0.1, 0.2, 0.9, 0.7],
    ],
  },
]);

const interpolate = rowsOf({ package: "d3-interpolate", area }, [
  {
    function: "interpolateBasis",
    imports: 'import { interpolateBasis } from "d3-interpolate";',
    signature: "(values: number[], t: number): number",
    body: "interpolateBasis(values)(t)",
    inputs: [
      [[1, 3, 2, 5], 0.4],
      [[1, 3, 2, 5], 0.9],
    ],
  },
  {
    function: "interpolateNumber",
    imports: 'import { interpolateNumber } from "d3-interpolate";',
    signature: "(a: number, b: number, t: number): number",
    body: "interpolateNumber(a, b)(t)",
    inputs: [[1, 3, 0.4]],
  },
  {
    function: "interpolateNumberArray",
    imports: 'import { interpolateNumberArray } from "d3-interpolate";',
    signature: "(a: Float64Array, b: Float64Array, t: number): Float64Array",
    body: "return interpolateNumberArray(a, b)(t);",
    inputs: [[Float64Array.of(1, 2, 3), Float64Array.of(3, 1, 0.5), 0.4]],
  },
  {
    function: "interpolateZoom",
    imports: 'import { interpolateZoom } from "d3-interpolate";',
    signature: "(from: [number, number, number], to: [number, number, number], t: number): number",
    body: "const view = interpolateZoom(from, to)(t);\nreturn view[0] + 2 * view[1] + 3 * view[2];",
    inputs: [[[0, 0, 2], [4, 3, 1], 0.3]],
  },
]);

const spline = rowsOf({ package: "cubic-spline", area, imports: 'import Spline from "cubic-spline";' }, [
  {
    function: "Spline#at",
    signature: "(xs: number[], ys: number[], x: number): number",
    body: "new Spline(xs, ys).at(x)",
    inputs: [
      [[0, 1, 2.5, 4, 5.5], [1, 3, 2, 5, 4], 1.7],
      [[0, 1, 2.5, 4, 5.5], [1, 3, 2, 5, 4], 4.6],
    ],
  },
]);

export const rows: readonly Row[] = [...d3Ease, ...eases, ...easing, ...interpolate, ...spline];
