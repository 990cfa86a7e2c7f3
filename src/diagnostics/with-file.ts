import type { Diagnostic } from "./diagnostic.ts";

/** The diagnostic, about the whole of this file. */
export function withFile(diagnostic: Diagnostic, file: string): Diagnostic {
  return { ...diagnostic, file };
}
