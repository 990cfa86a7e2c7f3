/** Why a file could not be read or written, in words, and what helps. */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";

/** What was thrown at the file, as a diagnostic. The hint of the catalogue is about permissions. */
export function fileFault(code: "ADJ0002" | "ADJ0009", file: string, error: unknown): Diagnostic {
  const known = knownCause(error);
  const made = diagnostic(code, undefined, { file, reason: known?.reason ?? reasonOf(error) });
  return known === undefined ? made : withHint(made, known.hint);
}

function knownCause(error: unknown): { readonly reason: string; readonly hint: string } | undefined {
  // Of the decoder.
  if (error instanceof TypeError) return { reason: "it is not UTF-8 text", hint: "save it as UTF-8" };
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "EISDIR":
      return {
        reason: "a folder stands in its place",
        hint: "rename or remove that folder, or choose another place with --out-dir",
      };
    case "ENOTDIR":
      return {
        reason: "a file stands in the place of its folder",
        hint: "rename or remove that file, or choose another folder with --out-dir",
      };
    case "ELOOP":
      return { reason: "too many symbolic links", hint: "look where the link leads" };
    default:
      return undefined;
  }
}

/** Why the operating system refused: the part of Node's message that is not the call. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /^[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] ?? error.message;
}
