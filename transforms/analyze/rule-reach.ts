/**
 * Whether the rules that the source gives say what a derivative asks for. One that is not linear in its seed says nothing of
 * forward mode, nor of second derivatives; tangents that are carried through a rule of arrays are right for a first derivative.
 */
import { type Diagnostic, diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { withHint } from "../../src/diagnostics/with-hint.ts";
import type { Graph, OperationNode } from "../../src/ir/graph.ts";
import type { Mode, ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import { settleMarks } from "../normalize/settle-marks.ts";

export function ruleReach({ graph, signature }: ModelFunction, request: TagRequest): readonly Diagnostic[] {
  const { mode, span } = request;
  if (mode === "grad" || mode === "vjp") return [];
  const settled = settleMarks(graph, request);
  const found = [settled, ...(settled.functions?.values() ?? [])].flatMap((each) => outOfReach(each, mode));
  const [first] = found;
  if (first === undefined) return [];
  const isCarried = first.operation === "carry";
  const isFirst = mode === "jvp" || mode === "jacobian";
  const what = isCarried
    ? "a @jvpOf with arrays, which says nothing of second derivatives"
    : "a @vjpOf that is not linear in its seed, which is for @grad and @vjp alone";
  const notes = first.span === undefined ? [] : [{ message: "the call is here", span: first.span }];
  const made = diagnostic("ADJ2075", span, { tag: mode, function: signature.name, what }, notes);
  if (isCarried)
    return [withHint(made, "take the rule away here: its function is differentiated then as it is written")];
  return [withHint(made, isFirst ? "give the function a @jvpOf too" : "let the gradient be a multiple of the seed")];
}

function outOfReach(graph: Graph, mode: Mode): readonly OperationNode[] {
  const found: OperationNode[] = [];
  const isSecond = mode === "hvp" || mode === "hessian";
  walkNodes(graph.body, (node) => {
    if (node.kind !== "operation") return;
    if (node.operation === "attachRule" || (isSecond && node.operation === "carry")) found.push(node);
  });
  return found;
}
