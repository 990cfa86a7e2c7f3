/**
 * What models import. Nothing here computes a derivative at run time: `grad(f)` and its kind stand for a generated
 * function, and are replaced by it at compile time.
 */

type Integers = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;
type Nothing = Integers | string | boolean | null | undefined | ((...args: never[]) => unknown);

/** The tangent of a value: the same structure, floats alone. */
export type Tangent<T> = T extends Nothing
  ? never
  : T extends number
    ? number
    : T extends Float32Array
      ? Float32Array
      : T extends Float64Array
        ? Float64Array
        : T extends readonly unknown[]
          ? { [K in keyof T]: Tangent<T[K]> }
          : T extends object
            ? { [K in keyof T as [Tangent<T[K]>] extends [never] ? never : K]: Tangent<T[K]> }
            : never;

type AnyFunction = (...args: never[]) => unknown;
type Scalar = number | null | undefined;
type Floats = Float32Array | Float64Array | number[];

/**
 * What a name may stand for. TypeScript does not know what parameters are called: it is the tangent of any of them, or of the
 * member of that name of one that is destructured. Behind a dot there are names that it knows.
 */
type Named<P, Name extends string> = P extends Nothing
  ? never
  : Name extends `${string}.${infer Rest}`
    ? Member<P, Rest>
    : Tangent<P> | (P extends number | Floats ? never : Member<P, Name>);
type Member<P, Path extends string> = Path extends `${infer Key}.${infer Rest}`
  ? P extends { readonly [K in Key]: infer V }
    ? Member<V, Rest>
    : never
  : P extends { readonly [K in Path]?: infer V }
    ? Tangent<V>
    : never;
/** All at once: what it is used as is not checked further than that. */
type All<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;
type Nest<Name extends string, T> = Name extends `${infer Key}.${infer Rest}`
  ? { [K in Key]: Nest<Rest, T> }
  : { [K in Name]: T };
type Entry<F extends AnyFunction, Name extends string> = Named<Required<Parameters<F>>[number], Name>;

/** An object with a member for each name: what comes in, what comes out, and a matrix for each. */
export type Given<F extends AnyFunction, Names extends readonly string[]> = Names extends readonly []
  ? Readonly<Record<string, Entry<F, string>>>
  : All<{ [K in keyof Names]: Nest<Names[K], Entry<F, Names[K]>> }[number]>;
export type Found<F extends AnyFunction, Names extends readonly string[]> = Names extends readonly []
  ? Readonly<Record<string, All<Entry<F, string>>>>
  : All<{ [K in keyof Names]: Nest<Names[K], All<Entry<F, Names[K]>>> }[number]>;
export type Matrices<Names extends readonly string[]> = Names extends readonly []
  ? Readonly<Record<string, Float64Array>>
  : All<{ [K in keyof Names]: Nest<Names[K], Float64Array> }[number]>;

/** The tangent of what is returned; of array parameters that are written, one for each, by its name. */
type OfResult<F extends AnyFunction> = [Tangent<ReturnType<F>>] extends [never]
  ? Readonly<Record<string, Floats>>
  : Tangent<ReturnType<F>>;
type Called<F extends AnyFunction, Extra extends readonly unknown[], Result> = (
  ...args: [...Parameters<F>, ...Extra, out?: Result]
) => Result;

/** Thrown by what a marker gives, where that was not replaced. */
export class NotCompiledError extends Error {
  override readonly name = "NotCompiledError";

  constructor(marker: string) {
    super(
      `What ${marker}() gives was called at run time: it is replaced at compile time, by a hook that this build does not have. ` +
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

/** `@grad`: the value and the gradient of a function that returns a number. */
export function grad<F extends (...args: never[]) => Scalar, const Names extends readonly string[]>(
  _f: F,
  ..._wrt: Names
): Called<F, [], { value: ReturnType<F>; grad: Found<F, Names> }> {
  return missing("grad");
}

/** `@vjp`: the vector-Jacobian product of a function. */
export function vjp<F extends AnyFunction, const Names extends readonly string[]>(
  _f: F,
  ..._wrt: Names
): Called<F, [seed: OfResult<F>], { value: ReturnType<F>; grad: Found<F, Names> }> {
  return missing("vjp");
}

/** `@jvp`: the Jacobian-vector product of a function. */
export function jvp<F extends AnyFunction, const Names extends readonly string[]>(
  _f: F,
  ..._wrt: Names
): Called<F, [tangent: Given<F, Names>], { value: ReturnType<F>; tangent: OfResult<F> }> {
  return missing("jvp");
}

/** `@hvp`: value, gradient, and the Hessian times a vector. */
export function hvp<F extends (...args: never[]) => Scalar, const Names extends readonly string[]>(
  _f: F,
  ..._wrt: Names
): Called<F, [vector: Given<F, Names>], { value: ReturnType<F>; grad: Found<F, Names>; hvp: Found<F, Names> }> {
  return missing("hvp");
}

/** `@jacobian`: the Jacobian, a matrix for each name. */
export function jacobian<F extends AnyFunction, const Names extends readonly string[]>(
  _f: F,
  ..._wrt: Names
): Called<F, [], { value: ReturnType<F>; jacobian: Matrices<Names> }> {
  return missing("jacobian");
}

/** `@hessian`: value, gradient, and the Hessian over all names in order. */
export function hessian<F extends (...args: never[]) => Scalar, const Names extends readonly string[]>(
  _f: F,
  ..._wrt: Names
): Called<F, [], { value: ReturnType<F>; grad: Found<F, Names>; hessian: Float64Array }> {
  return missing("hessian");
}

/** A module may hold a marker for functions that are differentiated, and be run: the fault is to call what it gives. */
function missing(marker: string): () => never {
  return () => {
    throw new NotCompiledError(marker);
  };
}
