/**
 * What a tangent or adjoint is when all directions are taken at once: for each group of directions (an entry of wrt, or an
 * output) a linear form in what the graph has at hand.
 *
 * A group of one direction has one number. A group of as many directions as an array has entries has a sum of terms, each
 * a number times an atom: the unit vector of one entry, or a row that holds a number for each direction.
 *
 *   y = a * x[i] + b * z, of x of n entries:   dy = a * unit(i) + b * dz,   dz a row of n numbers
 *
 * So what depends on few entries costs as much as these do, and a row is made only where one is kept
 * (preaccumulation: Griewank & Walther, chapter 10).
 */
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import type { ValueId } from "../../../src/ir/graph.ts";
import type { Storage } from "./storage.ts";

/** Of directions: one, or one for each entry of an array. */
export interface DirectionGroup {
  readonly index: number;
  /** The parameter of the graph that names the direction. */
  readonly seed: ValueId;
  /** How many directions; undefined for a number. */
  readonly count: ValueId | undefined;
  /** What stands behind the names of numbers that belong to it: `dydx`. */
  readonly suffix: string;
}

/** Where a value stands, or the number that it is. */
export type EntryIndex = ValueId | { readonly constant: number };

export type Atom =
  /** `isChosen`: only some ways come to it; on others the factor is 0, and there may be no such entry. */
  | { readonly kind: "unit"; readonly key: string; readonly entry: EntryIndex; readonly isChosen?: true }
  | { readonly kind: "row"; readonly key: string; readonly storage: Storage; readonly entry: EntryIndex | undefined };

/** A factor; most are 1. */
export type Coefficient = ValueId | "one";

export interface Term {
  readonly atom: Atom;
  readonly coefficient: Coefficient;
}

export type GroupForm =
  | { readonly kind: "number"; readonly value: ValueId }
  | { readonly kind: "sum"; readonly terms: ReadonlyMap<string, Term> };

/** By the index of the group; without an entry it is 0. */
export type Form = ReadonlyMap<number, GroupForm>;

export const zeroForm: Form = new Map();

export function sumOf(terms: readonly Term[]): GroupForm {
  return { kind: "sum", terms: new Map(terms.map((term) => [term.atom.key, term])) };
}

export function termsOf(form: GroupForm | undefined): readonly Term[] {
  return form?.kind === "sum" ? [...form.terms.values()] : [];
}

/** The numbers of a row as they are. */
export function rowForm(storage: Storage, entry?: EntryIndex): GroupForm {
  const key = `row ${storage.key} ${entryKey(entry)}`;
  return sumOf([{ atom: { kind: "row", key, storage, entry }, coefficient: "one" }]);
}

/** What tells one entry from another. */
export function entryKey(entry: EntryIndex | undefined): string {
  if (entry === undefined) return "";
  return typeof entry === "object" ? `=${entry.constant}` : String(entry);
}

/** Whether the form is the row as it is. */
export function isRow(part: GroupForm | undefined, { key }: Storage): boolean {
  const [term, ...others] = termsOf(part);
  if (term === undefined || others.length > 0 || term.coefficient !== "one") return false;
  return term.atom.kind === "row" && term.atom.storage.key === key && term.atom.entry === undefined;
}

export function coefficientValue(build: GraphBuilder, coefficient: Coefficient): ValueId {
  return coefficient === "one" ? build.constant(1) : coefficient;
}

/** Every number within changed by a linear map. */
export function mapForm(build: GraphBuilder, form: Form, map: (value: ValueId) => ValueId): Form {
  return new Map(
    [...form].map(([group, part]): [number, GroupForm] => {
      if (part.kind === "number") return [group, { kind: "number", value: map(part.value) }];
      const terms = [...part.terms.values()].map(({ atom, coefficient }) => {
        return { atom, coefficient: map(coefficientValue(build, coefficient)) };
      });
      return [group, sumOf(terms)];
    }),
  );
}

/** Times a number; `1 * factor` is the factor itself. */
export function scaled(build: GraphBuilder, form: Form, factor: ValueId): Form {
  const times = (value: ValueId): ValueId => build.operation("mul", [value, factor]);
  return new Map(
    [...form].map(([group, part]): [number, GroupForm] => {
      if (part.kind === "number") return [group, { kind: "number", value: times(part.value) }];
      const terms = [...part.terms.values()].map(({ atom, coefficient }) => {
        return { atom, coefficient: coefficient === "one" ? factor : times(coefficient) };
      });
      return [group, sumOf(terms)];
    }),
  );
}

export function addForms(build: GraphBuilder, a: Form, b: Form): Form {
  const sum = new Map(a);
  for (const [group, part] of b) {
    const before = sum.get(group);
    sum.set(group, before === undefined ? part : addParts(build, before, part));
  }
  return sum;
}

export function negated(build: GraphBuilder, form: Form): Form {
  return mapForm(build, form, (value) => build.operation("neg", [value]));
}

function addParts(build: GraphBuilder, a: GroupForm, b: GroupForm): GroupForm {
  if (a.kind === "number" && b.kind === "number") {
    return { kind: "number", value: build.operation("add", [a.value, b.value]) };
  }
  if (a.kind === "number" || b.kind === "number") throw new TypeError("a group has one direction or many");
  const terms = new Map(a.terms);
  for (const [key, term] of b.terms) {
    const before = terms.get(key);
    const coefficient =
      before === undefined
        ? term.coefficient
        : build.operation("add", [
            coefficientValue(build, before.coefficient),
            coefficientValue(build, term.coefficient),
          ]);
    terms.set(key, { atom: (before ?? term).atom, coefficient });
  }
  return { kind: "sum", terms };
}
