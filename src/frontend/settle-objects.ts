/**
 * At the end of the body of a loop: of the objects that a variable may stand for then, one that has the members of that one.
 * So what goes round is one structure, member by member, and which object it was is forgotten: none may be changed any more.
 */
import type { ts } from "ts-morph";
import { readMember } from "./aggregates.ts";
import { type Binding, isValue, isWhole, type View } from "./binding.ts";
import { cellsOf, freeze, frozenCell, isAlike, refuseWritten, structureOf } from "./chosen-members.ts";
import { asCoded } from "./coded-texts.ts";
import type { Context } from "./context.ts";
import { throwIf } from "./demand.ts";
import { isSameNumber, operate } from "./emit.ts";
import type { Entry } from "./loop-entry.ts";
import { settleOptional } from "./optional-objects.ts";
import { isLengthOfPool, isPool } from "./pools.ts";

/** In the body, before it is closed. */
export function settleObjects(context: Context, node: ts.Node): void {
  const { state } = context;
  for (const [location, { entry, before }] of [...state.frame.imports]) {
    const { current } = location;
    if (entry?.kind === "optional object") {
      if (current === entry.binding || refuseWritten(context, location, current)) continue;
      freeze(current);
      settleOptional(context, node, location, { object: entry.object.binding, absent: entry.absent });
      continue;
    }
    if (entry?.kind === "text") {
      const text = current === entry.binding ? current : asCoded(context, current);
      if (text !== current) state.write(location, text);
      continue;
    }
    const shape =
      entry === undefined ? structureOf(before) : entry.kind === "aggregate" ? structureOf(entry.binding) : undefined;
    if (shape === undefined || current === entry?.binding || !isAlike(shape, structureOf(current))) continue;
    if (refuseWritten(context, location, current)) continue;
    freeze(current);
    const settled = settle(context, node, entry, current);
    if (settled !== current) state.write(location, settled);
  }
}

function settle(context: Context, node: ts.Node, entry: Entry | undefined, binding: Binding): Binding {
  if (entry?.kind === "text") return asCoded(context, binding);
  const structure = structureOf(binding);
  const [like] = cellsOf(binding);
  if (structure === undefined || like === undefined || (entry !== undefined && entry.kind !== "aggregate"))
    return binding;
  if (entry !== undefined && !isAlike(structure, structureOf(entry.binding))) return binding;
  const members = structure.names.map((name) => {
    const member = readMember(context, binding, name, node);
    const length = isLengthOfPool(like, name) ? keptLength(context, entry?.members.get(name), member) : undefined;
    if (length !== undefined) return { name, before: member, after: length };
    if (isPool(like) && member.kind === "view") {
      return { name, before: member, after: keptView(context, entry?.members.get(name), member) };
    }
    return { name, before: member, after: settle(context, node, entry?.members.get(name), member) };
  });
  if (binding.kind === "aggregate" && members.every(({ before, after }) => before === after)) return binding;
  return frozenCell(
    context.state,
    like,
    members.map(({ name, after }) => [name, after] as const),
  );
}

/** Rows that take the place of others have the lengths of those; it throws where they have not. */
function keptLength(context: Context, entry: Entry | undefined, length: Binding): Binding | undefined {
  if (entry?.kind !== "same" || !isValue(entry.binding) || !isValue(length)) return undefined;
  if (isSameNumber(context, entry.binding, length)) return entry.binding;
  const isOther = operate(context, "ne", length, entry.binding);
  throwIf(context, isOther, ["there are ", length, " rows or entries in the place of ", entry.binding]);
  return entry.binding;
}

function keptView(context: Context, entry: Entry | undefined, view: View): View {
  const length = entry?.kind === "place" ? entry.binding.root.length : undefined;
  const own = view.root.length;
  const isKept = length === undefined || own === undefined || !isWhole(view) || isSameNumber(context, own, length);
  return isKept ? view : { ...view, root: { ...view.root, length } };
}
