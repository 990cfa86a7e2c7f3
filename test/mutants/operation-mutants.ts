/** Faults in the table of operations: what an operand receives. */
import type { Mutant } from "./mutant.ts";

const arithmetic = "src/operations/arithmetic.ts";

export const operationMutants: readonly Mutant[] = [
  {
    name: "sub: the sign of the second operand is lost",
    file: arithmetic,
    find: "pullback: (_, __, d) => [d, neg(d)],",
    replace: "pullback: (_, __, d) => [d, d],",
    caughtBy: { test: "operations", named: "pullback agrees with differences" },
  },
  {
    name: "mul: operands are swapped",
    file: arithmetic,
    find: "pullback: ([x, y], _, d) => [mul(d, y!), mul(d, x!)],",
    replace: "pullback: ([x, y], _, d) => [mul(d, x!), mul(d, y!)],",
    caughtBy: { test: "operations", named: "pullback agrees with differences" },
  },
  {
    name: "div: the divisor receives nothing",
    file: arithmetic,
    find: "pullback: ([, y], out, d) => [div(d, y!), neg(mul(div(d, y!), out))],",
    replace: "pullback: ([, y], _, d) => [div(d, y!), undefined],",
    caughtBy: { test: "operations", named: "pullback agrees with differences" },
  },
  {
    name: "rem: the divisor is rounded down, not towards 0",
    file: arithmetic,
    find: '[d, neg(mul(d, apply("trunc", div(x!, y!))))]',
    replace: '[d, neg(mul(d, apply("floor", div(x!, y!))))]',
    caughtBy: { test: "operations", named: "at kinks" },
  },
  {
    name: "hypot: a guard is missing at the origin",
    file: arithmetic,
    find: 'choose(apply("eq", out, zero), zero, div(mul(d, operand), out))',
    replace: "div(mul(d, operand), out)",
    caughtBy: { test: "operations", named: "at kinks" },
  },
  {
    name: "max: a tie goes to the second",
    file: "src/operations/piecewise.ts",
    find: 'toFirstThatAttains("ge", "gt", x!, y!, out, d)',
    replace: 'toFirstThatAttains("gt", "ge", x!, y!, out, d)',
    caughtBy: { test: "operations", named: "at kinks" },
  },
  {
    name: "atan2: operands are swapped",
    file: "src/operations/transcendental.ts",
    find: "return [div(mul(d, x!), square), neg(div(mul(d, y!), square))];",
    replace: "return [neg(div(mul(d, y!), square)), div(mul(d, x!), square)];",
    caughtBy: { test: "operations", named: "pullback agrees with differences" },
  },
];
