/** The numbers that a loop or branch carries for the directions of one group: the factors of atoms that stay the same. */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { ValueId } from "../../../src/ir/graph.ts";
import { type Atom, type DirectionGroup, type GroupForm, sumOf, termsOf } from "./linear-form.ts";

export interface Carrier {
  /** Which of the numbers of the loop or branch it is of. */
  readonly at: number;
  readonly group: DirectionGroup;
  readonly count: number;
  /** The numbers for a form. */
  readonly split: (part: GroupForm | undefined) => readonly ValueId[];
  /** The form that the numbers stand for. */
  readonly join: (values: readonly ValueId[]) => GroupForm;
}

/** `zero` and `one` are constants that are known where the numbers are. */
export function carrierOf(
  at: number,
  group: DirectionGroup,
  atoms: ReadonlyMap<string, Atom>,
  constants: { readonly zero: ValueId; readonly one: ValueId },
): Carrier {
  const { zero, one } = constants;
  if (group.count === undefined) {
    return {
      at,
      group,
      count: 1,
      split: (part) => [part?.kind === "number" ? part.value : zero],
      join: ([value]) => ({ kind: "number", value: present(value) }),
    };
  }
  const all = [...atoms.values()];
  return {
    at,
    group,
    count: all.length,
    split: (part) => {
      const terms = new Map(termsOf(part).map((term) => [term.atom.key, term] as const));
      return all.map(({ key }) => {
        const coefficient = terms.get(key)?.coefficient;
        if (coefficient === undefined) return zero;
        return coefficient === "one" ? one : coefficient;
      });
    },
    join: (values) => sumOf(all.map((atom, k) => ({ atom, coefficient: present(values[k]) }))),
  };
}
