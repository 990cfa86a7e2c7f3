import { readPath, writePath, type Path } from "../harness/tree.ts";

const rounds = 9;
const shrink = 1.6;

/**
 * The derivative in the entry at `path`: central differences at shrinking steps, extrapolated to step 0 (Ridders); of all
 * estimates the one that agrees best with those it is made from.
 */
export function extrapolatedDifference(
  objective: (inputs: unknown[]) => number,
  inputs: () => unknown[],
  path: Path,
  firstStep?: number,
): number {
  const at = readPath(inputs(), path) as number;
  const along = (distance: number): number => {
    const sides = [at + distance, at - distance].map((moved) => {
      const arguments_ = inputs();
      writePath(arguments_, path, moved);
      return { moved: readPath(arguments_, path) as number, value: objective(arguments_) };
    });
    return (sides[0]!.value - sides[1]!.value) / (sides[0]!.moved - sides[1]!.moved);
  };
  let step = firstStep ?? Math.max(Math.abs(at), 1e-3) * 2 ** -6;
  let best = NaN;
  let smallest = Infinity;
  let before: number[] = [];
  for (let k = 0; k < rounds; k++, step /= shrink) {
    const row = [along(step)];
    for (let order = 1; order <= k; order++) {
      const factor = shrink ** (2 * order);
      const estimate = (row[order - 1]! * factor - before[order - 1]!) / (factor - 1);
      row.push(estimate);
      const error = Math.max(Math.abs(estimate - row[order - 1]!), Math.abs(estimate - before[order - 1]!));
      if (!(error < smallest)) continue;
      smallest = error;
      best = estimate;
    }
    before = row;
  }
  return best;
}
