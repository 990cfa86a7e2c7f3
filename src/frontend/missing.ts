/**
 * Entries that there may not be: what is read beyond the ends of an array is undefined. A read gives a number, NaN where there
 * is no entry, so that arithmetic need not ask. Where the source asks a number whether it is undefined, it is followed back to
 * the reads that it may come from, through branches and loops: when the function is lowered again, they give numbers that may be
 * undefined (optional.ts).
 */
import { ts } from "ts-morph";
import type { ValueId } from "../ir/graph.ts";
import { type ArrayBinding, entryIfThere, load } from "./arrays.ts";
import { type Binding, isWhole, known, undefinedValue, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { askForEntry } from "./holes.ts";
import { optionalOf } from "./optional.ts";

/** The entry, as a number; or as one that may be undefined, where it is asked for that later. */
export function readEntry(context: Context, array: ArrayBinding, index: Value, node: ts.Node): Binding {
  const { assumptions } = context;
  const read = (): Value => load(context, array, index, node);
  const isAskedLater = assumptions.isAskedLater(node);
  if (!isAskedLater && (!assumptions.isTested(node) || isNaNBeyond(array))) return read();
  if (isAskedLater && !isNaNBeyond(array)) return entryIfThere(context, array, index, node);
  const has = askForEntry(context, array, index, node);
  if (!isAskedLater) return branch(context, has, read, () => known(NaN));
  if (has.kind === "known" && has.value === false) return undefinedValue;
  const entry = read();
  if (has.kind === "known") return entry;
  if (entry.kind === "scalar") context.asked.add(entry.id);
  return { kind: "choice", condition: has.id, then: entry, else: undefinedValue };
}

/** Whether it may be read beyond its end: no other entries are there, and its adjoint is no array that gets longer. */
function isNaNBeyond(array: ArrayBinding): boolean {
  if (array.kind === "choice") return isNaNBeyond(array.then) && isNaNBeyond(array.else);
  const { root } = array;
  const mayGetLonger = root.kind === "parameter" && root.element === "number";
  return (
    isWhole(array) && root.pool === undefined && root.count === undefined && root.hasRoom === undefined && !mayGetLonger
  );
}

/** Notes that the source asks whether it is undefined. */
export function askWhether(context: Context, binding: Binding): void {
  const value = binding.kind === "scalar" ? binding : optionalOf(binding)?.value;
  if (value?.kind === "scalar") askWhereRead(context, value.id);
}

/** Notes that the source asks whether it is true: NaN is not, as undefined is not. */
export function askWhetherTrue(context: Context, binding: Binding): void {
  const entry = binding.kind === "scalar" ? context.entries.get(binding.id) : undefined;
  if (entry !== undefined) context.assumptions.noteTested(entry.node);
}

/** Notes that there is a default for it, which `x[i]!` has no use for. */
export function askForDefault(context: Context, binding: Binding): void {
  const entry = binding.kind === "scalar" ? context.entries.get(binding.id) : undefined;
  if (entry === undefined || !ts.isNonNullExpression(entry.node.parent)) askWhether(context, binding);
}

/** What goes round a loop comes from before it, or from the round before. */
export function noteRounds(context: Context, id: ValueId, before: ValueId, next: Value): void {
  const parts = next.kind === "scalar" ? [before, next.id] : [before];
  context.rounds.set(id, parts);
  if (context.asked.has(id)) askWhereRead(context, ...parts);
}

function askWhereRead(context: Context, ...open: ValueId[]): void {
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (context.asked.has(at)) continue;
    context.asked.add(at);
    const entry = context.entries.get(at);
    if (entry !== undefined) context.assumptions.noteAskedLater(entry.node);
    const given = context.given.get(at);
    if (given !== undefined) context.assumptions.noteAskedParameter(given.declaration, given.position);
    const callee = context.givenBack.get(at);
    if (callee !== undefined) context.assumptions.noteAskedResult(callee);
    const selection = context.selections.get(at);
    for (const part of [selection?.then, selection?.else]) if (part?.kind === "scalar") open.push(part.id);
    open.push(...(context.rounds.get(at) ?? []));
    const same = context.substitutes.get(at);
    if (same !== undefined) open.push(same);
  }
}
