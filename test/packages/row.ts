/** One function of a package, given root types and a tag: a row of the table of packages. */
export type Area =
  | "vectors and matrices"
  | "geometry"
  | "colour"
  | "easing and splines"
  | "statistics"
  | "special functions"
  | "physics"
  | "finance"
  | "signal processing"
  | "astronomy"
  | "geodesy";

export interface Row {
  readonly package: string;
  /** What the package calls it. */
  readonly function: string;
  readonly area: Area;
  /** The import, and what a user declares in the module besides. */
  readonly imports: string;
  /** The parameters with their root types, and the type of the result: `(a: number, b: number[]): number`. */
  readonly signature: string;
  /** What calls it: an expression, or the statements of a body. */
  readonly body: string;
  /** Parameters to differentiate by; without it, all that hold floats. */
  readonly wrt?: string;
  /** The first step of the differences, where the size of the argument says nothing of it (a date). */
  readonly step?: number;
  /** Arguments of several calls. */
  readonly inputs: readonly (readonly unknown[])[];
}

/** Rows of one package: what they share is written once. */
export function rowsOf(
  shared: Pick<Row, "package" | "area"> & Partial<Pick<Row, "imports">>,
  rows: readonly (Omit<Row, "package" | "area" | "imports"> & Partial<Pick<Row, "imports" | "area">>)[],
): readonly Row[] {
  return rows.map((row) => ({ ...shared, imports: shared.imports ?? "", ...row }));
}
