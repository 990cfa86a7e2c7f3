/** The words that begin a tag. Apart from the parser of tags, so that whoever looks for models need not load it. */
import { nearest } from "../diagnostics/nearest.ts";
import type { Mode } from "../ir/signature.ts";

export const modes: readonly Mode[] = ["grad", "vjp", "jvp", "hvp", "jacobian", "hessian"];
/** Marks of a function that is a rule for another one (rules.ts). */
export const rules = ["vjpOf", "jvpOf"];

/** Whether a tag chooses outputs; others are derivatives of the number that is returned. */
export function takesOutputs(mode: Mode): boolean {
  return mode === "vjp" || mode === "jvp" || mode === "jacobian";
}

/** Whether a tag may add to what `out` holds. */
export function accumulates(mode: Mode): boolean {
  return mode === "grad" || mode === "vjp";
}

/** Whether a tag gives matrices, which may come in compressed rows. */
export function givesMatrices(mode: Mode): boolean {
  return mode === "jacobian" || mode === "hessian";
}

export function isMode(name: string): name is Mode {
  return modes.some((mode) => mode === name);
}

export function isTagName(name: string): boolean {
  return isMode(name) || rules.includes(name);
}

/** The tag that a word is written for that is none: `@Grad`, `@gard`. */
export function tagMeantBy(name: string): string | undefined {
  if (isTagName(name)) return undefined;
  const lower = name.toLowerCase();
  return lower === "gradient" ? "grad" : nearest(lower, modes);
}

/** Quick, and never wrong where it says no: a misspelt tag is one, too. */
export function mayHaveTags(text: string): boolean {
  const words = new Set(Array.from(text.matchAll(/@(\w+)/g), ([, word = ""]) => word));
  return [...words].some((word) => isTagName(word) || tagMeantBy(word) !== undefined);
}
