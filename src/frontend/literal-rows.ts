/** Literals of rows and objects: `[[x, y], [y, z]]`, `[{ v: x }, { v: y }]` (pools.ts). */
import type { ts } from "ts-morph";
import { each } from "../ir/nested.ts";
import { asOne } from "./aggregates.ts";
import { type Binding, isValue, known, type Value, type View } from "./binding.ts";
import { wayTo } from "./calls-around.ts";
import { cellsOf, freeze } from "./chosen-members.ts";
import type { Context } from "./context.ts";
import { emptyList, growingLiteral, pushRows } from "./grow-rows.ts";
import { allocatePool, arraysWithin, countIn, forget, isNew, shapeOfEntry } from "./make-rows.ts";
import { joined } from "./optional-members.ts";
import { leafName, newPool, startsOf, widthName } from "./pools.ts";
import { variationOf } from "./row-layout.ts";

/** Rows or objects of one shape, as a literal has them; undefined for other literals. */
export function rowsOfLiteral(
  context: Context,
  entries: readonly Binding[],
  node: ts.Node,
  make: (numbers: readonly Binding[]) => Binding,
): Binding | undefined {
  if (!context.activation.isModule && context.assumptions.changesLength(node)) {
    return growingLiteral(context, entries, node);
  }
  if (!context.activation.isModule && context.assumptions.rowsVary(wayTo(context, node)) === "growing") {
    return growingRows(context, entries, node);
  }
  const rows = entries.map((entry) =>
    entry.kind === "aggregate" && entry.cell.shape === "tuple"
      ? [...entry.cell.members.values()].map((member) => context.state.read(member))
      : undefined,
  );
  const [first] = rows;
  const isEven = rows.every((row) => row !== undefined && row.length === first?.length && row.every((x) => isValue(x)));
  if (first === undefined || !isEven || first.length === 0) return entriesOfLiteral(context, entries, node);
  const pool = make(rows.flatMap((row) => row ?? []));
  if (pool.kind !== "view") return pool;
  const isShared = !context.activation.isModule && shareRows(context, entries, node);
  const view: View = { ...pool, root: { ...pool.root, pool: node, way: wayTo(context, node), isShared } };
  const [count, width] = [known(rows.length), known(first.length)];
  const starts = context.assumptions.rowsMove(node) ? startsOf(context, count, width, node) : undefined;
  return newPool(
    context,
    { kind: "rows", of: { kind: "array", element: pool.root.element } },
    [
      [leafName([each]), view],
      [widthName([]), count],
      [widthName([each]), width],
      ...(starts === undefined ? [] : [["#starts", starts] as const]),
    ],
    node,
  );
}

/**
 * The rows of a literal are copied into the pool. Where they may be used under their own names as well, neither is written from
 * then on.
 */
function shareRows(context: Context, rows: readonly Binding[], node: ts.Node): boolean {
  const { assumptions } = context;
  const areNew =
    rows.every((row) => isNew(context, row)) && new Set(rows.flatMap((row) => [...cellsOf(row)])).size === rows.length;
  if (!areNew || assumptions.sharesRows(node)) {
    rows.forEach(freeze);
    return true;
  }
  for (const row of rows) forget(context, row, () => assumptions.noteSharesRows(node));
  return false;
}

/** Rows of which some get longer by themselves. */
function growingRows(context: Context, entries: readonly Binding[], node: ts.Node): Binding {
  const rows = emptyList(context, { kind: "rows", of: { kind: "array", element: "number" } }, node, true);
  if (rows.kind === "aggregate") pushRows(context, rows, entries, node);
  return rows;
}

/** Objects and new arrays that a literal in the function holds. */
function entriesOfLiteral(context: Context, given: readonly Binding[], node: ts.Node): Binding | undefined {
  if (context.activation.isModule) return undefined;
  if (!given.every((entry) => isNew(context, entry))) return undefined;
  const [first] = given.map((entry) => asOne(context, entry, node));
  const shapes = given.map((entry) => shapeOfEntry(context, asOne(context, entry, node), node));
  const of = shapes.reduce((all, shape) => all && shape && joined(all, shape));
  if (first === undefined || of === undefined || of.kind === "number" || of.kind === "boolean") return undefined;
  const widths = new Map<string, Value>([[widthName([]), known(given.length)]]);
  for (const { path, width } of arraysWithin(context, first, of, [each], node)) widths.set(widthName(path), width);
  if (of.kind === "array") {
    const lengths = given.map((entry) => countIn(context, asOne(context, entry, node)));
    const isEven = lengths.every(
      (length) => variationOf(context, length, lengths[0] ?? length, known(1)) === undefined,
    );
    if (!isEven) {
      const listed = emptyList(context, { kind: "rows", of }, node);
      if (listed.kind === "aggregate") pushRows(context, listed, given, node);
      return listed;
    }
  }
  const rows = allocatePool(context, { kind: "rows", of }, widths, node);
  given.forEach((entry, k) => rows.put(entry, known(k), true));
  return rows.whole();
}
