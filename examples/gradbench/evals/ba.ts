import { createResidualsJacobian, residualsJacobian } from "../models/ba.grad.ts";
import { residuals } from "../models/ba.ts";
import { workload } from "../workload.ts";

interface Input {
  readonly n: number;
  readonly m: number;
  readonly p: number;
  readonly cam: number[];
  readonly x: number[];
  readonly w: number;
  readonly feat: number[];
}

export const ba = {
  objective: (input: Input) => {
    const args = argumentsOf(input);
    const { p } = input;
    return workload(
      () => residuals(...args),
      (r) => ({
        reproj_error: { elements: [r[0], r[1]], repeated: p },
        w_err: { element: r[2 * p], repeated: p },
      }),
    );
  },
  jacobian: (input: Input) => {
    const args = argumentsOf(input);
    const out = createResidualsJacobian(...args);
    return workload(
      () => residualsJacobian(...args, out).jacobian,
      (jacobian) => sample(jacobian, input),
    );
  },
};

/** There is one camera, one point, one weight and one feature: all others are copies. */
function argumentsOf({ n, m, p, cam, x, w, feat }: Input): Parameters<typeof residuals> {
  const copies = (values: number[], count: number) =>
    Float64Array.from({ length: count * values.length }, (_, k) => values[k % values.length]);
  const observations = Int32Array.from({ length: 2 * p }, (_, k) => (k % 2 === 0 ? (k / 2) % n : ((k - 1) / 2) % m));
  return [copies(cam, n), copies(x, m), copies([w], p), observations, copies(feat, p)];
}

/** Some of the one matrix that the three make side by side: the first 30 of its row pointers, columns and values, and the last. */
function sample({ cameras, points, weights }: Blocks, { n, m, p }: Input): object {
  const rowStart = (row: number) => (row <= 2 * p ? 15 * row : 30 * p + (row - 2 * p));
  const entry = (k: number): readonly [column: number, value: number] => {
    const row = k < 30 * p ? Math.floor(k / 15) : k - 28 * p;
    const i = row < 2 * p ? Math.floor(row / 2) : row - 2 * p;
    const place = k < 30 * p ? k % 15 : 14;
    if (place < 11) return entryOf(cameras, row, 11 * (i % n) + place, 0);
    if (place < 14) return entryOf(points, row, 3 * (i % m) + place - 11, 11 * n);
    return entryOf(weights, row, i, 11 * n + 3 * m);
  };
  const some = <T>(count: number, at: (k: number) => T) => [
    ...Array.from({ length: Math.min(30, count) }, (_, k) => at(k)),
    at(count - 1),
  ];
  const entries = some(31 * p, entry);
  return {
    rows: some(3 * p + 1, rowStart),
    cols: entries.map(([column]) => column),
    vals: entries.map(([, value]) => value),
  };
}

/** In this column, which has others before it. The compressed rows leave out what is always 0. */
function entryOf(rows: CompressedRows, row: number, column: number, before: number): readonly [number, number] {
  const place = rows.column.subarray(rows.rowStart[row], rows.rowStart[row + 1]).indexOf(column);
  return [before + column, place < 0 ? 0 : rows.value[rows.rowStart[row] + place]];
}

type Blocks = ReturnType<typeof residualsJacobian>["jacobian"];
type CompressedRows = Blocks["cameras"];
