/**
 * What cannot be seen into and may give another number each time (`Math.random()`), where a matrix is made column by column:
 * every column is to have the same numbers. Those of the body itself are kept for all columns; of those in a loop, a branch
 * or a function that is called there are as many as it runs.
 */
import { type Diagnostic, diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Graph, OpaqueNode } from "../../src/ir/graph.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { walkNodes } from "../../src/ir/walk.ts";

/** Those of which there may be several. */
export function repeatedOpaque({ body, functions }: Graph): readonly OpaqueNode[] {
  const once = new Set(body.nodes);
  const found: OpaqueNode[] = [];
  for (const region of [body, ...[...(functions?.values() ?? [])].map((callee) => callee.body)]) {
    walkNodes(region, (node) => {
      if (node.kind === "opaque" && !once.has(node)) found.push(node);
    });
  }
  return found;
}

export function opaqueInColumns(
  nodes: readonly OpaqueNode[],
  { signature }: ModelFunction,
  { mode, span }: TagRequest,
): readonly Diagnostic[] {
  const notes = [{ message: `@${mode} is asked for here`, span }];
  return nodes.map((node) => {
    return diagnostic("ADJ2083", node.span, { what: node.text, tag: mode, function: signature.name }, notes);
  });
}
