/**
 * The tool of examples/gradbench, run as a process and asked as GradBench asks: every function of every eval at small sizes,
 * against closed forms, dual numbers and published values.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HandInput, handResiduals, netLoss, observation, solution } from "./gradbench/by-duals.ts";
import {
  clusters,
  cofactors,
  descentOnSquares,
  determinantOf,
  logSum,
  mixture,
  softmax,
  squares,
} from "./gradbench/closed-forms.ts";
import { slopesOf, valueOf, variables } from "./gradbench/duals.ts";
import { startTool, type Tool } from "./gradbench/tool.ts";
import { repository } from "./harness/fixtures.ts";
import { random } from "./harness/random.ts";

const runs = { min_runs: 1, min_seconds: 0 };
let tool: Tool;
beforeAll(() => {
  tool = startTool();
});

/** Relative 1e-9, of numbers that are not tiny beside the others. */
function agree(found: unknown, wanted: unknown): void {
  const [a, b] = [numbersOf(found), numbersOf(wanted)];
  expect(shapeOf(found)).toEqual(shapeOf(wanted));
  const floor = 1e-6 * b.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const faults = b.filter((each, k) => !(Math.abs(a[k]! - each) <= 1e-9 * Math.max(Math.abs(each), floor)));
  expect(faults).toEqual([]);
}

function numbersOf(tree: unknown): number[] {
  if (typeof tree === "number") return [tree];
  return Object.keys(tree as object)
    .sort()
    .flatMap((key) => numbersOf((tree as Record<string, unknown>)[key]));
}

function shapeOf(tree: unknown): unknown {
  if (typeof tree === "number") return 0;
  if (Array.isArray(tree)) return tree.map(shapeOf);
  return Object.fromEntries(Object.entries(tree as object).map(([key, value]) => [key, shapeOf(value)]));
}

function rows(count: number, columns: number, seed: number, low = -1, high = 1): number[][] {
  const { numbers } = random(seed);
  return Array.from({ length: count }, () => numbers(columns, low, high));
}

async function ask(module: string, input: object, wanted: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, each] of Object.entries(wanted)) {
    agree(await tool.evaluate(module, name, { ...input, ...runs }), each);
  }
}

describe("the protocol", () => {
  test("a start, a definition, and what is not known", async () => {
    expect(await tool.ask({ kind: "start", eval: "hello", config: { any: 1 } })).toHaveProperty("tool", "adjoint-gen");
    const names = ["hello", "det", "gmm", "ba", "ht", "kmeans", "llsq", "lse", "lstm", "ode", "particle", "saddle"];
    for (const module of names) {
      expect(await tool.ask({ kind: "define", module })).toHaveProperty("success", true);
    }
    for (const module of ["nothing", "constructor"]) {
      expect(await tool.ask({ kind: "define", module })).toHaveProperty("success", false);
    }
    expect(Object.keys(await tool.ask({ kind: "analysis", of: 1, valid: true }))).toEqual(["id"]);
    expect(Object.keys(await tool.ask({ kind: "later" }))).toEqual(["id"]);
  });

  test("what fails in a function is answered, and the next is too", async () => {
    const failing = [
      { module: "llsq", function: "gradient", input: { x: null } },
      { module: "ode", function: "gradient", input: { x: [1], s: 0.5, ...runs } },
      { module: "lse", function: "toString", input: { x: [1], ...runs } },
      { module: "nothing", function: "primal" },
    ];
    for (const message of failing) {
      const answer = await tool.ask({ kind: "evaluate", ...message });
      expect(answer.success).toBe(false);
      expect(answer.error).toEqual(expect.any(String));
    }
    expect(await tool.evaluate("hello", "square", 3)).toBe(9);
  });

  test("a function is run as often, and as long, as is asked", async () => {
    const timed = async (min_runs: number, min_seconds: number) => {
      const input = { x: [0.1, 0.2], min_runs, min_seconds };
      const { timings } = await tool.ask({ kind: "evaluate", module: "lse", function: "gradient", input });
      expect(new Set(timings!.map(({ name }) => name))).toEqual(new Set(["evaluate"]));
      expect(timings!.every(({ nanoseconds }) => Number.isInteger(nanoseconds))).toBe(true);
      return timings!;
    };
    expect(await timed(5, 0)).toHaveLength(5);
    const long = await timed(1, 0.02);
    expect(long.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0)).toBeGreaterThanOrEqual(2e7);
  });
});

test("hello: a chain of squares and their derivatives", async () => {
  let x = 1;
  for (let k = 0; k < 4; k++) {
    const square = await tool.evaluate("hello", "square", x);
    expect(square).toBe(x * x);
    x = (await tool.evaluate("hello", "double", square)) as number;
    expect(x).toBe(2 * (square as number));
  }
});

test.each([1, 2, 3, 5, 6])("det: %d rows", async (ell) => {
  const A = rows(ell, ell, ell, 0, 1);
  await ask("det", { A: A.flat(), ell }, { primal: determinantOf(A), gradient: cofactors(A) });
});

test("det: a matrix without an inverse", async () => {
  const A = [
    [1, 2, 3],
    [2, 4, 6],
    [1, 0, 5],
  ];
  await ask("det", { A: A.flat(), ell: 3 }, { primal: 0, gradient: cofactors(A) });
});

test.each([
  [1, 3, 0, 1],
  [2, 1, 0, 1],
  [2, 5, 0, 1],
  [4, 3, 2, 1.3],
])("gmm: %d numbers a point, %d components, m = %d, gamma = %d", async (d, k, m, gamma) => {
  const input = {
    ...{ d, k, n: 12, m, gamma, x: rows(12, d, 1, -2, 2), alpha: rows(1, k, 2)[0]! },
    ...{ mu: rows(k, d, 3, 0, 1), q: rows(k, d, 4), l: rows(k, (d * (d - 1)) / 2, 5) },
  };
  const { value, gradient } = mixture(input);
  await ask("gmm", input, { objective: value, jacobian: gradient });
});

describe("ba", () => {
  const { numbers } = random(6);
  const camera = [...numbers(6), 300, 10, -20, 0.1, -0.05];
  test.each([
    ["a turned camera", 10, camera],
    ["a camera that is not turned", 10, [0, 0, 0, ...camera.slice(3)]],
    ["more observations", 17, camera],
  ])("%s", async (_, p, cam) => {
    const [n, m, w] = [3, 4, 0.7];
    const [x, feat] = [[0.3, -0.2, 4], numbers(2)];
    const residuals = observation(variables([...cam, ...x, w]), feat);
    const wanted = { rows: [0], cols: [] as number[], vals: [] as number[] };
    const push = (entries: readonly (readonly [number, number])[]): void => {
      for (const [column, value] of entries) {
        wanted.cols.push(column);
        wanted.vals.push(value);
      }
      wanted.rows.push(wanted.cols.length);
    };
    for (let i = 0; i < p; i++) {
      const columns = [
        ...cam.map((_, k) => 11 * (i % n) + k),
        ...x.map((_, k) => 11 * n + 3 * (i % m) + k),
        11 * n + 3 * m + i,
      ];
      for (const r of residuals) push(slopesOf(r, 15).map((slope, k) => [columns[k]!, slope]));
    }
    for (let i = 0; i < p; i++) push([[11 * n + 3 * m + i, -2 * w]]);
    const cut = (list: readonly number[]): number[] => [...list.slice(0, 30), list.at(-1)!];
    await ask(
      "ba",
      { n, m, p, cam, x, w, feat },
      {
        objective: {
          reproj_error: { elements: residuals.map(valueOf), repeated: p },
          w_err: { element: 1 - w * w, repeated: p },
        },
        jacobian: { rows: cut(wanted.rows), cols: cut(wanted.cols), vals: cut(wanted.vals) },
      },
    );
  });
});

describe("ht", () => {
  const small = handOf(12);
  test.each([
    ["vertices", small, []],
    ["vertices, not turned", { ...small, theta: [3e-5, 0, -4e-5, ...small.theta.slice(3)] }, []],
    ["triangles", small, rows(5, 2, 7, 0, 0.5)],
    [
      "triangles, mirrored",
      { ...small, data: { ...small.data, model: { ...small.data.model, is_mirrored: true } } },
      rows(5, 2, 8),
    ],
  ] as const)("a small model: %s", (_, input, us) => compare({ ...input, us }));

  const folder = join(repository, "../shared/adbench");
  test.runIf(existsSync(folder))("ADBench's hand", async () => {
    const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    const model = adbenchModel(read("hand_model_small") as Readonly<Record<string, readonly number[]>>);
    for (const name of ["hand_simple_c10", "hand_complicated_c10"]) {
      const { inputs, expected } = read(name);
      const us = chunks(inputs.us ?? [], 2);
      const data = { model, correspondences: inputs.corr, points: chunks(inputs.points, 3) };
      const jacobian = chunks(expected.jacobian, expected.jac_cols);
      await ask("ht", { theta: inputs.theta, data, us }, { objective: expected.err, jacobian });
    }
  });

  async function compare(input: HandInput): Promise<void> {
    const columns = input.us.length === 0 ? 26 : 28;
    const theta = variables(input.theta, columns - 26, columns);
    const residuals = handResiduals(
      input,
      theta,
      input.us.map((own) => variables(own, 0, columns)),
    );
    const jacobian = residuals.map((r) => slopesOf(r, columns));
    await ask("ht", input, { objective: residuals.map(valueOf), jacobian });
  }
});

/** 22 bones in five fingers, and a mesh of a few vertices. */
function handOf(vertices: number): HandInput {
  const bones = 22;
  const { next, numbers, integers } = random(9);
  const matrices = () =>
    Array.from({ length: bones }, () => [...Array.from({ length: 3 }, () => numbers(4)), [0, 0, 0, 1]]);
  return {
    theta: numbers(26),
    data: {
      model: {
        bone_count: bones,
        bone_names: Array.from({ length: bones }, (_, k) => `bone ${k}`),
        parents: Array.from({ length: bones }, (_, k) => (k < 2 ? k - 1 : k % 4 === 2 ? 1 : k - 1)),
        base_relatives: matrices(),
        inverse_base_absolutes: matrices(),
        base_positions: Array.from({ length: vertices }, () => [...numbers(3), 1]),
        weights: Array.from({ length: vertices }, () =>
          Array.from({ length: bones }, () => (next() < 0.2 ? next() : 0)),
        ),
        triangles: Array.from({ length: 8 }, () => [...integers(3, vertices)]),
        is_mirrored: false,
      },
      correspondences: [...integers(5, 8)],
      points: Array.from({ length: 5 }, () => numbers(3)),
    },
    us: [],
  };
}

function adbenchModel(given: Readonly<Record<string, readonly number[]>>): HandInput["data"]["model"] {
  const { parents, base_relatives, inverse_base_absolutes, base_positions, w_ptr, w_bone, w_val, triangles } = given;
  const bones = parents!.length;
  const weights = Array.from({ length: w_ptr!.length - 1 }, (_, v) => {
    const row = new Array<number>(bones).fill(0);
    for (let k = w_ptr![v]!; k < w_ptr![v + 1]!; k++) row[w_bone![k]!] = w_val![k]!;
    return row;
  });
  const positions = chunks(base_positions!, 3).map((at) => [...at, 1]);
  return {
    bone_count: bones,
    bone_names: given.bone_names as unknown as readonly string[],
    parents: parents!,
    base_relatives: chunks(base_relatives!, 16).map((matrix) => chunks(matrix, 4)),
    inverse_base_absolutes: chunks(inverse_base_absolutes!, 16).map((matrix) => chunks(matrix, 4)),
    base_positions: positions,
    weights,
    triangles: chunks(triangles!, 3),
    is_mirrored: false,
  };
}

function chunks(list: readonly number[], size: number): number[][] {
  return Array.from({ length: list.length / size }, (_, k) => list.slice(size * k, size * (k + 1)));
}

test.each([
  [10, 2, 3],
  [40, 5, 4],
])("kmeans: %d points, %d centroids", async (n, k, d) => {
  const points = rows(n, d, 10);
  const centroids = points.slice(-k);
  const { cost, steps } = clusters(points, centroids);
  await ask("kmeans", { points, centroids }, { cost, dir: steps });
});

test.each([
  [4, 6],
  [7, 9],
  [20, 33],
])("llsq: %d coefficients, %d points", async (m, n) => {
  const x = rows(1, m, 11)[0]!;
  const { value, gradient } = squares(x, n);
  await ask("llsq", { x, n }, { primal: value, gradient });
});

test.each([
  ["from 0 to 1", 50, 0, 1],
  ["all far below 0", 40, -900, -760],
  ["all far above 0", 40, 760, 900],
  ["a line of a megabyte", 50_000, 0, 1],
])("lse: %s", async (_, n, low, high) => {
  const x = rows(1, n, 12, low, high)[0]!;
  await ask("lse", { x }, { primal: logSum(x), gradient: softmax(x) });
});

test.each([
  [1, 3, 2],
  [2, 2, 5],
])("lstm: %d layers of %d, %d characters", async (l, b, c) => {
  const input = {
    ...{ main_params: rows(2 * l, 4 * b, 13), extra_params: rows(3, b, 14) },
    ...{ state: rows(2 * l, b, 15), sequence: rows(c, b, 16, 0, 1) },
  };
  const size = 8 * l * b + 3 * b;
  const all = variables([...input.main_params.flat(), ...input.extra_params.flat()]);
  const main = input.main_params.map((_, r) => all.slice(4 * b * r, 4 * b * (r + 1)));
  const extra = input.extra_params.map((_, r) => all.slice(8 * l * b + b * r, 8 * l * b + b * (r + 1)));
  const loss = netLoss(main, extra, input.state, input.sequence);
  await ask("lstm", input, { objective: valueOf(loss), jacobian: slopesOf(loss, size) });
});

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 1],
  [5, 3],
  [6, 2],
  [30, 2],
])("ode: %d numbers, %d steps", async (n, s) => {
  const x = rows(1, n, 17, 0, 1)[0]!;
  const y = solution(variables(x), s);
  const gradient = slopesOf(y.at(-1)!, n);
  expect(gradient.some((slope) => slope !== 0)).toBe(n <= 4 * s);
  await ask("ode", { x, s }, { primal: y.map(valueOf), gradient });
});

describe.each(["rr", "rf", "fr", "ff"])("%s", (name) => {
  test("particle", () => ask("particle", { w: 0 }, { [name]: 0.2071918746486116 }));

  test("saddle", async () => {
    await ask("saddle", { start: [1, 1] }, { [name]: new Array<number>(4).fill(8.246324826140356e-6) });
    const start = [0.5, -0.3];
    const end = descentOnSquares(start);
    await ask("saddle", { start }, { [name]: [...end, ...end] });
  });
});

afterAll(async () => {
  expect(await tool.end()).toEqual({ code: 0, rest: [] });
});
