export type Severity = "error" | "warning";

/**
 * What a code says of the program. `underivable` and `unsupported` are the two answers of the language: "this has no derivative", so
 * that the model has to change, and "not supported yet", so that adjoint-gen has to. `wrong`: a fault of syntax, types or tags.
 * `trap`: legal, and often not what is meant. `usage`: files and options.
 */
export type DiagnosticKind = "underivable" | "unsupported" | "wrong" | "trap" | "usage";

/** How a kind is called wherever it is shown. */
export const kindTexts: Readonly<Record<DiagnosticKind, string>> = {
  underivable: "this has no derivative",
  unsupported: "not supported yet",
  wrong: "a fault in the model",
  trap: "legal, but often not what is meant",
  usage: "files and options",
};

/** One row of the catalogue. `sentence` and `hint` may hold `%name%`, filled where the diagnostic is made. */
export interface CatalogEntry {
  readonly severity: Severity;
  readonly kind: DiagnosticKind;
  readonly title: string;
  readonly sentence: string;
  readonly hint?: string;
  /** The page that `adjoint-gen explain` prints: Markdown, an example that triggers it and the mend. */
  readonly page: string;
}
