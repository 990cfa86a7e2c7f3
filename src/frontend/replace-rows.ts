/** `M[k] = row`: rows and objects of a pool (pools.ts) that change places, or are replaced by new ones. */
import type { ts } from "ts-morph";
import { asOne } from "./aggregates.ts";
import { isArray, lengthOf, store, storeAt } from "./arrays.ts";
import { type Binding, type Cell, known, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { noteGrown } from "./grow-one-row.ts";
import { countIn, isNew as isNewEntry, putEntry } from "./make-rows.ts";
import {
  amongInPool,
  countingRoot,
  countOfPool,
  demandRow,
  filledOf,
  indexFromFirst,
  isGrown,
  isPool,
  numberIn,
  partIn,
  refuseRows,
  replacedReason,
  viewIn,
  viewsOfPool,
} from "./pools.ts";
import { isVaried, listOf, listRow, spanBehind } from "./row-layout.ts";
import { loopsAround } from "./state.ts";

/** `M[k] = row`, where the row or object is one of the same pool. */
export function writeRow(context: Context, cell: Cell, index: Value, row: Binding, node: ts.Node): void {
  const site = cell.nest?.site;
  if (row.kind === "poison") return row.report?.(node);
  const start = startOf(context, cell, row);
  if (start === undefined && replaceRow(context, cell, index, row, node)) return;
  if (start === undefined || site === undefined || cell.nest?.path.length !== 0) {
    return void refuseRows(context, node, replacedReason);
  }
  const starts = partIn(context, cell, "#starts");
  if (cell.nest?.slope !== undefined) return listNextTime(context, cell);
  if (cell.members.has("#rooms")) {
    return void refuseRows(context, node, "rows that get longer by themselves change places");
  }
  if (countingRoot(context, cell)?.head !== undefined) {
    return void refuseRows(context, node, "rows or objects change places that are taken out at the begin");
  }
  if (!isArray(starts)) return context.assumptions.moveRows(site);
  const { lengths } = listOf(context, cell) ?? {};
  if (!isGrown(starts)) {
    store(context, starts, index, start, node);
    if (lengths !== undefined && isArray(row)) store(context, lengths, index, lengthOf(context, row), node);
    return;
  }
  const count = countOfPool(context, cell);
  demandRow(context, index, count);
  const among = row.kind === "view" ? row.among : row.kind === "aggregate" ? amongInPool(context, row.cell) : undefined;
  if (among !== undefined) demandRow(context, among.index, among.count);
  storeAt(context, starts, index, start, node);
  if (lengths !== undefined && isArray(row)) storeAt(context, lengths, index, lengthOf(context, row), node);
}

/** The next round of the lowering says where each row begins. */
export function listNextTime(context: Context, cell: Cell): void {
  const way = viewsOfPool(context, cell)[0]?.root.way;
  if (way !== undefined) context.assumptions.noteRowsVary(way, "listed");
}

/** `M[k] = row`, where the row or object is new: it is put where the old one was, of which no other name may be used then. */
function replaceRow(context: Context, cell: Cell, index: Value, row: Binding, node: ts.Node): boolean {
  const { nest } = cell;
  const [first] = viewsOfPool(context, cell);
  if (nest?.site === undefined || nest.shape.kind !== "rows" || nest.path.length > 0 || first === undefined)
    return false;
  const { assumptions, state } = context;
  const list = listOf(context, cell);
  const at = indexFromFirst(context, cell, index);
  if (list !== undefined && isNewEntry(context, row)) {
    demandRow(context, index, countOfPool(context, cell));
    const { shape } = nest;
    const length = countIn(context, asOne(context, row, node));
    const span = spanBehind(context, list, length, node, (to) =>
      putEntry(context, { ...filledOf(context, cell), shape, node, isNew: false, span: to }, row, at),
    );
    listRow(context, list, at, span, node);
    if (list.rooms !== undefined) {
      assumptions.moveRows(nest.site);
      noteGrown(context, list);
    }
    return true;
  }
  if (isVaried(cell)) {
    listNextTime(context, cell);
    return true;
  }
  // Where rows change places, two indices may have one row between them.
  if (assumptions.rowsMove(nest.site) || !isNewEntry(context, row)) return false;
  assumptions.replaceRows(nest.site);
  for (const loop of loopsAround(state.frame, first.root.memory.age)) assumptions.noteReplacedIn(loop, nest.site);
  demandRow(context, index, countOfPool(context, cell));
  putEntry(context, { ...filledOf(context, cell), shape: nest.shape, node, isNew: false }, row, at);
  context.replaced.set(nest.site, ++context.clock);
  return true;
}

/** What stands in `starts` for a row or object, if it is one of the pool. */
function startOf(context: Context, cell: Cell, row: Binding): Value | undefined {
  if (row.kind === "view") {
    const isWhole =
      row.among !== undefined && row.isConstant !== true && row.root === viewIn(context, cell, "#pool")?.root;
    return isWhole ? (row.offset ?? known(0)) : undefined;
  }
  if (row.kind !== "aggregate" || !isPool(row.cell) || row.cell.nest?.path.length !== 1) return undefined;
  const [own, other] = [viewsOfPool(context, cell), viewsOfPool(context, row.cell)];
  const isOwn =
    own.length === other.length &&
    own.every(({ root, isConstant }, k) => {
      return root === other[k]?.root && isConstant === other[k]?.isConstant;
    });
  return isOwn ? numberIn(context, row.cell, "#at") : undefined;
}
