/** A small deterministic generator (mulberry32), so that every run of the tests sees the same inputs. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number;
  readonly uniform: (low: number, high: number) => number;
  readonly f64: (length: number, low?: number, high?: number) => Float64Array;
  /** Multiples of 2⁻¹⁰, so that the steps of a difference quotient are exact in float32. */
  readonly f32: (length: number, low?: number, high?: number) => Float32Array;
  readonly numbers: (length: number, low?: number, high?: number) => number[];
  /** Integers in [0, bound). */
  readonly integers: (length: number, bound: number) => Int32Array;
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const uniform = (low: number, high: number) => low + (high - low) * next();
  return {
    next,
    uniform,
    f64: (length, low = -1, high = 1) => Float64Array.from({ length }, () => uniform(low, high)),
    f32: (length, low = -1, high = 1) =>
      Float32Array.from({ length }, () => Math.round(uniform(low, high) * 1024) / 1024),
    numbers: (length, low = -1, high = 1) => Array.from({ length }, () => uniform(low, high)),
    integers: (length, bound) => Int32Array.from({ length }, () => Math.floor(next() * bound)),
  };
}
