/** One call of one tagged function of a fixture, and what is known about its result. */
export interface ModelCase {
  /** The tagged function. */
  readonly function: string;
  /** What this case is about. */
  readonly note: string;
  /** Fresh arguments for one call; those at the end may be left out where the function has defaults. */
  readonly inputs: () => unknown[];
  /** For a vjp: the seed. */
  readonly seed?: () => unknown;
  /** Relative to the largest entry of the gradient; 1e-12 without it. */
  readonly tolerance?: number;
  /** Central differences: off where the function has a kink at the inputs, or is too wild for them; else step and tolerance. */
  readonly differences?: false | { readonly step?: number; readonly tolerance?: number };
  /** Off where forward mode has no number: an infinite slope that reverse mode multiplies by an adjoint of 0. */
  readonly duals?: false;
  /** Known values: `value`, and gradients by name. */
  readonly expected?: { readonly value?: unknown; readonly grad?: Readonly<Record<string, unknown>> };
  /** The call throws an error with this message, and so does the derivative. */
  readonly throws?: RegExp;
}

/** The relative error that `roundings` successive roundings to float32 may leave: each is at most 2⁻²⁴. */
export function float32Bound(roundings: number): number {
  return roundings * 2 ** -24;
}

/** Relative, where a case has none of its own. */
export const defaultTolerance = 1e-12;
