/** The plural of a name, and the singular of one that is a plural: `energy` and `energies`, `rowIndex` and `rowIndices`. */
import { capitalized } from "./capitalized.ts";

const irregular: readonly (readonly [one: string, many: string])[] = [
  ["index", "indices"],
  ["vertex", "vertices"],
  ["matrix", "matrices"],
  ["axis", "axes"],
  ["basis", "bases"],
  ["bias", "biases"],
  ["radius", "radii"],
  ["half", "halves"],
  ["leaf", "leaves"],
  ["tanh", "tanhs"],
  ["sinh", "sinhs"],
  ["cosh", "coshs"],
];

/** What an array of such values is called. */
export function plural(name: string): string {
  if (/^[i-l]$/.test(name)) return `${name}Indices`;
  for (const [one, many] of irregular) {
    const ended = withEnd(name, one, many);
    if (ended !== undefined) return ended;
  }
  if (/[a-z](?:ss|[nrt]ch|sh|[ao]x)$|^(?:max|box)$/.test(name)) return `${name}es`;
  if (/[a-z][^aeiouA-Z\d]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  if (/[a-z]{2}s$/.test(name)) return `kept${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return `${name}s`;
}

/** What an entry is called of an array of this name; undefined if it is no plural. */
export function singular(name: string): string | undefined {
  for (const [one, many] of irregular) {
    const ended = withEnd(name, many, one);
    if (ended !== undefined) return ended;
  }
  if (/(?:ss|us|is|gas|[bB]ias|alias|atlas|canvas|series)$/.test(name) || !/^.\d+s$|^.{4}/.test(name)) return undefined;
  if (/(?:ss|ch|sh|[ao]x)es$/.test(name)) return name.slice(0, -2);
  if (/[a-z][^aeiou]ies$/.test(name)) return `${name.slice(0, -3)}y`;
  return /[a-z\d]s$/.test(name) ? name.slice(0, -1) : undefined;
}

/** The name with another end, if it has this one as a word of its own or as its last word. */
function withEnd(name: string, end: string, replacement: string): string | undefined {
  if (name === end) return replacement;
  return name.endsWith(capitalized(end)) ? name.slice(0, -end.length) + capitalized(replacement) : undefined;
}
