/** What several tags of a function ask for in vain is said at the first; the others are second places of it. */
import type { Diagnostic } from "./diagnostic.ts";

export function onceEach(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const first = new Map<string, Diagnostic>();
  return [
    ...diagnostics.reduce((said, made) => said.set(keyOf(made), joined(said.get(keyOf(made)), made)), first).values(),
  ];
}

/** Its message names the function and the parameter; those of other warnings are about their place. */
function keyOf({ code, message, span }: Diagnostic): string {
  return JSON.stringify(code === "ADJ3001" ? [code, message, span?.file] : [code, message, span]);
}

function joined(before: Diagnostic | undefined, made: Diagnostic): Diagnostic {
  const { span } = made;
  if (before === undefined) return made;
  const places = [before.span, ...before.notes.map((note) => note.span)];
  const isNew = span !== undefined && places.every((place) => JSON.stringify(place) !== JSON.stringify(span));
  return isNew ? { ...before, notes: [...before.notes, { message: "this tag asks for it, too", span }] } : before;
}
