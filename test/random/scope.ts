/**
 * What a random program can refer to at one place, and what is known of it there.
 *
 * Ranges are what the values are likely to be, not a proof: the printer squashes what might leave them, so that programs
 * stay tame, and the few that do not are dropped when they run (execute.ts).
 */

import type { Idiom } from "./idioms/idiom.ts";

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** `n`, `m`, `n * m`, `2 * n` entries, or three. */
export type Size = "n" | "m" | "nm" | "2n" | "three";
export type Element = "f64" | "f32" | "number" | "i32";

export interface NumberBinding {
  readonly text: string;
  readonly range: Range;
  readonly mutable: boolean;
}
export interface IntegerBinding {
  readonly text: string;
  /** Its values are in 0 … size - 1; else they are not negative. */
  readonly below: Size | undefined;
  readonly mutable: boolean;
}
export interface FlagBinding {
  readonly text: string;
  readonly mutable: boolean;
}
/** The memory behind an array and all its aliases and views. */
export interface Root {
  written: boolean;
}
export interface ArrayBinding {
  readonly text: string;
  readonly element: Element;
  readonly size: Size;
  readonly roots: readonly Root[];
  readonly writable: boolean;
  readonly isParameter?: boolean;
  /** What the entries of an integer array are below. */
  readonly below?: Size;
}

export interface Scope {
  readonly numbers: NumberBinding[];
  readonly integers: IntegerBinding[];
  readonly flags: FlagBinding[];
  readonly arrays: ArrayBinding[];
  /** What can be done with the parameters of structured types (structures/). */
  readonly uses: Idiom[];
  readonly names: Set<string>;
}

export function emptyScope(): Scope {
  return { numbers: [], integers: [], flags: [], arrays: [], uses: [], names: new Set() };
}

/** A scope that sees all of `outer`, and whose own declarations `outer` does not see. */
export function innerScope(outer: Scope): Scope {
  return {
    numbers: [...outer.numbers],
    integers: [...outer.integers],
    flags: [...outer.flags],
    arrays: [...outer.arrays],
    uses: [...outer.uses],
    names: new Set(outer.names),
  };
}

/** The first of `candidates` that nothing in scope is called; with a number behind it when all are taken. */
export function freshName(scope: Scope, candidates: readonly string[]): string {
  for (let round = 1; ; round++) {
    for (const candidate of candidates) {
      const name = round === 1 ? candidate : `${candidate}${round}`;
      if (scope.names.has(name)) continue;
      scope.names.add(name);
      return name;
    }
  }
}

export function pickFrom<T>(choices: readonly T[], pick: number): T | undefined {
  return choices.length === 0 ? undefined : choices[pick % choices.length];
}
