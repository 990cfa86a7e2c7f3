import type { OperationRow, Term } from "../../src/operations/operation.ts";

/** The contributions of a row to its operands, over placeholder terms. `undefined`: the derivative there is 0. */
export function pullbackOf(row: OperationRow, operandCount: number): readonly (Term | undefined)[] {
  if (row.pullback === "none") return Array.from({ length: operandCount }, () => undefined);
  const operands: Term[] = Array.from({ length: operandCount }, (_, index) => ({ kind: "operand", index }));
  return row.pullback(operands, { kind: "out" }, { kind: "d" });
}

/** What a term reads, apart from `d`. */
export interface Reads {
  readonly operands: ReadonlySet<number>;
  readonly out: boolean;
}

/** What the reverse of an operation has to find again, for the contributions to the operands that `isWanted` names. */
export function readsOf(row: OperationRow, operandCount: number, isWanted: (operand: number) => boolean): Reads {
  const operands = new Set<number>();
  let out = false;
  const scan = (term: Term): void => {
    if (term.kind === "operand") operands.add(term.index);
    else if (term.kind === "out") out = true;
    else if (term.kind === "apply") term.operands.forEach(scan);
    else if (term.kind === "choose") [term.condition, term.then, term.else].forEach(scan);
  };
  pullbackOf(row, operandCount).forEach((term, k) => {
    if (term !== undefined && isWanted(k)) scan(term);
  });
  return { operands, out };
}
