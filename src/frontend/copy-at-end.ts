/** Arrays that a branch of the body of a loop replaces: their contents are copied, so that every variable keeps its place. */
import type { ts } from "ts-morph";
import { load, rootLength, store } from "./arrays.ts";
import { type Binding, isWhole, known, scalar, type View } from "./binding.ts";
import { branchEffects } from "./branch.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { isSameNumber, resolve } from "./emit.ts";
import { factsOf, simplified } from "./exit-facts.ts";
import type { Exit, ExitCode } from "./exits.ts";
import type { PlaceEntry } from "./loop-entry.ts";

/**
 * In the body, before it is closed: `best = current.slice()` in a branch makes `best` a choice of a new array and what it
 * was. The new one is copied to where the old one is. Gives the places that are written so, and whether the body itself stores
 * to what they hold: what they came in with is not theirs to write.
 */
export function copyAtEnd(
  context: Context,
  node: ts.Node,
  exit: Exit,
  isLeaving: (code: ExitCode) => boolean,
): ReadonlyMap<PlaceEntry, { readonly isStored: boolean }> {
  const { state } = context;
  const facts = factsOf(exit, isLeaving, false);
  const copied = new Map<PlaceEntry, { readonly isStored: boolean }>();
  for (const [location, { entry }] of state.frame.imports) {
    if (entry?.kind !== "place") continue;
    const final = simplified(context, location.current, facts);
    if (final.kind !== "choice" || !holdsOnlyOwn(context, entry, final)) continue;
    const { current } = entry.binding.root.memory;
    const isStored = current.kind !== "scalar" || resolve(context, current.id) !== entry.argument;
    copied.set(entry, { isStored });
    copyParts(context, node, entry.binding, final);
    state.write(location, entry.binding);
  }
  return copied;
}

function holdsOnlyOwn(context: Context, entry: PlaceEntry, final: Binding): boolean {
  if (final.kind === "choice")
    return holdsOnlyOwn(context, entry, final.then) && holdsOnlyOwn(context, entry, final.else);
  if (final.kind !== "view") return false;
  if (final.root === entry.binding.root) return isWhole(final);
  const isFresh = final.root.allocated !== undefined && final.root.memory.age >= context.state.frame.age;
  return isFresh && isSameNumber(context, rootLength(context, final.root), rootLength(context, entry.binding.root));
}

function copyParts(context: Context, node: ts.Node, to: View, from: Binding): void {
  if (from.kind === "choice") {
    const side = (part: Binding) => () => copyParts(context, node, to, part);
    return branchEffects(context, scalar(from.condition), side(from.then), side(from.else));
  }
  if (from.kind !== "view" || from.root === to.root) return;
  countedLoop(context, node, known(0), rootLength(context, to.root), "k", (k) => {
    store(context, to, k, load(context, from, k, node), node);
  });
}
