import { invariant } from "../diagnostics/invariant.ts";
import { arithmeticOperations } from "./arithmetic.ts";
import { bitOperations } from "./bits.ts";
import { comparisonOperations } from "./comparison.ts";
import { markOperations } from "./marks.ts";
import type { OperationRow, Term } from "./operation.ts";
import { piecewiseOperations } from "./piecewise.ts";
import { scheduleOperations } from "./schedules.ts";
import { d, operand, out } from "./terms.ts";
import { transcendentalOperations } from "./transcendental.ts";

export type OperationName =
  | keyof typeof arithmeticOperations
  | keyof typeof transcendentalOperations
  | keyof typeof piecewiseOperations
  | keyof typeof comparisonOperations
  | keyof typeof bitOperations
  | keyof typeof markOperations
  | keyof typeof scheduleOperations;

/** Every scalar operation of the graph. */
export const operationTable: { readonly [Name in OperationName]: OperationRow } = {
  ...arithmeticOperations,
  ...transcendentalOperations,
  ...piecewiseOperations,
  ...comparisonOperations,
  ...bitOperations,
  ...markOperations,
  ...scheduleOperations,
};

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operationTable, name);
}

export function rowOf(name: string): OperationRow {
  invariant(isOperationName(name), `no operation is called ${name}`);
  return operationTable[name];
}

/** What one operand's contribution reads, besides the incoming derivative. */
export interface PullbackReads {
  readonly operands: ReadonlySet<number>;
  readonly out: boolean;
}

/**
 * For each operand, what its contribution reads; `undefined` where its derivative is 0. `operands` is their number, or
 * a term for each of them where some are known (`operandTerms`).
 */
export function pullbackReads(
  name: string,
  operands: number | readonly Term[],
): readonly (PullbackReads | undefined)[] {
  const x = typeof operands === "number" ? Array.from({ length: operands }, (_, index) => operand(index)) : operands;
  const { pullback } = rowOf(name);
  if (pullback === "none") return x.map(() => undefined);
  return pullback(x, out, d).map((term) => (term === undefined ? undefined : readsOf(term)));
}

/** Which operands a term names, and whether it names the result. */
export function readsOf(term: Term): PullbackReads {
  const operands = new Set<number>();
  let readsOut = false;
  const visit = (part: Term): void => {
    if (part.kind === "operand") operands.add(part.index);
    if (part.kind === "out") readsOut = true;
    if (part.kind === "apply") part.operands.forEach(visit);
    if (part.kind === "choose") [part.condition, part.then, part.else].forEach(visit);
  };
  visit(term);
  return { operands, out: readsOut };
}
