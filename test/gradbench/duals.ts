/** Numbers with their derivatives in several directions, as plain as they can be. */
export interface Dual {
  readonly value: number;
  readonly slopes: readonly number[];
}

export type Operand = Dual | number;

export const valueOf = (x: Operand): number => (typeof x === "number" ? x : x.value);
/** Of a number that depends on none of the directions they are 0. */
export const slopesOf = (x: Operand, directions: number): readonly number[] => {
  return typeof x === "number" ? new Array<number>(directions).fill(0) : x.slopes;
};

/** Numbers that are the directions themselves, from the given one on, of so many in all. */
export function variables(values: readonly number[], first = 0, directions = values.length): Dual[] {
  return values.map((value, k) => ({ value, slopes: unit(first + k, directions) }));
}

function unit(k: number, directions: number): number[] {
  return Array.from({ length: directions }, (_, j) => (j === k ? 1 : 0));
}

function combined(value: number, x: Operand, byX: number, y: Operand = 0, byY = 0): Operand {
  if (typeof x === "number" && typeof y === "number") return value;
  const directions = (typeof x === "number" ? (y as Dual) : x).slopes.length;
  const [dx, dy] = [slopesOf(x, directions), slopesOf(y, directions)];
  return { value, slopes: dx.map((slope, k) => (slope && byX * slope) + (dy[k]! && byY * dy[k]!)) };
}

export const add = (...terms: Operand[]): Operand => {
  return terms.reduce((x, y) => combined(valueOf(x) + valueOf(y), x, 1, y, 1), 0);
};
export const mul = (...factors: Operand[]): Operand => {
  return factors.reduce((x, y) => combined(valueOf(x) * valueOf(y), x, valueOf(y), y, valueOf(x)), 1);
};
export const sub = (x: Operand, y: Operand): Operand => combined(valueOf(x) - valueOf(y), x, 1, y, -1);
export const div = (x: Operand, y: Operand): Operand => {
  const [a, b] = [valueOf(x), valueOf(y)];
  return combined(a / b, x, 1 / b, y, -a / (b * b));
};
export const sqrt = (x: Operand): Operand => combined(Math.sqrt(valueOf(x)), x, 0.5 / Math.sqrt(valueOf(x)));
export const exp = (x: Operand): Operand => combined(Math.exp(valueOf(x)), x, Math.exp(valueOf(x)));
export const log = (x: Operand): Operand => combined(Math.log(valueOf(x)), x, 1 / valueOf(x));
export const sin = (x: Operand): Operand => combined(Math.sin(valueOf(x)), x, Math.cos(valueOf(x)));
export const cos = (x: Operand): Operand => combined(Math.cos(valueOf(x)), x, -Math.sin(valueOf(x)));
export const tanh = (x: Operand): Operand => combined(Math.tanh(valueOf(x)), x, 1 - Math.tanh(valueOf(x)) ** 2);
export const dot = (x: readonly Operand[], y: readonly Operand[]): Operand =>
  add(...x.map((each, k) => mul(each, y[k]!)));
