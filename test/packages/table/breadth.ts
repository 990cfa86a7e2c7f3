/** More of packages that other rows are of, for breadth: picked by their names, before any of them was tried. */
import { random } from "../../harness/random.ts";
import { type Row, rowsOf } from "../row.ts";

const r = random(41);

/** A function of gl-matrix that writes `size` numbers into an array. */
const written = (call: string, size: number, parameters: string, list: string, inputs: Row["inputs"]) => ({
  function: call,
  signature: `(${parameters}): Float64Array`,
  body: `const out = new Float64Array(${size});\n${call}(out, ${list});\nreturn out;`,
  inputs,
});
const vectors = rowsOf(
  {
    package: "gl-matrix",
    area: "vectors and matrices",
    imports: 'import { mat2, mat3, mat4, quat, vec2, vec3, vec4 } from "gl-matrix";',
  },
  [
    written("vec2.lerp", 2, "a: Float64Array, b: Float64Array, t: number", "a, b, t", [[r.f64(2), r.f64(2), 0.3]]),
    written("vec3.rotateY", 3, "a: Float64Array, b: Float64Array, t: number", "a, b, t", [[r.f64(3), r.f64(3), 0.8]]),
    written(
      "vec3.hermite",
      3,
      "a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array, t: number",
      "a, b, c, d, t",
      [[r.f64(3), r.f64(3), r.f64(3), r.f64(3), 0.4]],
    ),
    written("vec4.transformQuat", 4, "a: Float64Array, q: Float64Array", "a, q", [[r.f64(4), r.f64(4)]]),
    written("mat2.invert", 4, "a: Float64Array", "a", [[r.f64(4)]]),
    written("mat4.multiply", 16, "a: Float64Array, b: Float64Array", "a, b", [[r.f64(16), r.f64(16)]]),
    written("mat4.fromQuat", 16, "q: Float64Array", "q", [[r.f64(4)]]),
    written("quat.setAxisAngle", 4, "axis: Float64Array, angle: number", "axis, angle", [[r.f64(3), 0.7]]),
    {
      function: "mat3.determinant",
      signature: "(a: Float64Array): number",
      body: "mat3.determinant(a)",
      inputs: [[r.f64(9)]],
    },
    {
      function: "vec4.distance",
      signature: "(a: Float64Array, b: Float64Array): number",
      body: "vec4.distance(a, b)",
      inputs: [[r.f64(4), r.f64(4)]],
    },
  ],
);

const ofTime = { signature: "(t: number): number", inputs: [[0.3], [0.8]] };
const easing = [
  ...rowsOf(
    {
      package: "d3-ease",
      area: "easing and splines",
      imports: 'import { easeCircleIn, easeCubicInOut } from "d3-ease";',
    },
    ["easeCubicInOut", "easeCircleIn"].map((name) => ({ ...ofTime, function: name, body: `${name}(t)` })),
  ),
  ...rowsOf(
    { package: "eases", area: "easing and splines", imports: 'import eases from "eases";' },
    ["backInOut", "quintOut", "sineIn"].map((name) => ({ ...ofTime, function: name, body: `eases.${name}(t)` })),
  ),
];

const sample = (name: string, from: string, call = `${name}(x)`, more: readonly unknown[] = []) => ({
  package: from,
  area: "statistics" as const,
  function: name,
  imports: `import { ${name} } from "${from}";`,
  signature: `(x: number[]${more.length > 0 ? ", a: number" : ""}): number`,
  body: call,
  inputs: [[r.numbers(6, 0.5, 3), ...more]],
});
const statistics: readonly Row[] = [
  sample("standardDeviation", "simple-statistics"),
  sample("tTest", "simple-statistics", "tTest(x, a)", [0.7]),
  sample("logAverage", "simple-statistics"),
  {
    package: "simple-statistics",
    area: "statistics",
    function: "subtractFromMean",
    imports: 'import { subtractFromMean } from "simple-statistics";',
    signature: "(mean: number, n: number, value: number): number",
    body: "subtractFromMean(mean, n, value)",
    inputs: [[20.5, 6, 53]],
  },
  sample("max", "d3-array"),
  sample("range", "d3-array", "range(a, 3, 0.5).reduce((sum, each, k) => sum + each * x[k]!, 0)", [0.6]),
  {
    package: "simple-statistics",
    area: "statistics",
    function: "zScore",
    imports: 'import { zScore } from "simple-statistics";',
    signature: "(x: number, mean: number, deviation: number): number",
    body: "zScore(x, mean, deviation)",
    inputs: [[1.3, 0.4, 0.9]],
  },
  {
    package: "simple-statistics",
    area: "statistics",
    function: "logit",
    imports: 'import { logit } from "simple-statistics";',
    signature: "(p: number): number",
    body: "logit(p)",
    inputs: [[0.3]],
  },
  {
    package: "simple-statistics",
    area: "statistics",
    function: "tTestTwoSample",
    imports: 'import { tTestTwoSample } from "simple-statistics";',
    signature: "(x: number[], y: number[], difference: number): number",
    body: "tTestTwoSample(x, y, difference)!",
    inputs: [[r.numbers(5), r.numbers(6), 0.1]],
  },
];

const density = (name: string, parameters: readonly string[], values: readonly number[]) => ({
  function: name,
  signature: `(${parameters.map((each) => `${each}: number`).join(", ")}): number`,
  body: `jstat.${name}(${parameters.join(", ")})`,
  inputs: [[...values]],
});
const distributions = rowsOf({ package: "jstat", area: "statistics", imports: 'import jstat from "jstat";' }, [
  density("beta.pdf", ["x", "a", "b"], [0.4, 2.5, 1.7]),
  density("cauchy.pdf", ["x", "local", "scale"], [0.4, 0.1, 1.3]),
  density("chisquare.pdf", ["x", "dof"], [1.4, 2.5]),
  density("exponential.cdf", ["x", "rate"], [0.7, 1.2]),
  density("laplace.pdf", ["x", "mu", "b"], [0.7, 0.2, 1.1]),
  density("pareto.cdf", ["x", "scale", "shape"], [2.3, 1.1, 1.7]),
  density("kumaraswamy.pdf", ["x", "a", "b"], [0.4, 2.5, 1.7]),
  density("betaln", ["x", "y"], [1.4, 2.5]),
  {
    function: "corrcoeff",
    signature: "(x: number[], y: number[]): number",
    body: "jstat.corrcoeff(x, y)",
    inputs: [[r.numbers(5), r.numbers(5)]],
  },
]);

const three = "(a: number, b: number, c: number): [number, number, number]";
const colours = [
  ...rowsOf({ package: "color-convert", area: "colour", imports: 'import convert from "color-convert";' }, [
    {
      function: "rgb.xyz.raw",
      signature: three,
      body: "return convert.rgb.xyz.raw(a, b, c);",
      inputs: [[120, 80, 200]],
    },
    { function: "xyz.lab.raw", signature: three, body: "return convert.xyz.lab.raw(a, b, c);", inputs: [[25, 20, 60]] },
    {
      function: "hsv.rgb.raw",
      signature: three,
      body: "return convert.hsv.rgb.raw(a, b, c);",
      inputs: [[200, 60, 40]],
    },
  ]),
  ...rowsOf({ package: "culori", area: "colour" }, [
    {
      function: "convertLabToLch",
      imports: 'import { convertLabToLch } from "culori/fn";',
      signature: "(l: number, a: number, b: number): number",
      body: "const color = convertLabToLch({ l, a, b });\nreturn color.l + 2 * color.c + color.h! / 100;",
      inputs: [[60, 20, -30]],
    },
    {
      function: "wcagLuminance",
      imports: 'import { wcagLuminance } from "culori";',
      signature: "(r: number, g: number, b: number): number",
      body: 'wcagLuminance({ mode: "rgb", r, g, b })',
      inputs: [[0.2, 0.5, 0.7]],
    },
  ]),
];

const raws = [
  "geoOrthographicRaw",
  "geoGnomonicRaw",
  "geoStereographicRaw",
  "geoAzimuthalEqualAreaRaw",
  "geoEqualEarthRaw",
];
const projections = rowsOf(
  { package: "d3-geo", area: "geodesy", imports: `import { ${raws.join(", ")} } from "d3-geo";` },
  raws.map((name) => ({
    function: name,
    signature: "(lambda: number, phi: number): [number, number]",
    body: `return ${name}(lambda, phi);`,
    inputs: [[0.2, 0.9]],
  })),
);

const distances = rowsOf(
  { package: "ml-distance", area: "vectors and matrices", imports: 'import { distance } from "ml-distance";' },
  ["chebyshev", "manhattan", "clark", "soergel", "lorentzian", "squaredChord"].map((name) => ({
    function: `distance.${name}`,
    signature: "(x: number[], y: number[]): number",
    body: `distance.${name}(x, y)`,
    inputs: [[r.numbers(5, 0.1, 1), r.numbers(5, 0.1, 1)]],
  })),
);

const motion = rowsOf({ package: "matter-js", area: "physics", imports: 'import Matter from "matter-js";' }, [
  {
    function: "Vector.magnitude",
    signature: "(x: number, y: number): number",
    body: "Matter.Vector.magnitude({ x, y })",
    inputs: [[0.3, 0.7]],
  },
  {
    function: "Vector.angle",
    signature: "(x: number, y: number): number",
    body: "Matter.Vector.angle({ x, y }, { x: 1, y: x * y })",
    inputs: [[0.3, 0.7]],
  },
  {
    function: "Vector.rotate",
    signature: "(x: number, y: number, angle: number): { x: number; y: number }",
    body: "return Matter.Vector.rotate({ x, y }, angle);",
    inputs: [[0.3, 0.7, 0.4]],
  },
]);

const signals = rowsOf(
  {
    package: "window-function",
    area: "signal processing",
    imports: 'import { exponential, generalizedNormal, planckTaper } from "window-function";',
  },
  [
    {
      function: "exponential",
      signature: "(i: number, tau: number): number",
      body: "exponential(i, 16, tau)",
      inputs: [[5, 3.4]],
    },
    {
      function: "generalizedNormal",
      signature: "(i: number, sigma: number, power: number): number",
      body: "generalizedNormal(i, 16, sigma, power)",
      inputs: [[5, 0.4, 2.5]],
    },
    {
      function: "planckTaper",
      signature: "(i: number, epsilon: number): number",
      body: "planckTaper(i, 16, epsilon)",
      inputs: [[2, 0.3]],
    },
  ],
);

export const rows: readonly Row[] = [
  ...vectors,
  ...easing,
  ...statistics,
  ...distributions,
  ...colours,
  ...projections,
  ...distances,
  ...motion,
  ...signals,
];
