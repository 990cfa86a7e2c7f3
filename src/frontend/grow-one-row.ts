/**
 * Rows of numbers that get others, each by itself: `groups[label[i]].push(x[i])`. They are listed (row-layout.ts), and each has
 * some room behind it; where that is full, the row is put behind all others, with twice as much.
 *
 *     row k: entries[starts[k]], … of which lengths[k] are there, and there is room for rooms[k]
 *
 * Where a row is and how long is asked when it is used, so that a name that it was given before still stands for it. But
 * where rows change places or are replaced, which one the name means would not be known: it may not be used any more then.
 */
import type { ts } from "ts-morph";
import { type ArrayBinding, loadAt, rootLength, storeAt } from "./arrays.ts";
import { type Binding, type Cell, known, poison, undefinedValue, type Value, type View } from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { add, operate, subtract } from "./emit.ts";
import { makeRoom, setCount } from "./growth.ts";
import { countOfPool, demandRow, refuseRows, replacedSince } from "./pools.ts";
import { type List, listOf } from "./row-layout.ts";
import { loopsAround } from "./state.ts";

/** Whether an array is a row of an array that the function makes, or one of some. */
export function isRowOfPool(array: ArrayBinding): boolean {
  if (array.kind === "choice") return isRowOfPool(array.then) || isRowOfPool(array.else);
  return array.root.pool !== undefined && array.among !== undefined;
}

/** The row as it lies now. `at`: where it is used. */
export function currentRow(context: Context, view: View, at?: ts.Node): View {
  const { among, offset: before, root } = view;
  if (root.pool === undefined || before === undefined || root.way === undefined) return view;
  if (context.assumptions.rowsVary(root.way) !== "growing") return view;
  if ((among?.made ?? 0) >= (context.replaced.get(root.pool) ?? 0)) return view;
  const list = among?.pool && isFollowed(context, among.pool) ? listOf(context, among.pool) : undefined;
  const node = root.pool;
  if (among === undefined || list?.rooms === undefined) {
    refuseRows(context, at ?? node, replacedSince);
    return view;
  }
  const { index } = among;
  const [offset, length] = [list.starts, list.lengths].map((places) => loadAt(context, places, index, node));
  return { ...view, offset, length, among: { ...among, made: context.clock } };
}

/** Whether the rows keep their indices, so that a name is followed by these. */
function isFollowed({ assumptions }: Context, { nest }: Cell): boolean {
  return nest?.site !== undefined && !assumptions.rowsMove(nest.site);
}

/** `row.push(value, …)`: undefined where the next round of the lowering makes the rows so that they can. */
export function pushToRow(context: Context, row: View, values: readonly Value[], node: ts.Node): Value | undefined {
  const found = growingRow(context, row, node);
  if (found === undefined) return undefined;
  const { list, index } = found;
  const whole = { ...list.entries, length: undefined };
  for (const value of values) {
    const length = loadAt(context, list.lengths, index, node);
    const isFull = operate(context, "eq", length, loadAt(context, list.rooms, index, node));
    branchEffects(
      context,
      isFull,
      () => moveBehind(context, list, index, length, node),
      () => {},
    );
    const end = add(context, loadAt(context, list.starts, index, node), length);
    storeAt(context, whole, end, value, node);
    storeAt(context, list.lengths, index, add(context, length, known(1)), node);
  }
  noteGrown(context, list);
  return loadAt(context, list.lengths, index, node);
}

/** `row.pop()` */
export function popFromRow(context: Context, row: View, node: ts.Node): Binding {
  const found = growingRow(context, row, node);
  if (found === undefined) return poison;
  const { list, index } = found;
  const whole = { ...list.entries, length: undefined };
  const length = loadAt(context, list.lengths, index, node);
  const last = subtract(context, length, known(1));
  const isSome = operate(context, "gt", length, known(0));
  const take = (): Value => {
    const start = loadAt(context, list.starts, index, node);
    const entry = loadAt(context, whole, add(context, start, last), node);
    if (entry.kind === "scalar") context.entries.delete(entry.id);
    storeAt(context, list.lengths, index, last, node);
    return entry;
  };
  const taken = branch(context, isSome, take, () => undefinedValue);
  noteGrown(context, list);
  return taken;
}

interface GrowingRow {
  readonly list: List & { readonly rooms: View };
  readonly index: Value;
}

function growingRow(context: Context, { root, among }: View, node: ts.Node): GrowingRow | undefined {
  const { assumptions, reporter } = context;
  const list = among?.pool && root.head === undefined ? listOf(context, among.pool) : undefined;
  if (among?.pool === undefined || list?.rooms === undefined) {
    if (root.way !== undefined && assumptions.rowsVary(root.way) !== "growing") {
      assumptions.noteRowsVary(root.way, "growing");
    } else reporter.report("ADJ2031", node, { name: root.name ?? "this array" });
    return undefined;
  }
  const isOld = (among.made ?? 0) < (context.replaced.get(among.pool.nest?.site ?? node) ?? 0);
  if (isOld && !isFollowed(context, among.pool)) {
    refuseRows(context, node, replacedSince);
    return undefined;
  }
  demandRow(context, among.index, countOfPool(context, among.pool), "changed");
  return { list: { ...list, rooms: list.rooms }, index: among.index };
}

function moveBehind(context: Context, list: GrowingRow["list"], index: Value, length: Value, node: ts.Node): void {
  const { root } = list.entries;
  const whole = { ...list.entries, length: undefined };
  const end = rootLength(context, root);
  const room = add(context, operate(context, "mul", known(2), length), known(4));
  const next = add(context, end, room);
  makeRoom(context, root, next, node);
  const start = loadAt(context, list.starts, index, node);
  countedLoop(context, node, known(0), length, "k", (k) => {
    storeAt(context, whole, add(context, end, k), loadAt(context, whole, add(context, start, k), node), node);
  });
  storeAt(context, list.starts, index, end, node);
  storeAt(context, list.rooms, index, room, node);
  setCount(context, root, next);
}

/** What was known of the rows before is to be asked anew. */
export function noteGrown(context: Context, { entries: { root } }: List): void {
  const { assumptions, state } = context;
  const site = root.pool;
  if (site === undefined) return;
  assumptions.replaceRows(site);
  for (const loop of loopsAround(state.frame, root.memory.age)) assumptions.noteReplacedIn(loop, site);
  context.replaced.set(site, ++context.clock);
}
