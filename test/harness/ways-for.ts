/** Which of the ways to take a matrix are tried on a fixture: all of them on each takes longer than a test run may. */

/**
 * The first ways are tried on every fixture, and of the others one in turn on every third: fixtures follow one another in
 * the alphabet, so that each way meets all kinds. `ALL_WAYS=1` tries all on each.
 */
export function waysFor<Way>(ways: readonly Way[], always: number, position: number): readonly Way[] {
  if (process.env["ALL_WAYS"] === "1") return ways;
  const others = ways.slice(always);
  return [...ways.slice(0, always), ...others.filter((_, k) => 3 * k === position % (3 * others.length))];
}
