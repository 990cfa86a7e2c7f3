/** Where a file is nested most deeply, for a message that it is too deep. Itself it needs no stack. */
import { ts } from "ts-morph";
import type { Span } from "../ir/graph.ts";
import { placeIn } from "./place.ts";

/** The place of the statement that holds what is deepest. */
export function deepestPlace(file: ts.SourceFile): Span {
  let deepest: { readonly node: ts.Node; readonly depth: number } = { node: file, depth: 0 };
  const open = [deepest];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.depth > deepest.depth) deepest = at;
    const depth = at.depth + 1;
    ts.forEachChild(at.node, (node) => {
      open.push({ node, depth });
    });
  }
  let { node } = deepest;
  while (!ts.isSourceFile(node) && !ts.isStatement(node)) node = node.parent;
  return placeIn(file, ts.isSourceFile(node) ? 0 : node.getStart(file), node.getEnd());
}
