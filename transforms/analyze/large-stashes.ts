/**
 * Loops of which the reverse sweep keeps more than a limit, as far as their sizes are known at compile time. Only loops of
 * the user's own sources without a mark: what is marked with `@checkpoint` keeps as much as the mark says.
 *
 *   for (let t = 0; t < 100_000_000; t++) x = Math.sin(x)   keeps x of each round: 800,000,000 bytes
 */
import { type Diagnostic, diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import type { AllocateNode, Graph, LoopNode, Span, StoreNode, ValueId } from "../../src/ir/graph.ts";
import { indexOf, isLoop, walkNodes } from "../../src/ir/walk.ts";
import type { DerivativeGraph } from "../pass.ts";
import { indexAlgebra } from "./affine.ts";
import { atomsOf, constantOf } from "./polynomial.ts";

export interface ScratchLimit {
  /** In bytes, for what is kept of one loop. */
  readonly maxScratch: number;
  readonly scratch: "f64" | "f32";
}

export function largeStashes(
  primal: Graph,
  { graph }: DerivativeGraph,
  { maxScratch, scratch }: ScratchLimit,
): readonly Diagnostic[] {
  const { polynomialOf, places } = indexAlgebra(graph);
  const buffers = bufferOf(graph);
  const stashes = new Map<ValueId, AllocateNode>();
  const kept = new Map<ValueId, StoreNode>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "allocate" && node.role.kind === "stash") stashes.set(node.result, node);
    const buffer = node.kind === "store" ? buffers.get(node.array) : undefined;
    if (node.kind === "store" && buffer !== undefined && !kept.has(buffer)) kept.set(buffer, node);
  });
  /** The outermost loop whose rounds the array is for: the index of its entries moves with it. */
  const loopOf = ({ result, index }: StoreNode): LoopNode | undefined => {
    const atoms = atomsOf(polynomialOf(index));
    const around = places.loopsAround(result);
    return around.find((loop) => atoms.has(indexOf(loop))) ?? around[0];
  };
  const marked = new Set<string>();
  walkNodes(primal.body, (node) => {
    if (isLoop(node) && node.checkpoint !== undefined && node.span !== undefined) marked.add(placeOf(node.span));
  });
  const sizes = new Map<string, { readonly span: Span; readonly bytes: number }>();
  for (const [buffer, { length }] of stashes) {
    const entries = constantOf(polynomialOf(length));
    const store = kept.get(buffer);
    const span = store && loopOf(store)?.span;
    if (entries === undefined || span === undefined || span.file.includes("/node_modules/")) continue;
    if (marked.has(placeOf(span))) continue;
    const before = sizes.get(placeOf(span))?.bytes ?? 0;
    sizes.set(placeOf(span), { span, bytes: before + entries * (scratch === "f32" ? 4 : 8) });
  }
  return [...sizes.values()].flatMap(({ span, bytes }) => {
    if (bytes <= maxScratch) return [];
    return [diagnostic("ADJ3005", span, { size: sizeText(bytes), limit: sizeText(maxScratch) })];
  });
}

function placeOf({ file, line, column }: Span): string {
  return `${file}:${line}:${column}`;
}

function sizeText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${units[power]}`;
}
