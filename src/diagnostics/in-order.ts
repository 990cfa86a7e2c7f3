import type { Diagnostic } from "./diagnostic.ts";

/** By place, as they are read, those of the file that is compiled first; each once. */
export function inOrder(diagnostics: readonly Diagnostic[], compiled: string): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((made) => [JSON.stringify([made.code, made.message, made.span]), made]));
  const place = ({ span }: Diagnostic): readonly [string, number, number] => [
    span === undefined || span.file === compiled ? "" : span.file,
    span?.line ?? 0,
    span?.column ?? 0,
  ];
  return [...unique.values()].sort((a, b) => {
    const [fileA, lineA, columnA] = place(a);
    const [fileB, lineB, columnB] = place(b);
    return fileA === fileB ? lineA - lineB || columnA - columnB : fileA < fileB ? -1 : 1;
  });
}
