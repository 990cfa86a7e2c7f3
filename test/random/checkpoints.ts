/** Puts `@checkpoint` at some of the loops and functions of a program, as if its source had. */
import type { Checkpoint, Graph, Region } from "../../src/ir/graph.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { isLoop, mapNode } from "../../src/ir/walk.ts";
import { refusals } from "../../src/pipeline.ts";

/** The model with marks, but not where the loop cannot be run again; undefined where none is left. */
export function withCheckpoints(
  model: ModelFunction,
  request: TagRequest,
  next: () => number,
): ModelFunction | undefined {
  const drawn = new Map<string, Checkpoint | undefined>();
  /** Each mark stands in a line of its own, so that a refusal tells which it is of. */
  const refused = new Set<number>();
  const markAt = (key: string): Checkpoint | undefined => {
    if (!drawn.has(key)) {
      const snapshots = Math.floor(4 * next());
      const line = drawn.size + 1;
      const mark = { file: "marks", line, column: 1, endLine: line, endColumn: 1, text: key };
      drawn.set(key, next() < 0.6 ? { mark, ...(snapshots > 0 && { snapshots }) } : undefined);
    }
    const checkpoint = drawn.get(key);
    return checkpoint !== undefined && refused.has(checkpoint.mark.line) ? undefined : checkpoint;
  };
  const visit = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.map((node) => {
      const inner = mapNode(node, (value) => value, visit);
      const checkpoint = isLoop(inner) ? markAt(`loop ${inner.trips}`) : undefined;
      return isLoop(inner) && checkpoint !== undefined ? { ...inner, checkpoint } : inner;
    }),
  });
  const marked = (graph: Graph): Graph => {
    const { functions } = graph;
    const called = [...(functions ?? [])].map(([key, callee]) => {
      const checkpoint = markAt(`function ${key}`);
      return [key, { ...marked(callee), ...(checkpoint !== undefined && { checkpoint }) }] as const;
    });
    return { ...graph, body: visit(graph.body), ...(functions !== undefined && { functions: new Map(called) }) };
  };
  for (;;) {
    const all = { ...model, graph: marked(model.graph) };
    if ([...drawn.keys()].every((key) => markAt(key) === undefined)) return undefined;
    const found = refusals(all, request);
    if (found.length === 0) return all;
    const before = refused.size;
    for (const { span } of found) if (span?.file === "marks") refused.add(span.line);
    if (refused.size === before) throw new Error(`a mark is refused at no loop: ${found[0]?.message}`);
  }
}
