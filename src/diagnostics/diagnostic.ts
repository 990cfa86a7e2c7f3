import type { Span } from "../ir/graph.ts";
import { catalog, type DiagnosticCode } from "./catalog.ts";
import type { DiagnosticKind, Severity } from "./entry.ts";

/** One thing to tell the user, with its place. Collected, never thrown. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly kind: DiagnosticKind;
  /** One sentence that says why. */
  readonly message: string;
  /** Where; a diagnostic of the command line (a missing file) has none. */
  readonly span: Span | undefined;
  /** The file that is meant where there is no place in it: a stale output. As spans name it. */
  readonly file: string | undefined;
  /** What to write instead. */
  readonly hint: string | undefined;
  /** Second places: "the array is written here". */
  readonly notes: readonly { readonly message: string; readonly span: Span }[];
}

/** Makes a diagnostic from its catalogue entry; `values` fill the `%name%` of its sentence and hint. */
export function diagnostic(
  code: DiagnosticCode,
  span: Span | undefined,
  values: Readonly<Record<string, string | number>> = {},
  notes: Diagnostic["notes"] = [],
): Diagnostic {
  const entry = catalog[code];
  const fill = (text: string) => text.replace(/%(\w+)%/g, (whole, name: string) => String(values[name] ?? whole));
  return {
    code,
    severity: entry.severity,
    kind: entry.kind,
    message: fill(entry.sentence),
    span,
    file: undefined,
    hint: entry.hint === undefined ? undefined : fill(entry.hint),
    notes,
  };
}
