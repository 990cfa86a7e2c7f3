/**
 * Booleans whose value goes round a loop to themselves. TypeScript narrows a boolean variable by what is assigned to it, and
 * so finds no type for
 *
 *     const test = isSet && d > 0.8;   // in a loop
 *     isSet = !test && isSet;
 *
 * unless the declaration names one.
 */
import { assignedBy, blocksOf, expressionsOf, visitReads, type Statement, type Variable } from "./code.ts";

export function circularBooleans(statements: readonly Statement[]): ReadonlySet<Variable> {
  const reads = new Map<Variable, Set<Variable>>();
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      const targets = assignedBy(statement).filter(({ type }) => type === "boolean");
      for (const target of targets) {
        const found = reads.get(target) ?? new Set();
        for (const expression of expressionsOf(statement)) {
          visitReads(expression, (variable) => {
            if (variable.type === "boolean") found.add(variable);
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
