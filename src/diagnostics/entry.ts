export type Severity = "error" | "warning";

/** One row of the catalogue. `sentence` and `hint` may hold `%name%`, filled where the diagnostic is made. */
export interface CatalogEntry {
  readonly severity: Severity;
  /** `wrong`: the model cannot mean this. `unsupported`: a right model that is not supported yet. `usage`: files and options. */
  readonly kind: "wrong" | "unsupported" | "usage";
  readonly title: string;
  readonly sentence: string;
  readonly hint?: string;
  /** The page that `adjoint-gen explain` prints: Markdown, an example that triggers it and the mend. */
  readonly page: string;
}
