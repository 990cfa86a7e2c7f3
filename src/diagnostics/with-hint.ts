import type { Diagnostic } from "./diagnostic.ts";

/** The diagnostic with a hint that depends on the case at hand, in the place of the catalogue's. */
export function withHint(diagnostic: Diagnostic, hint: string | undefined): Diagnostic {
  return { ...diagnostic, hint };
}
