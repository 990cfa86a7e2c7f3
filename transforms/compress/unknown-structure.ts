/** The refusal of compressed rows, with the place because of which there are none. */
import { type Diagnostic, diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { GraphNode } from "../../src/ir/graph.ts";
import type { FunctionSignature, TagRequest } from "../../src/ir/signature.ts";

export function unknownStructure(
  { name }: FunctionSignature,
  { mode, span }: TagRequest,
  reason: string,
  place: GraphNode | undefined,
): Diagnostic {
  const what = mode === "jacobian" ? "Jacobian" : "Hessian";
  const notes = place?.span === undefined ? [] : [{ message: "this is why", span: place.span }];
  return diagnostic("ADJ1005", span, { what, name, reason }, notes);
}
