/** A word as it stands within a longer name: `out` of `createOut`. */
export function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
