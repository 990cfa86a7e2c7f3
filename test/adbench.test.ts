/**
 * The ADBench problems and the Brusselator against reference values, where the folder that holds them lies beside the
 * repository. (The fixtures have smaller references of their own, which are always checked.) The dense Jacobian of HAND
 * also against dual numbers, on the small hand of fixtures/models/hand.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CompressedRows, wholeMatrix } from "./harness/compressed.ts";
import { execute, type Exports } from "./harness/execute.ts";
import { benchOf, once } from "./harness/bench.ts";
import { dualFaults, reuseFaults, valueFaults } from "./harness/check-case.ts";
import { openModels } from "./harness/compile.ts";
import { handResiduals, loadFixtures, modelsFolder, repository } from "./harness/fixtures.ts";
import { differencesOf, largestOf, numbersOf } from "./harness/tree.ts";

const folder = join(repository, "../shared/adbench");
const tolerance = 1e-11;

type Lists = "alphas" | "means" | "icf" | "x" | "cams" | "X" | "w" | "obs" | "feats" | "main_params" | "extra_params";
type MoreLists = "state" | "sequence" | "theta" | "us" | "corr" | "points" | "u" | "v" | "p" | "seed_du" | "seed_dv";
type Expected = "gradient" | "energy_gradient" | "reproj_jac" | "w_jac" | "jacobian" | "err";
type ExpectedVectors = "du" | "dv" | "grad_u" | "grad_v" | "grad_p";

/** The keys of all references; each file has some of them. */
interface Reference {
  readonly inputs: Readonly<Record<Lists | MoreLists, readonly number[]>> &
    Readonly<Record<"d" | "gamma" | "m" | "l" | "b" | "t" | "N", number>>;
  readonly expected: Readonly<Record<Expected | ExpectedVectors, readonly number[]>> &
    Readonly<Record<"objective" | "energy" | "jac_cols", number>>;
}

const handJacobians = once(() => execute(readFileSync(handResiduals.golden, "utf8")));

test("the dense Jacobian of HAND, on a hand of one finger", async () => {
  const [energies] = await loadFixtures(["hand"]);
  // With the inputs of the energies; what moves the barycentric coordinates stands behind these.
  const cases = energies!.cases.map(({ function: name, note, inputs }) => ({
    function: name,
    note,
    inputs: name === "handSimple" ? inputs : () => inputs().toSpliced(1, 0, [0, 0]),
  }));
  const fixture = { name: "hand residuals", ...handResiduals, cases };
  const { check } = await benchOf(openModels([handResiduals]), fixture);
  for (const faults of [valueFaults, dualFaults, reuseFaults]) expect(check(handJacobians(), faults)).toEqual([]);
});

describe.runIf(existsSync(folder))("ADBench", () => {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Reference;
  const load = (name: string): Exports => execute(readFileSync(join(modelsFolder, name, "model.grad.ts"), "utf8"));
  const floats = (values: readonly number[]) => Float64Array.from(values);
  const integers = (values: readonly number[]) => Int32Array.from(values);

  test.each(["gmm_d2_K5_n1000", "gmm_gen_d3_K4_n25"])("%s", (name) => {
    const { inputs, expected } = read(name);
    const { alphas, means, icf, x, d, gamma, m } = inputs;
    const result = load("gmm").gmmObjectiveGrad!(floats(alphas), floats(means), floats(icf), floats(x), d, gamma, m);
    compare(result, expected.objective, expected.gradient);
  });

  test.each(["ba_test_n2_m10_p10", "ba_gen_n3_m12_p30"])("%s", (name) => {
    const { inputs, expected } = read(name);
    const { cams, X, w, obs, feats } = inputs;
    const args = () => [floats(cams), floats(X), floats(w), integers(obs), floats(feats)];
    const { bundleEnergyGrad, bundleResidualsVjp } = load("bundle-adjustment");
    compare(bundleEnergyGrad!(...args()), expected.energy, expected.energy_gradient);

    // The whole Jacobian, row by row: residual r of observation o is in entry 2 o + r, each block has 15 columns.
    const n = w.length;
    const rows: number[] = [];
    const weightRows: number[] = [];
    for (let row = 0; row < 3 * n; row++) {
      const seed = { reprojection: new Float64Array(2 * n), weightError: new Float64Array(n) };
      if (row < 2 * n) seed.reprojection[row] = 1;
      else seed.weightError[row - 2 * n] = 1;
      const outputs = [new Float64Array(2 * n), new Float64Array(n)];
      const { grad } = bundleResidualsVjp!(...args(), ...outputs, seed) as {
        grad: { cameras: Float64Array; points: Float64Array; weights: Float64Array };
      };
      const o = row < 2 * n ? row >> 1 : row - 2 * n;
      const [camera, point] = [11 * obs[2 * o]!, 3 * obs[2 * o + 1]!];
      if (row >= 2 * n) weightRows.push(grad.weights[o]!);
      else
        rows.push(...grad.cameras.slice(camera, camera + 11), ...grad.points.slice(point, point + 3), grad.weights[o]!);
    }
    expectNumbers(rows, expected.reproj_jac);
    expectNumbers(weightRows, expected.w_jac);
  });

  test.each(["ba_test_n2_m10_p10", "ba_gen_n3_m12_p30"])("%s, in compressed rows", (name) => {
    const { inputs, expected } = read(name);
    const { cams, X, w, obs, feats } = inputs;
    const n = w.length;
    const outputs = [new Float64Array(2 * n), new Float64Array(n)];
    const args = [floats(cams), floats(X), floats(w), integers(obs), floats(feats), ...outputs];
    const { jacobian } = load("bundle-adjustment").bundleResidualsJacobian!(...args) as {
      jacobian: Record<"cameras" | "points" | "weights", CompressedRows>;
    };
    const { cameras, points, weights } = jacobian;
    const whole = [wholeMatrix(cameras, cams.length), wholeMatrix(points, X.length), wholeMatrix(weights, n)];
    const rows: number[] = [];
    for (let row = 0; row < 2 * n; row++) {
      const [camera, point] = [11 * obs[row - (row % 2)]!, 3 * obs[row - (row % 2) + 1]!];
      const [a, b, c] = [row * cams.length + camera, row * X.length + point, row * n + (row >> 1)];
      rows.push(...whole[0]!.slice(a, a + 11), ...whole[1]!.slice(b, b + 3), whole[2]![c]!);
    }
    expectNumbers(rows, expected.reproj_jac);
    const weightRows = Array.from(w, (_, o) => whole[2]![(2 * n + o) * n + o]!);
    expectNumbers(weightRows, expected.w_jac);
    // Of the eleven numbers of a camera, a coordinate of the image depends on its own principal point alone.
    const entries = [cameras, points, weights].map(({ column }) => column.length);
    expect(entries).toEqual([20 * n, 6 * n, 3 * n]);
  });

  test.each(["lstm_gen_l1_c6_b3", "lstm_l2_c32_b14"])("%s", (name) => {
    const { inputs, expected } = read(name);
    const { main_params, extra_params, state, sequence, l, b } = inputs;
    const arrays = [floats(main_params), floats(extra_params), floats(state), floats(sequence)];
    compare(load("character-lstm").characterLossGrad!(...arrays, l, b), expected.objective, expected.gradient);
  });

  test.each([
    ["hand_simple_c10", false],
    ["hand_complicated_c10", true],
  ])("%s", (name, isComplicated) => {
    const { inputs, expected } = read(name);
    const model = read("hand_model_small") as unknown as Record<string, number[]>;
    const hand = handOf(model);
    const { theta, us, corr, points } = inputs;
    const { handSimpleGrad, handComplicatedGrad } = load("hand");
    const result = isComplicated
      ? handComplicatedGrad!(floats(us), floats(theta), hand, integers(corr), floats(points))
      : handSimpleGrad!(floats(theta), hand, integers(corr), floats(points));
    compare(result, expected.energy, expected.energy_gradient);

    // The energy's gradient is Jᵀ r: from the reference's Jacobian and residuals.
    const columns = expected.jac_cols;
    const own = columns - 26;
    const transposed = new Float64Array(own === 0 ? 26 : 26 + us.length);
    const jacobian = expected.jacobian;
    expected.err.forEach((r, row) => {
      const point = Math.floor(row / 3);
      for (let j = 0; j < own; j++) transposed[own * point + j]! += r * jacobian[row * columns + j]!;
      for (let j = 0; j < 26; j++) transposed[transposed.length - 26 + j]! += r * jacobian[row * columns + own + j]!;
    });
    expectNumbers(numbersOf((result as { grad: unknown }).grad), transposed);
  });

  test.each(["hand_simple_c10", "hand_complicated_c10"])("%s, the dense Jacobian", (name) => {
    const { inputs, expected } = read(name);
    const hand = handOf(read("hand_model_small") as unknown as Record<string, number[]>);
    const { theta, us, corr, points } = inputs;
    const { handSimpleJacobian, handComplicatedJacobian } = handJacobians();
    const args = [floats(theta), hand, integers(corr), floats(points)];
    const isSimple = name.startsWith("hand_simple");
    const { value, jacobian } = (
      isSimple ? handSimpleJacobian!(...args) : handComplicatedJacobian!(floats(us), [0, 0], ...args)
    ) as { value: Float64Array; jacobian: { theta: Float64Array; shift?: Float64Array[] } };
    expectNumbers([...value], expected.err);
    const rows = expected.err.flatMap((_, row) => [
      ...(jacobian.shift ?? []).map((column) => column[row]!),
      ...jacobian.theta.subarray(26 * row, 26 * (row + 1)),
    ]);
    expect(rows.length / value.length).toBe(isSimple ? 26 : 28);
    expectNumbers(rows, expected.jacobian);
  });

  test("brusselator_N8", () => {
    const { inputs, expected } = read("brusselator_N8");
    const { u, v, p, t, N, seed_du, seed_dv } = inputs;
    const [du, dv] = [floats(u), floats(v)];
    const seed = { du: floats(seed_du), dv: floats(seed_dv) };
    const result = load("brusselator").brusselatorVjp!(floats(u), floats(v), floats(p), t, N, du, dv, seed);
    const { grad } = result as { grad: { u: unknown; v: unknown; p: unknown } };
    expectNumbers(numbersOf(du), expected.du);
    expectNumbers(numbersOf(dv), expected.dv);
    expectNumbers(numbersOf(grad.u), expected.grad_u);
    expectNumbers(numbersOf(grad.v), expected.grad_v);
    expectNumbers(numbersOf(grad.p), expected.grad_p);
  });
});

function handOf(model: Readonly<Record<string, readonly number[]>>) {
  return {
    parents: Int32Array.from(model.parents!),
    baseRelatives: Float64Array.from(model.base_relatives!),
    inverseBaseAbsolutes: Float64Array.from(model.inverse_base_absolutes!),
    positions: Float64Array.from(model.base_positions!),
    weightStart: Int32Array.from(model.w_ptr!),
    weightBone: Int32Array.from(model.w_bone!),
    weight: Float64Array.from(model.w_val!),
    triangles: Int32Array.from(model.triangles!),
  };
}

function compare(result: unknown, value: number, gradient: readonly number[]): void {
  const { value: found, grad } = result as { value: number; grad: unknown };
  expectNumbers([found], [value]);
  expectNumbers(numbersOf(grad), gradient);
}

/** Equal, relative to the largest of them. */
function expectNumbers(actual: readonly number[], expected: ArrayLike<number>): void {
  const wanted = Array.from(expected);
  expect(differencesOf(actual, wanted, tolerance * largestOf(wanted))).toEqual([]);
}
