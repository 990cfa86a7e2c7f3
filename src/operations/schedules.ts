/** Numbers of a schedule that the reverse sweep keeps. */
import type { OperationRow } from "./operation.ts";

export const scheduleOperations = {
  /**
   * Of `steps` that are to be reversed from a snapshot before the first, with room for `snapshots` with that one: how many to
   * run before the next is taken, so that as few as can be are run again (A. Griewank & A. Walther, "Algorithm 799: Revolve",
   * ACM TOMS 26, 2000). With b(s, r) = C(s + r, s) and the least r for which b(s, r) >= steps, all between
   * b(s, r - 2) and b(s, r - 1) that leave between b(s - 1, r - 1) and b(s - 1, r) will do: the most of them.
   */
  stepsToSnapshot: {
    arity: 2,
    operands: "number",
    result: "number",
    evaluate: (steps, snapshots) => stepsToSnapshot(steps!, snapshots!),
    pullback: "none",
    cost: 20,
    notation: { kind: "helper", text: "stepsToSnapshot" },
    samples: [
      [10, 3],
      [2, 1],
      [100, 5],
    ],
  },
} as const satisfies Readonly<Record<string, OperationRow>>;

function stepsToSnapshot(steps: number, snapshots: number): number {
  let runs = 1;
  let before = 1;
  let reach = snapshots + 1;
  while (reach < steps) {
    runs++;
    before = reach;
    reach = (reach * (snapshots + runs)) / runs;
  }
  return Math.min(before, steps - (before * snapshots) / (snapshots + runs - 1));
}
