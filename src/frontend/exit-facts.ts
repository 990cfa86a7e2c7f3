/** What is known about branches once it is known whether the body of a loop was left. */
import type { ValueId } from "../ir/graph.ts";
import { type Binding, scalar, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { sameBinding } from "./emit.ts";
import { codesOf, type Exit, type ExitCode, noExit, thrown } from "./exits.ts";

/** Which way the branches went, if the body was left (or was not). */
export function factsOf(
  exit: Exit,
  isLeaving: (code: ExitCode) => boolean,
  wanted: boolean,
): ReadonlyMap<ValueId, boolean> {
  const facts = new Map<ValueId, boolean>();
  const visit = (at: Exit, leaves: (code: ExitCode) => boolean): void => {
    if (at.kind === "caught") return visit(at.exit, (code) => leaves(at.here.includes(code) ? noExit : code));
    if (at.kind === "left") return visit(at.exit, leaves);
    if (at.kind !== "merged") return;
    const isPossible = (side: Exit) => [...codesOf(side)].some((code) => code !== thrown && leaves(code) === wanted);
    const [then, otherwise] = [isPossible(at.then), isPossible(at.else)];
    if (then === otherwise) return;
    facts.set(at.branch.condition, then);
    visit(then ? at.then : at.else, leaves);
  };
  visit(exit, isLeaving);
  return facts;
}

/** A binding in the light of which way the branches went. */
export function simplified(context: Context, binding: Binding, facts: ReadonlyMap<ValueId, boolean>): Binding {
  if (binding.kind !== "choice") return binding;
  const fact = factOf(context, scalar(binding.condition), facts);
  if (fact !== undefined) return simplified(context, fact ? binding.then : binding.else, facts);
  const [then, otherwise] = [simplified(context, binding.then, facts), simplified(context, binding.else, facts)];
  return sameBinding(context, then, otherwise) ? then : { ...binding, then, else: otherwise };
}

function factOf(context: Context, value: Value, facts: ReadonlyMap<ValueId, boolean>): boolean | undefined {
  if (value.kind === "known") return Boolean(value.value);
  const fact = facts.get(value.id);
  const selection = context.selections.get(value.id);
  if (fact !== undefined || selection === undefined) return fact;
  const side = facts.get(selection.condition);
  return side === undefined ? undefined : factOf(context, side ? selection.then : selection.else, facts);
}
