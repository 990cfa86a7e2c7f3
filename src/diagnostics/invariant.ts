/** Thrown for faults of adjoint-gen itself, never for faults of its input. The command line exits with 70. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** Asserts what must hold by our own construction. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** Ends a switch over a union: a new variant then fails to compile. */
export function assertNever(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`);
}

/** The value, which our own construction promises to be there. */
export function present<T>(value: T | undefined, what = "value"): T {
  if (value === undefined) throw new InternalError(`missing ${what}`);
  return value;
}
