import { readPath, writePath, type Path } from "./tree.ts";

/**
 * The derivative of `objective` in the entry at `path` of its inputs: central differences with two steps, extrapolated
 * (Richardson), so the error is of the fourth order in `step`. Steps are what the input can hold: a Float32Array rounds.
 */
export function centralDifference(
  objective: (inputs: unknown[]) => number,
  inputs: () => unknown[],
  path: Path,
  step: number,
): number {
  const along = (distance: number): number => {
    const upper = inputs();
    const lower = inputs();
    const at = readPath(upper, path) as number;
    writePath(upper, path, at + distance);
    writePath(lower, path, at - distance);
    const width = (readPath(upper, path) as number) - (readPath(lower, path) as number);
    return (objective(upper) - objective(lower)) / width;
  };
  return (4 * along(step / 2) - along(step)) / 3;
}
