/** Geometry. */
import { type Row, rowsOf } from "../row.ts";

const area = "geometry";
const points: readonly (readonly [number, number])[] = [
  [0.1, 0.2],
  [2.3, -0.4],
  [3.1, 1.7],
  [1.2, 2.9],
  [-0.6, 1.5],
];
const polygonOfPoints = "(points: [number, number][])";

const d3Polygon = rowsOf(
  {
    package: "d3-polygon",
    area,
    imports: 'import { polygonArea, polygonCentroid, polygonLength } from "d3-polygon";',
  },
  [
    {
      function: "polygonArea",
      signature: `${polygonOfPoints}: number`,
      body: "polygonArea(points)",
      inputs: [[points]],
    },
    {
      function: "polygonLength",
      signature: `${polygonOfPoints}: number`,
      body: "polygonLength(points)",
      inputs: [[points]],
    },
    {
      function: "polygonCentroid",
      signature: `${polygonOfPoints}: [number, number]`,
      body: "return polygonCentroid(points);",
      inputs: [[points]],
    },
  ],
);

const bezier = rowsOf({ package: "bezier-js", area, imports: 'import { Bezier } from "bezier-js";' }, [
  {
    function: "Bezier#length",
    signature: "(x: number, y: number): number",
    body: "new Bezier(0, 0, x, y, 2, 1, 3, -1).length()",
    inputs: [[0.7, 1.4]],
  },
  {
    function: "Bezier#get",
    signature: "(x: number, y: number, t: number): number",
    body: "const point = new Bezier(0, 0, x, y, 2, 1, 3, -1).get(t);\nreturn point.x * point.y;",
    inputs: [[0.7, 1.4, 0.3]],
  },
]);

const predicates = rowsOf(
  { package: "robust-predicates", area, imports: 'import { incircle, orient2d } from "robust-predicates";' },
  [
    {
      function: "orient2d",
      signature: "(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number",
      body: "orient2d(ax, ay, bx, by, cx, cy)",
      inputs: [[0.1, 0.2, 1.3, 0.4, 0.5, 1.6]],
    },
    {
      function: "incircle",
      signature: "(ax: number, ay: number, bx: number, by: number, dx: number, dy: number): number",
      body: "incircle(ax, ay, bx, by, 0.5, 1.6, dx, dy)",
      inputs: [[0.1, 0.2, 1.3, 0.4, 0.6, 0.7]],
    },
  ],
);

const matter = rowsOf({ package: "matter-js", area, imports: 'import Matter from "matter-js";' }, [
  {
    function: "Vector.rotateAbout",
    signature: "(x: number, y: number, angle: number): { x: number; y: number }",
    body: "return Matter.Vector.rotateAbout({ x, y }, angle, { x: 1, y: 2 });",
    inputs: [[0.3, 0.7, 0.5]],
  },
  {
    function: "Vertices.area",
    signature: "(points: { x: number; y: number }[]): number",
    body: "Matter.Vertices.area(points, true)",
    inputs: [[points.map(([x, y]) => ({ x, y }))]],
  },
  {
    function: "Vertices.inertia",
    area: "physics",
    signature: "(points: { x: number; y: number }[], mass: number): number",
    body: "Matter.Vertices.inertia(points, mass)",
    inputs: [[points.map(([x, y]) => ({ x, y })), 2]],
  },
]);

export const rows: readonly Row[] = [...d3Polygon, ...bezier, ...predicates, ...matter];
