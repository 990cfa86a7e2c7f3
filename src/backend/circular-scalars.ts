/**
 * Scalars whose value goes round a loop to themselves. TypeScript narrows a boolean variable by what is assigned to it, and
 * so finds no type for
 *
 *     const test = isSet && d > 0.8;   // in a loop
 *     isSet = !test && isSet;
 *
 * unless the declaration names one. A number is not narrowed, but what it starts as tells its type:
 *
 *     let least = test ? gap : d;      // with `test` made of what is narrowed by a comparison of `least`
 */
import { assignedBy, blocksOf, expressionsOf, visitReads, type Statement, type Variable } from "./code.ts";

export function circularScalars(statements: readonly Statement[]): ReadonlySet<Variable> {
  const reads = new Map<Variable, Set<Variable>>();
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      for (const target of assignedBy(statement)) {
        if (typeof target.type === "object" || (target.type === "number" && reads.has(target))) continue;
        const found = reads.get(target) ?? new Set();
        for (const expression of expressionsOf(statement)) {
          visitReads(expression, (variable) => {
            if (typeof variable.type !== "object") found.add(variable);
          });
        }
        reads.set(target, found);
      }
      blocksOf(statement).forEach(visit);
    }
  };
  visit(statements);
  const looping = withoutEnds(reads);
  return new Set([...looping.keys()].filter((variable) => reaches(variable, variable, looping, new Set())));
}

function reaches(
  from: Variable,
  to: Variable,
  reads: ReadonlyMap<Variable, ReadonlySet<Variable>>,
  seen: Set<Variable>,
): boolean {
  for (const next of reads.get(from) ?? []) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    if (reaches(next, to, reads, seen)) return true;
  }
  return false;
}

/** Those that read, over others, without end: in straight code there are none. */
function withoutEnds(
  reads: ReadonlyMap<Variable, ReadonlySet<Variable>>,
): ReadonlyMap<Variable, ReadonlySet<Variable>> {
  const readers = new Map<Variable, Variable[]>();
  const open = new Map(
    [...reads].map(([variable, read]) => [variable, [...read].filter((each) => reads.has(each)).length]),
  );
  for (const [variable, read] of reads) {
    for (const each of read) {
      const list = readers.get(each);
      if (list === undefined) readers.set(each, [variable]);
      else list.push(variable);
    }
  }
  const ends = [...open.keys()].filter((variable) => open.get(variable) === 0);
  const left = new Map(reads);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    left.delete(end);
    for (const reader of readers.get(end) ?? []) {
      const count = (open.get(reader) ?? 0) - 1;
      open.set(reader, count);
      if (count === 0) ends.push(reader);
    }
  }
  return left;
}
