import { isOperationName, type OperationName } from "./table.ts";

/** What the result of an operation is called where it has no name: as a local, and as an array of such results. */
export interface Word {
  readonly one: string | undefined;
  readonly many: string;
}

const words: { readonly [Name in OperationName]?: Word } = {
  add: { one: undefined, many: "sums" },
  sub: { one: undefined, many: "differences" },
  mul: { one: undefined, many: "products" },
  div: { one: undefined, many: "quotients" },
  rem: { one: "remainder", many: "remainders" },
  pow: { one: "power", many: "powers" },
  sqrt: { one: "root", many: "roots" },
  cbrt: { one: "root", many: "roots" },
  hypot: { one: "norm", many: "norms" },
  exp: { one: "e", many: "exponentials" },
  expm1: { one: undefined, many: "exponentials" },
  log: { one: "logarithm", many: "logarithms" },
  log1p: { one: "logarithm", many: "logarithms" },
  log2: { one: "logarithm", many: "logarithms" },
  log10: { one: "logarithm", many: "logarithms" },
  sin: { one: "sine", many: "sines" },
  cos: { one: "cosine", many: "cosines" },
  tan: { one: "tangent", many: "tangents" },
  asin: { one: "angle", many: "angles" },
  acos: { one: "angle", many: "angles" },
  atan: { one: "angle", many: "angles" },
  atan2: { one: "angle", many: "angles" },
  sinh: { one: "sinh", many: "sinhs" },
  cosh: { one: "cosh", many: "coshs" },
  tanh: { one: "tanh", many: "tanhs" },
  abs: { one: "size", many: "sizes" },
  sign: { one: "sign", many: "signs" },
  max: { one: undefined, many: "maxima" },
  min: { one: undefined, many: "minima" },
  floor: { one: "whole", many: "wholes" },
  ceil: { one: "whole", many: "wholes" },
  round: { one: "whole", many: "wholes" },
  trunc: { one: "whole", many: "wholes" },
  stepsToSnapshot: { one: "stride", many: "strides" },
};

export function wordOf(operation: string): Word | undefined {
  return isOperationName(operation) ? words[operation] : undefined;
}
