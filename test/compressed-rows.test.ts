/**
 * Matrices in compressed rows: which entries they have, what they cost, and what a call reuses. That the entries are right
 * is tested with those of all models (jacobians.test.ts, hessians.test.ts, models.test.ts).
 */
import { describe, expect, test } from "vitest";
import type { ModelFunction, TagRequest } from "../src/ir/signature.ts";
import type { CompressedRows } from "./harness/compressed.ts";
import { inlineLimit } from "../src/frontend/inlining.ts";
import { inlinesNothing, openModels, readFunctions, unformattedModule } from "./harness/compile.ts";
import { countingModule } from "./harness/count-operations.ts";
import { execute } from "./harness/execute.ts";
import { loadFixtures } from "./harness/fixtures.ts";

const fixtures = await loadFixtures(["compressed-rows", "hessians"]);
const project = openModels(fixtures);

/** With the product of the matrix and a vector beside it. */
function withProducts(model: ModelFunction): ModelFunction {
  const products = model.requests.flatMap(({ sparse, ...request }): readonly TagRequest[] => {
    const mode = request.mode === "hessian" ? "hvp" : "jvp";
    const matrix = { ...request, sparse: true };
    return sparse === undefined ? [] : [matrix, { ...request, mode, functionName: `${model.signature.name}Product` }];
  });
  return { ...model, requests: products };
}

const wanted = ["heatStep", "inflow", "pairs", "banded", "arrow", "apart", "rosenbrock"];
const functions = fixtures
  .flatMap(({ model }) => readFunctions(project, model))
  .filter(({ signature }) => wanted.includes(signature.name))
  .map(withProducts);
const { exports, count } = countingModule(unformattedModule(functions, { disabled: [] }));

interface Result {
  readonly jacobian: Record<string, CompressedRows>;
  readonly hessian: CompressedRows;
}
const call = (name: string, ...args: unknown[]): Result => exports[name]!(...args) as Result;
const numbers = (n: number) => Float64Array.from({ length: n }, (_, i) => Math.sin(1 + 0.7 * i));

/** The columns of each row. */
function columnsOf({ rowStart, column }: CompressedRows): readonly (readonly number[])[] {
  return Array.from({ length: rowStart.length - 1 }, (_, row) => [...column.slice(rowStart[row], rowStart[row + 1])]);
}

describe("the structure is that of the loops", () => {
  test("three diagonals, and rows with fixed ends", () => {
    const { jacobian } = call("heatStepJacobian", numbers(5), 0.2, new Float64Array(5));
    expect(columnsOf(jacobian.u!)).toEqual([[0], [0, 1, 2], [1, 2, 3], [2, 3, 4], [4]]);
    expect(columnsOf(jacobian.k!)).toEqual([[], [0], [0], [0], []]);
  });

  test("what an array of indices says", () => {
    const start = Int32Array.of(0, 2, 3, 3);
    const { jacobian } = call("inflowJacobian", numbers(3), start, Int32Array.of(2, 1, 1));
    expect(columnsOf(jacobian.x!)).toEqual([[0, 1, 2], [1], [2]]);
  });

  test.each([inlineLimit, inlinesNothing])(
    "what a function that is called writes, called from %i values on",
    (limit) => {
      const read = fixtures.flatMap(({ model }) => readFunctions(project, model, limit));
      const ring = read.filter(({ signature }) => signature.name === "ring");
      const { jacobian } = execute(unformattedModule(ring, { disabled: [] }))["ringJacobian"]!(
        numbers(5),
        numbers(5),
      ) as Result;
      expect(columnsOf(jacobian.x!)).toEqual([
        [0, 1, 4],
        [0, 1, 2],
        [1, 2, 3],
        [2, 3, 4],
        [0, 3, 4],
      ]);
    },
  );

  test("both ways of a branch, each entry once", () => {
    const [first, second] = [Int32Array.of(0, 2), Int32Array.of(1, 2)];
    for (const limit of [-9, 9]) {
      const { jacobian } = call("pairsJacobian", numbers(3), first, second, limit);
      expect(columnsOf(jacobian.x!)).toEqual([[0, 1], [2]]);
    }
  });

  test("five diagonals", () => {
    const rows = columnsOf(call("bandedHessian", numbers(6)).hessian);
    const band = (row: number) =>
      [row - 2, row - 1, row, row + 1, row + 2].filter((column) => column >= 0 && column < 6);
    expect(rows).toEqual(rows.map((_, row) => band(row)));
  });

  test("an arrow", () => {
    expect(columnsOf(call("arrowHessian", numbers(4)).hessian)).toEqual([
      [0, 1, 2, 3],
      [0, 1],
      [0, 2],
      [0, 3],
    ]);
  });

  test("blocks", () => {
    const bodies = [1, 2].map((speed) => ({ at: [speed, 0.5], speed }));
    const own = (body: number) => [2 * body, 2 * body + 1, 4 + body];
    expect(columnsOf(call("apartHessian", bodies).hessian)).toEqual([own(0), own(0), own(1), own(1), own(0), own(1)]);
  });
});

describe("what is counted", () => {
  const n = 200;
  const x = numbers(n);
  const along = Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));

  test.each([
    ["rosenbrock", 3],
    ["banded", 5],
    ["arrow", 2],
  ])("the Hessian of %s costs no more than %i Hessian-vector products", (name, most) => {
    const matrix = count(() => call(`${name}Hessian`, x));
    const product = count(() => call(`${name}Product`, x, { x: along }));
    expect(matrix.numbers).toBeLessThanOrEqual(most * product.numbers);
    const entries = call(`${name}Hessian`, x).hessian.column.length;
    // Finding the entries takes a few steps for each: as many as its row has bits in the number of its entries.
    expect(matrix.places).toBeLessThan(60 * entries);
  });

  test("the Jacobian with three diagonals costs no more than 3 columns", () => {
    const next = new Float64Array(n);
    const matrix = count(() => call("heatStepJacobian", x, 0.2, next));
    const product = count(() => call("heatStepProduct", x, 0.2, next, { u: along, k: 0 }));
    expect(matrix.numbers).toBeLessThanOrEqual(3 * product.numbers);
  });

  test("the entries of a larger matrix take as many times longer as there are more of them", () => {
    const [one, ten] = [n, 10 * n].map((size) => count(() => call("bandedHessian", numbers(size))));
    expect(ten!.numbers / one!.numbers).toBeLessThan(10.3);
    expect(ten!.places / one!.places).toBeLessThan(10.3);
  });
});

describe("what is given is reused", () => {
  test("all arrays, where the structure has as many entries", () => {
    const out = call("bandedHessian", numbers(6));
    const { rowStart, column, value } = out.hessian;
    const before = [...value];
    const again = call(
      "bandedHessian",
      numbers(6).map((each) => each + 1),
      out,
    );
    expect(again.hessian).toBe(out.hessian);
    expect([again.hessian.rowStart, again.hessian.column, again.hessian.value]).toEqual([rowStart, column, value]);
    expect(again.hessian.rowStart).toBe(rowStart);
    expect(again.hessian.column).toBe(column);
    expect(again.hessian.value).toBe(value);
    expect([...call("bandedHessian", numbers(6), out).hessian.value]).toEqual(before);
  });

  test("with other indices there may be more entries, or fewer", () => {
    const x = numbers(4);
    const out = call("pairsJacobian", x, Int32Array.of(0, 1), Int32Array.of(2, 3), -9);
    expect(columnsOf(out.jacobian.x!)).toEqual([
      [0, 2],
      [1, 3],
    ]);
    call("pairsJacobian", x, Int32Array.of(0, 3), Int32Array.of(0, 1), -9, out);
    expect(columnsOf(out.jacobian.x!)).toEqual([[0], [1, 3]]);
    expect([...out.jacobian.x!.value]).toEqual([2 * x[0]!, x[3]!, x[1]!]);
  });

  test("the structure is found once, and anew for other indices", () => {
    const [first, second] = [Int32Array.of(0, 1), Int32Array.of(2, 3)];
    const out = call("pairsJacobian", numbers(4), first, second, -9);
    const entries = columnsOf(out.jacobian.x!);
    const again = count(() => call("pairsJacobian", numbers(4), first, second, 9, out));
    const anew = count(() => call("pairsJacobian", numbers(4), first, second, 9));
    expect(columnsOf(out.jacobian.x!)).toEqual(entries);
    expect(again.places).toBeLessThan(anew.places / 2);
    second[1] = 0;
    expect(columnsOf(call("pairsJacobian", numbers(4), first, second, -9, out).jacobian.x!)).toEqual([
      [0, 2],
      [0, 1],
    ]);
    expect(() => call("pairsJacobian", numbers(4), first, Int32Array.of(3), -9, out)).toThrow(RangeError);
    const wider = call("pairsJacobian", numbers(5), first, second, -9, out);
    expect(columnsOf(wider.jacobian.x!)).toEqual([
      [0, 2],
      [0, 1],
    ]);
  });

  test("whatever was made of the rows since, or in their place", () => {
    const x = numbers(6);
    const wanted = structuredClone(call("bandedHessian", x).hessian);
    const out = call("bandedHessian", x);
    out.hessian.rowStart.forEach((start, row, all) => (all[row] = start + 1));
    out.hessian.column.forEach((column, k, all) => (all[k] = column + 1));
    expect(call("bandedHessian", x, out).hessian).toEqual(wanted);
    const { hessian } = exports["createBandedHessian"]!(x) as Result;
    expect(call("bandedHessian", x, Object.assign(out, { hessian })).hessian).toEqual(wanted);
  });

  test("rows of another number are refused", () => {
    const out = exports["createBandedHessian"]!(numbers(6));
    expect(() => call("bandedHessian", numbers(5), out)).toThrow(
      new RangeError("out.grad.x has length 6, but x has 5"),
    );
    const jacobian = exports["createInflowJacobian"]!(numbers(3), new Int32Array(4), new Int32Array(0));
    expect(() => call("inflowJacobian", numbers(2), new Int32Array(3), new Int32Array(0), jacobian)).toThrow(
      new RangeError("out.jacobian.x.rowStart has length 4, but 3 entries are needed"),
    );
  });
});
