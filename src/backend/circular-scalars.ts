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
  return new Set([...reads.keys()].filter((variable) => reaches(variable, variable, reads, new Set())));
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
