/** What each variable holds and where it goes, as far as its name can tell (wishes.ts). */
import {
  blocksOf,
  expressionsOf,
  visitReads,
  type Expression,
  type Layers,
  type Statement,
  type Variable,
} from "./code.ts";

export interface Holding {
  /** All that is assigned to it, in order. */
  readonly assigned: readonly Expression[];
  /** The entry that it is stored to; or that it is added to, and used for nothing else. */
  readonly target: Entry | undefined;
}

export interface Entry {
  readonly layers?: Layers;
  readonly array: Variable;
  readonly index: Expression;
}

export function holdingsOf(statements: readonly Statement[]): (variable: Variable) => Holding {
  const assigned = new Map<Variable, Expression[]>();
  const stored = new Map<Variable, Entry>();
  const added = new Map<Variable, Entry>();
  const reads = new Map<Variable, number>();
  const visit = (statement: Statement): void => {
    for (const expression of expressionsOf(statement)) {
      visitReads(expression, (variable) => {
        const isOwn = statement.kind === "assign" && statement.variable === variable;
        if (!isOwn) reads.set(variable, (reads.get(variable) ?? 0) + 1);
      });
    }
    if (statement.kind === "assign") {
      const before = assigned.get(statement.variable);
      if (before === undefined) assigned.set(statement.variable, [statement.value]);
      else before.push(statement.value);
    }
    if (statement.kind === "store") {
      const { value } = statement;
      if (value.kind === "variable" && !stored.has(value.variable)) stored.set(value.variable, statement);
      const addend = addendOf(value);
      if (addend !== undefined) added.set(addend, statement);
    }
    for (const block of blocksOf(statement)) block.forEach(visit);
  };
  statements.forEach(visit);
  return (variable) => ({
    assigned: assigned.get(variable) ?? [],
    target: stored.get(variable) ?? (reads.get(variable) === 1 ? added.get(variable) : undefined),
  });
}

/** In `a[i] = a[i] + v`, the `v`. */
function addendOf(value: Expression): Variable | undefined {
  if (value.kind !== "operation" || value.operation !== "add" || value.operands.length !== 2) return undefined;
  const [first, second] = value.operands;
  return first?.kind === "element" && second?.kind === "variable" ? second.variable : undefined;
}
