import { commandLineEntries } from "./catalog/command-line.ts";
import { languageEntries } from "./catalog/language.ts";
import { tagEntries } from "./catalog/tags.ts";
import { trapEntries } from "./catalog/traps.ts";
import type { CatalogEntry } from "./entry.ts";

/** Every diagnostic: ADJ0xxx files and options, ADJ1xxx tags, ADJ2xxx the language, ADJ3xxx traps. */
export const catalog = { ...commandLineEntries, ...tagEntries, ...languageEntries, ...trapEntries } satisfies Record<
  string,
  CatalogEntry
> as { readonly [Code in DiagnosticCode]: CatalogEntry };

export type DiagnosticCode =
  keyof typeof commandLineEntries | keyof typeof tagEntries | keyof typeof languageEntries | keyof typeof trapEntries;
