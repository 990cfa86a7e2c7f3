/**
 * Sizes of arrays: polynomials in numbers that are known where the array is allocated, and in the greatest of two of
 * them, quotients and the like. What is sure to be above another needs no `Math.max`.
 */
import type { GraphBuilder } from "../ir/builder.ts";
import type { ValueId } from "../ir/graph.ts";

export interface Size {
  readonly constant: number;
  readonly terms: ReadonlyMap<string, Term>;
}

interface Term {
  readonly coefficient: number;
  readonly atoms: readonly Atom[];
}

/** A number that is there, or an operation. */
type Atom = { readonly key: string; readonly isNeverNegative: boolean } & (
  | { readonly kind: "value"; readonly id: ValueId }
  | { readonly kind: "operation"; readonly operation: string; readonly operands: readonly Size[] }
);

export function constant(value: number): Size {
  return { constant: value, terms: new Map() };
}

export function valueSize(id: ValueId, isNeverNegative: boolean): Size {
  return ofAtom({ kind: "value", id, key: `%${id}`, isNeverNegative });
}

export function operation(name: string, operands: readonly Size[], isNeverNegative = false): Size {
  const key = `${name}(${operands.map(keyOf).join(", ")})`;
  return ofAtom({ kind: "operation", operation: name, operands, key, isNeverNegative });
}

function ofAtom(atom: Atom): Size {
  return { constant: 0, terms: new Map([[atom.key, { coefficient: 1, atoms: [atom] }]]) };
}

function keyOf(size: Size): string {
  const terms = [...size.terms].map(([key, { coefficient }]) => `${coefficient} ${key}`);
  return [...terms.sort(), String(size.constant)].join(" + ");
}

export function constantOf(size: Size): number | undefined {
  return size.terms.size === 0 ? size.constant : undefined;
}

export function sum(x: Size, y: Size): Size {
  const terms = new Map(x.terms);
  for (const [key, { coefficient, atoms }] of y.terms) {
    const both = coefficient + (terms.get(key)?.coefficient ?? 0);
    if (both === 0) terms.delete(key);
    else terms.set(key, { coefficient: both, atoms });
  }
  return { constant: x.constant + y.constant, terms };
}

export function difference(x: Size, y: Size): Size {
  return sum(x, product(constant(-1), y));
}

export function product(x: Size, y: Size): Size {
  let result = constant(0);
  for (const a of monomials(x)) {
    for (const b of monomials(y)) {
      const atoms = [...a.atoms, ...b.atoms].sort((one, other) => (one.key < other.key ? -1 : 1));
      const coefficient = a.coefficient * b.coefficient;
      if (coefficient === 0) continue;
      const key = atoms.map((atom) => atom.key).join(" * ");
      const part =
        atoms.length === 0 ? constant(coefficient) : { constant: 0, terms: new Map([[key, { coefficient, atoms }]]) };
      result = sum(result, part);
    }
  }
  return result;
}

function monomials(size: Size): readonly Term[] {
  return [...size.terms.values(), { coefficient: size.constant, atoms: [] }];
}

/** Whether the size is at least 0, whatever the numbers are. */
export function isNeverNegative(size: Size): boolean {
  return monomials(size).every(
    ({ coefficient, atoms }) => coefficient >= 0 && atoms.every((atom) => atom.isNeverNegative),
  );
}

export function greatest(x: Size, y: Size): Size {
  if (isNeverNegative(difference(x, y))) return x;
  if (isNeverNegative(difference(y, x))) return y;
  for (const [one, other] of [
    [x, y],
    [y, x],
  ] as const) {
    const parts = operandsOfGreatest(one);
    const isAbove = (part: Size): boolean => isNeverNegative(difference(other, part));
    if (parts?.some(isAbove)) {
      return parts.filter((part) => !isAbove(part)).reduce((most, part) => greatest(part, most), other);
    }
    if (parts?.some((part) => isNeverNegative(difference(part, other)))) return one;
  }
  const [low, high] = constantOf(y) === undefined ? [x, y] : [y, x];
  return operation("max", [low, high], isNeverNegative(x) || isNeverNegative(y));
}

/** `max(a, b)` by itself. */
function operandsOfGreatest(size: Size): readonly Size[] | undefined {
  const [only, ...others] = size.terms.values();
  const [atom] = only?.atoms ?? [];
  const isAlone = size.constant === 0 && others.length === 0 && only?.coefficient === 1 && only.atoms.length === 1;
  return isAlone && atom?.kind === "operation" && atom.operation === "max" ? atom.operands : undefined;
}

export function atLeastZero(size: Size): Size {
  return greatest(constant(0), size);
}

export function both<Part>(
  x: Part | undefined,
  y: Part | undefined,
  join: (x: Part, y: Part) => Part,
): Part | undefined {
  return x === undefined || y === undefined ? undefined : join(x, y);
}

/** The size as a value, where the builder stands. */
export function buildSize(build: GraphBuilder, size: Size): ValueId {
  const ofProduct = ({ coefficient, atoms }: Term): ValueId => {
    const factors = atoms.map((atom) =>
      atom.kind === "value"
        ? atom.id
        : build.operation(
            atom.operation,
            atom.operands.map((operand) => buildSize(build, operand)),
          ),
    );
    if (coefficient !== 1 || factors.length === 0) factors.push(build.constant(coefficient));
    return factors.reduce((x, y) => build.operation("mul", [x, y]));
  };
  const terms = [...size.terms.values()].map(ofProduct);
  if (size.constant !== 0 || terms.length === 0) terms.push(build.constant(size.constant));
  return terms.reduce((x, y) => build.operation("add", [x, y]));
}
