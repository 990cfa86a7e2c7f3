/**
 * Whether two arrays, rows or objects are one, where names alone do not tell: what the function makes is none of what comes
 * in. Of two parameters only the run could say it; where the function writes to one of them, what is generated throws if they
 * share memory, so that they are apart wherever it goes on. Whether it writes is known when it is lowered: until then the
 * place is noted.
 */
import type { ts } from "ts-morph";
import { type Binding, known, type Root, type Value, type View } from "./binding.ts";
import type { ArrayBinding } from "./arrays.ts";
import type { Context } from "./context.ts";
import { operate } from "./emit.ts";
import { areOne, isNestedCell, isRows } from "./nested.ts";
import { isPool, viewsOfPool } from "./pools.ts";

/** Parameters that are taken to be apart, and where. */
export interface HeldApart {
  readonly roots: readonly Root[];
  readonly node: ts.Node;
  readonly what: string;
}

const refusedComparison = "a comparison of rows or objects of different arrays";

/** Whether two rows or objects are one; undefined where that is not known. */
export function identityOf(context: Context, x: Binding, y: Binding, node: ts.Node): Value | undefined {
  const one = areOne(context, x, y);
  if (one !== undefined) return one;
  const [roots, others] = [rootsOf(context, x), rootsOf(context, y)];
  const isMade =
    [x, y].some((each) => isMadeHere(each)) && [roots, others].some((each) => areParameters(context, each));
  if (isMade) return known(false);
  return areHeldApart(context, roots, others, node, refusedComparison) ? known(false) : undefined;
}

/** `a.buffer === b.buffer`; undefined where that is not known. */
export function shareBuffer(context: Context, x: ArrayBinding, y: ArrayBinding, node: ts.Node): Value | undefined {
  if (x.kind === "choice" || y.kind === "choice") return undefined;
  if (x.root === y.root) return known(true);
  // A round of a loop holds what the round before had elsewhere.
  const isNew = ({ root }: View): boolean => root.kind === "local" && root.allocated !== undefined;
  const isGiven = ({ root }: View): boolean => areParameters(context, [root]);
  if ((isNew(x) && (isNew(y) || isGiven(y))) || (isGiven(x) && isNew(y))) return known(false);
  return areHeldApart(context, [x.root], [y.root], node, "a comparison of buffers") ? known(false) : undefined;
}

export function isEqualOr(context: Context, one: Value, isEqual: boolean): Value {
  return isEqual ? one : operate(context, "not", one);
}

/** The whole of an array of rows that the function has made; not a selection, whose rows are those of another. */
function isMadeHere(binding: Binding): boolean {
  if (!isRows(binding)) return false;
  const { cell } = binding;
  return isPool(cell) && cell.nest.path.length === 0 && !cell.members.has("#selected") && !cell.members.has("#order");
}

function rootsOf(context: Context, binding: Binding): readonly Root[] {
  if (binding.kind === "view") return [binding.root];
  if (!isNestedCell(binding)) return [];
  if (isPool(binding.cell)) return viewsOfPool(context, binding.cell).map(({ root }) => root);
  return [...binding.cell.nest.leaves.values()];
}

function areParameters({ leafRoots }: Context, roots: readonly Root[]): boolean {
  return roots.length > 0 && roots.every((root) => root.kind === "parameter" && leafRoots.includes(root));
}

function areHeldApart(
  context: Context,
  roots: readonly Root[],
  others: readonly Root[],
  node: ts.Node,
  what: string,
): boolean {
  if (!areParameters(context, roots) || !areParameters(context, others)) return false;
  if (roots.some((root) => others.includes(root))) return false;
  context.heldApart.push({ roots: [...roots, ...others], node, what });
  return true;
}

/** When the function is lowered: refuses what was taken to be apart, and is not written to. */
export function checkHeldApart(context: Context, isWritten: (root: Root) => boolean): void {
  for (const { roots, node, what } of context.heldApart) {
    if (!roots.some(isWritten)) context.reporter.report("ADJ2014", node, { what });
  }
}
