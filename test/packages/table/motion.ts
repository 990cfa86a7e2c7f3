/** Transforms, curves, easing, and colours between others. */
import { random } from "../../harness/random.ts";
import { type Row, rowsOf } from "../row.ts";

const r = random(13);
const rgb = "(r: number, g: number, b: number)";
const ofTime = { signature: "(t: number): number", inputs: [[0.13], [0.8]] };

const glMatrix = rowsOf(
  {
    package: "gl-matrix",
    area: "vectors and matrices",
    imports: 'import { mat3, mat4, quat, vec2, vec3 } from "gl-matrix";',
  },
  [
    {
      function: "mat4.lookAt",
      signature: "(eye: Float64Array, center: Float64Array): Float64Array",
      body: "const out = new Float64Array(16);\nmat4.lookAt(out, eye, center, [0, 1, 0]);\nreturn out;",
      inputs: [[r.f64(3), r.f64(3)]],
    },
    {
      function: "mat4.perspective",
      signature: "(fovy: number, aspect: number, near: number, far: number): Float64Array",
      body: "const out = new Float64Array(16);\nmat4.perspective(out, fovy, aspect, near, far);\nreturn out;",
      inputs: [[0.8, 1.5, 0.1, 10]],
    },
    {
      function: "quat.rotationTo",
      signature: "(angle: number): Float64Array",
      body:
        "const out = new Float64Array(4);\n" +
        "quat.rotationTo(out, [1, 0, 0], [Math.cos(angle), Math.sin(angle), 0]);\nreturn out;",
      inputs: [[0.7]],
    },
    {
      function: "vec3.bezier",
      signature: "(a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array, t: number): Float64Array",
      body: "const out = new Float64Array(3);\nvec3.bezier(out, a, b, c, d, t);\nreturn out;",
      inputs: [[r.f64(3), r.f64(3), r.f64(3), r.f64(3), 0.3]],
    },
    {
      function: "vec2.rotate",
      signature: "(a: Float64Array, angle: number): Float64Array",
      body: "const out = new Float64Array(2);\nvec2.rotate(out, a, [0.5, 1], angle);\nreturn out;",
      inputs: [[r.f64(2), 0.6]],
    },
    {
      function: "mat3.invert",
      signature: "(a: Float64Array): Float64Array",
      body: "const out = new Float64Array(9);\nmat3.invert(out, a);\nreturn out;",
      inputs: [[r.f64(9)]],
    },
  ],
);

const vec3 = rowsOf({ package: "vec3", area: "vectors and matrices", imports: 'import { Vec3 } from "vec3";' }, [
  {
    function: "Vec3#unit, #dot",
    signature: "(x: number, y: number, z: number): number",
    body: "new Vec3(x, y, z).unit().dot(new Vec3(1, 2, 3).scaled(x))",
    inputs: [[0.5, -1, 2]],
  },
]);

const matter = rowsOf({ package: "matter-js", area: "geometry", imports: 'import Matter from "matter-js";' }, [
  {
    function: "Vertices.centre",
    signature: "(points: { x: number; y: number }[]): { x: number; y: number }",
    body: "return Matter.Vertices.centre(points);",
    inputs: [[[1, 2, 3, 4].map((k) => ({ x: Math.cos(k), y: 2 * Math.sin(k) }))]],
  },
  {
    function: "Vector.normalise",
    signature: "(x: number, y: number): { x: number; y: number }",
    body: "return Matter.Vector.normalise({ x, y });",
    inputs: [[0.3, 0.7]],
  },
]);

const bezier = rowsOf({ package: "bezier-js", area: "geometry", imports: 'import { Bezier } from "bezier-js";' }, [
  {
    function: "Bezier#derivative",
    signature: "(x: number, y: number, t: number): number",
    body: "const d = new Bezier(0, 0, x, y, 2, 1, 3, -1).derivative(t);\nreturn d.x + 2 * d.y;",
    inputs: [[0.7, 1.4, 0.3]],
  },
  {
    function: "Bezier#normal",
    signature: "(x: number, y: number, t: number): number",
    body: "const n = new Bezier(0, 0, x, y, 2, 1).normal(t);\nreturn n.x + 2 * n.y;",
    inputs: [[0.7, 1.4, 0.3]],
  },
  {
    function: "Bezier#curvature",
    signature: "(x: number, y: number, t: number): number",
    body: "new Bezier(0, 0, x, y, 2, 1, 3, -1).curvature(t).k",
    inputs: [[0.7, 1.4, 0.3]],
  },
]);

const curves = [
  ...rowsOf({ package: "d3-ease", area: "easing and splines" }, [
    {
      ...ofTime,
      function: "easeSinInOut",
      imports: 'import { easeSinInOut } from "d3-ease";',
      body: "easeSinInOut(t)",
    },
    {
      ...ofTime,
      function: "easeExpInOut",
      imports: 'import { easeExpInOut } from "d3-ease";',
      body: "easeExpInOut(t)",
    },
    {
      function: "easePolyOut.exponent",
      imports: 'import { easePolyOut } from "d3-ease";',
      signature: "(t: number, e: number): number",
      body: "easePolyOut.exponent(e)(t)",
      inputs: [[0.3, 2.4]],
    },
  ]),
  ...rowsOf({ package: "d3-interpolate", area: "easing and splines" }, [
    {
      function: "interpolateBasisClosed",
      imports: 'import { interpolateBasisClosed } from "d3-interpolate";',
      signature: "(values: number[], t: number): number",
      body: "interpolateBasisClosed(values)(t)",
      inputs: [[[1, 3, 2, 5], 0.4]],
    },
    {
      function: "piecewise",
      imports: 'import { interpolateNumber, piecewise } from "d3-interpolate";',
      signature: "(a: number, b: number, c: number, t: number): number",
      body: "piecewise(interpolateNumber, [a, b, c])(t)",
      inputs: [[1, 3, 2, 0.7]],
    },
    {
      function: "interpolateObject",
      imports: 'import { interpolateObject } from "d3-interpolate";',
      signature: "(a: { x: number; y: number }, b: { x: number; y: number }, t: number): number",
      body: "const at = interpolateObject(a, b)(t);\nreturn at.x * at.y;",
      inputs: [[{ x: 1, y: 2 }, { x: 3, y: 1 }, 0.3]],
    },
  ]),
  ...rowsOf({ package: "eases", area: "easing and splines", imports: 'import eases from "eases";' }, [
    { ...ofTime, function: "expoInOut", body: "eases.expoInOut(t)" },
    { ...ofTime, function: "circOut", body: "eases.circOut(t)" },
  ]),
];

const colours = [
  ...rowsOf({ package: "culori", area: "colour" }, [
    {
      function: "convertHslToRgb",
      imports: 'import { convertHslToRgb } from "culori/fn";',
      signature: "(h: number, s: number, l: number): number",
      body: "const { r, g, b } = convertHslToRgb({ h, s, l });\nreturn r + 2 * g + 3 * b;",
      inputs: [[200, 0.6, 0.4]],
    },
    {
      function: "differenceEuclidean",
      imports: 'import { differenceEuclidean } from "culori";\nconst difference = differenceEuclidean("oklab");',
      signature: `${rgb}: number`,
      body: 'difference({ mode: "rgb", r, g, b }, { mode: "rgb", r: 1, g: 1, b: 0.9 })',
      inputs: [[0.2, 0.5, 0.7]],
    },
    {
      function: "interpolate",
      imports: 'import { interpolate } from "culori";',
      signature: `${rgb}: number`,
      body:
        'const at = interpolate([{ mode: "rgb", r, g, b }, { mode: "rgb", r: 1, g: 0, b: 0 }], "oklab")(0.3);\n' +
        "return at.l + 2 * at.a + 3 * at.b;",
      inputs: [[0.2, 0.5, 0.7]],
    },
  ]),
  ...rowsOf({ package: "color-convert", area: "colour", imports: 'import convert from "color-convert";' }, [
    {
      function: "lab.lch.raw",
      signature: "(l: number, a: number, b: number): [number, number, number]",
      body: "return convert.lab.lch.raw(l, a, b);",
      inputs: [[50, 20, -30]],
    },
    {
      function: "rgb.cmyk.raw",
      signature: `${rgb}: [number, number, number, number]`,
      body: "return convert.rgb.cmyk.raw(r, g, b);",
      inputs: [[120, 80, 200]],
    },
  ]),
  ...rowsOf({ package: "hsluv", area: "colour", imports: 'import { Hsluv } from "hsluv";' }, [
    {
      function: "Hsluv#rgbToHsluv",
      signature: `${rgb}: number`,
      body:
        "const color = new Hsluv();\ncolor.rgb_r = r;\ncolor.rgb_g = g;\ncolor.rgb_b = b;\ncolor.rgbToHsluv();\n" +
        "return color.hsluv_h + 2 * color.hsluv_s + 3 * color.hsluv_l;",
      inputs: [[0.2, 0.5, 0.7]],
    },
  ]),
  ...rowsOf({ package: "delta-e", area: "colour", imports: 'import DeltaE from "delta-e";' }, [
    {
      function: "getDeltaE76",
      signature: "(x: { L: number; A: number; B: number }, y: { L: number; A: number; B: number }): number",
      body: "DeltaE.getDeltaE76(x, y)",
      inputs: [
        [
          { L: 50, A: 2.5, B: -30 },
          { L: 52, A: 10, B: -12 },
        ],
      ],
    },
  ]),
];

export const rows: readonly Row[] = [...glMatrix, ...vec3, ...matter, ...bezier, ...curves, ...colours];
