import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import type { Exports } from "./execute.ts";
import type { ModelCase } from "./model-case.ts";

/** One derivative in one case. */
export interface Subject {
  readonly model: ModelFunction;
  readonly request: TagRequest;
  readonly modelCase: ModelCase;
  /** The other cases of the same function. */
  readonly siblings: readonly ModelCase[];
  /** The functions of the model itself. */
  readonly originals: Exports;
  /** What the generated module exports. */
  readonly generated: Exports;
}

export interface Result {
  readonly value: unknown;
  readonly grad?: unknown;
  readonly tangent?: unknown;
  readonly hvp?: unknown;
  readonly jacobian?: unknown;
  readonly hessian?: unknown;
}

/** Calls a function of the generated module. `rest` stands after the primal's arguments: seed or direction, and `out`. */
export function callGenerated(
  { model, generated }: Pick<Subject, "model" | "generated">,
  functionName: string,
  inputs: readonly unknown[],
  ...rest: readonly unknown[]
): Result {
  const derivative = generated[functionName];
  if (derivative === undefined) throw new Error(`${functionName} is not exported`);
  const padded = model.signature.parameters.map((_, k) => inputs[k]);
  return derivative(...padded, ...rest) as Result;
}
