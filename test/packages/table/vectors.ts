/** Vectors and matrices. */
import { random } from "../../harness/random.ts";
import { type Row, rowsOf } from "../row.ts";

const r = random(1);
const area = "vectors and matrices";

const glMatrix = rowsOf(
  { package: "gl-matrix", area, imports: 'import { mat3, mat4, quat, vec3 } from "gl-matrix";' },
  [
    {
      function: "vec3.angle",
      signature: "(a: Float64Array, b: Float64Array): number",
      body: "vec3.angle(a, b)",
      inputs: [
        [r.f64(3), r.f64(3)],
        [r.f64(3), r.f64(3)],
      ],
    },
    {
      function: "vec3.transformMat4",
      signature: "(a: Float64Array, m: Float32Array): Float64Array",
      body: "const out = new Float64Array(3);\nvec3.transformMat4(out, a, m);\nreturn out;",
      wrt: "a",
      inputs: [[r.f64(3), r.f32(16)]],
    },
    {
      function: "mat4.invert",
      signature: "(a: Float64Array): Float64Array",
      body: "const out = new Float64Array(16);\nmat4.invert(out, a);\nreturn out;",
      inputs: [[r.f64(16)], [r.f64(16)]],
    },
    {
      function: "mat3.normalFromMat4",
      signature: "(a: Float64Array): Float64Array",
      body: "const out = new Float64Array(9);\nmat3.normalFromMat4(out, a);\nreturn out;",
      inputs: [[r.f64(16)]],
    },
    {
      function: "quat.slerp",
      signature: "(a: Float64Array, b: Float64Array, t: number): Float64Array",
      body: "const out = new Float64Array(4);\nquat.slerp(out, a, b, t);\nreturn out;",
      inputs: [
        [Float64Array.of(0.5, 0.5, 0.5, 0.5), Float64Array.of(0.1, 0.7, 0.1, 0.7), 0.3],
        [Float64Array.of(0.5, 0.5, 0.5, 0.5), Float64Array.of(-0.1, -0.7, -0.1, -0.7), 0.6],
      ],
    },
  ],
);

const vec3 = rowsOf({ package: "vec3", area, imports: 'import { Vec3 } from "vec3";' }, [
  {
    function: "Vec3#distanceTo",
    signature: "(x: number, y: number, z: number): number",
    body: "new Vec3(x, y, z).distanceTo(new Vec3(1, 2, 3))",
    inputs: [[0.5, -1, 2]],
  },
  {
    function: "Vec3#cross, #normalize",
    signature: "(x: number, y: number, z: number): number",
    body: "const side = new Vec3(x, y, z).cross(new Vec3(z, 1, x)).normalize();\nreturn side.x + 2 * side.y + 3 * side.z;",
    inputs: [[0.5, -1, 2]],
  },
]);

const mlMatrix = rowsOf(
  { package: "ml-matrix", area, imports: 'import { determinant, inverse, Matrix, solve } from "ml-matrix";' },
  [
    {
      function: "determinant",
      signature: "(a: number[]): number",
      body: "determinant(Matrix.from1DArray(3, 3, a))",
      inputs: [[r.numbers(9)]],
    },
    {
      function: "Matrix#mmul",
      signature: "(a: number[], b: number[]): number[]",
      body: "return Matrix.from1DArray(2, 3, a).mmul(Matrix.from1DArray(3, 2, b)).to1DArray();",
      inputs: [[r.numbers(6), r.numbers(6)]],
    },
    {
      function: "solve",
      signature: "(a: number[], b: number[]): number",
      body: "solve(Matrix.from1DArray(3, 3, a), Matrix.columnVector(b)).sum()",
      inputs: [[r.numbers(9), r.numbers(3)]],
    },
  ],
);

const distance = rowsOf(
  { package: "ml-distance", area, imports: 'import { distance, similarity } from "ml-distance";' },
  [
    {
      function: "distance.euclidean",
      signature: "(a: number[], b: number[]): number",
      body: "distance.euclidean(a, b)",
      inputs: [[r.numbers(4), r.numbers(4)]],
    },
    {
      function: "similarity.cosine",
      signature: "(a: number[], b: number[]): number",
      body: "similarity.cosine(a, b)",
      inputs: [[r.numbers(4), r.numbers(4)]],
    },
    {
      function: "distance.jensenShannon",
      signature: "(a: Float64Array, b: Float64Array): number",
      body: "distance.jensenShannon(a, b)",
      inputs: [[r.f64(4, 0.1, 1), r.f64(4, 0.1, 1)]],
    },
    {
      function: "similarity.pearson",
      signature: "(a: Float64Array, b: Float64Array): number",
      body: "similarity.pearson(a, b)",
      inputs: [[r.f64(5), r.f64(5)]],
    },
  ],
);

export const rows: readonly Row[] = [...glMatrix, ...vec3, ...mlMatrix, ...distance];
