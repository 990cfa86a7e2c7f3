/**
 * What models import. Nothing here computes a derivative at run time: `grad(f)` and its kind stand for a generated
 * function, and are replaced by it at compile time.
 */

/** The tangent of a value: the same structure, floats alone. */
export type Tangent<T> = T extends number
  ? number
  : T extends Float32Array | Float64Array
    ? T
    : T extends readonly number[]
      ? { [K in keyof T]: number }
      : T extends object
        ? { [K in keyof T as T[K] extends number | object ? K : never]: Tangent<T[K]> }
        : never;

/** Thrown by a marker that was not replaced. */
export class NotCompiledError extends Error {
  override readonly name = "NotCompiledError";

  constructor(marker: string) {
    super(
      `${marker}() was called at run time: it is replaced at compile time, by a hook that this build does not have. ` +
        `Tag the function with @${marker}, run adjoint-gen on its file, and import the function that it generates.`,
    );
  }
}

/**
 * The value of `x`, which is a constant to every derivative. At run time it is `x`, so that the model runs as it stands; in what
 * is generated it leaves no trace.
 */
export function stopGradient<T>(x: T): T {
  return x;
}

/** The gradient of a function that returns a number. */
export function grad<Arguments extends unknown[]>(
  _f: (...args: Arguments) => number,
  ..._wrt: readonly string[]
): (...args: Arguments) => { value: number; grad: Readonly<Record<string, unknown>> } {
  throw new NotCompiledError("grad");
}

/** The vector-Jacobian product of a function. */
export function vjp<Arguments extends unknown[], Result>(
  _f: (...args: Arguments) => Result,
  ..._wrt: readonly string[]
): (...args: [...Arguments, seed: Tangent<Result>]) => { value: Result; grad: Readonly<Record<string, unknown>> } {
  throw new NotCompiledError("vjp");
}
