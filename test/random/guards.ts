/** Applications of functions, kept away from poles and from the edges of their domains by what is known of the operand. */
import type { Piece } from "./context.ts";
import { atom, isSimple, parenthesized } from "./pieces.ts";
import type { Range } from "./scope.ts";

const size = ({ low, high }: Range) => Math.max(Math.abs(low), Math.abs(high));

function math(name: string, operands: readonly Piece[], low: number, high: number): Piece {
  return { ...atom(`Math.${name}(${operands.map((x) => parenthesized(x, 2)).join(", ")})`, low, high), precedence: 18 };
}

const sine = (x: Piece) => math("sin", [x], -1, 1);

function infix(left: Piece, operator: string, right: Piece, precedence: number, range: Range): Piece {
  const text = `${parenthesized(left, precedence)} ${operator} ${parenthesized(right, precedence + 1)}`;
  return { text, precedence, range };
}

const plus = (left: Piece, right: Piece) =>
  infix(left, "+", right, 11, { low: left.range.low + right.range.low, high: left.range.high + right.range.high });

function times(left: Piece, right: Piece): Piece {
  const { range: a } = left;
  const { range: b } = right;
  const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return infix(left, "*", right, 12, { low: Math.min(...products), high: Math.max(...products) });
}

/** At least `least`. */
function positive(x: Piece, least: number): Piece {
  if (x.range.low >= least) return x;
  if (isSimple(x) && size(x.range) < 10) return plus(atom(String(least + 0.5), least + 0.5, least + 0.5), square(x));
  if (x.text.length % 2 === 0) return plus(math("abs", [x], 0, size(x.range)), atom(String(least), least, least));
  return plus(atom(String(least + 1.2), least + 1.2, least + 1.2), sine(x));
}

/** Not near 0. */
function nonZero(x: Piece): Piece {
  return x.range.high <= -0.4 ? x : positive(x, 0.4);
}

/** At most `most` in size. */
export function small(x: Piece, most: number): Piece {
  if (size(x.range) <= most) return x;
  return most >= 1 ? sine(x) : times(atom(String(most), most, most), sine(x));
}

function square(x: Piece): Piece {
  const most = size(x.range) ** 2;
  return infix(x, "*", x, 12, { low: 0, high: most });
}

function power(x: Piece, exponent: string, range: Range): Piece {
  return { text: `${parenthesized(x, 15)} ** ${exponent}`, precedence: 13, range };
}

export function guardedUnary(name: string, x: Piece): Piece {
  const { low, high } = x.range;
  const most = size(x.range);
  switch (name) {
    case "-":
      return { text: `-${parenthesized(x, 15)}`, precedence: 14, range: { low: -high, high: -low } };
    case "+":
      return { text: `+${parenthesized(x, 15)}`, precedence: 14, range: x.range };
    case "sin":
    case "cos":
    case "tanh":
      return math(name, [x], -1, 1);
    case "atan":
    case "asinh":
      return math(name, [x], -Math.asinh(most), Math.asinh(most));
    case "exp":
    case "expm1":
    case "sinh":
    case "cosh": {
      const operand = high <= 2.5 && (low >= -2.5 || name.startsWith("exp")) ? x : sine(x);
      return math(name, [operand], name === "exp" || name === "cosh" ? 0 : -12, 12);
    }
    case "sqrt":
      return math(name, [positive(x, 0.2)], 0.4, Math.sqrt(most * most + 2));
    case "log":
    case "log2":
    case "log10":
      return math(name, [positive(x, 0.2)], -2.4, Math.log2(most * most + 2));
    case "log1p":
      return math(name, [low >= -0.6 ? x : sine(small(x, 0.6))], -1, Math.log1p(Math.max(1, high)));
    case "cbrt":
      return math(name, [positive(x, 0.2)], 0.5, 2 + most);
    case "square":
      return isSimple(x) ? square(x) : power(x, "2", { low: 0, high: most * most });
    case "cube":
      return power(small(x, 3), "3", { low: -27, high: 27 });
    case "reciprocal":
      return infix(atom("1", 1, 1), "/", nonZero(x), 12, { low: -2.5, high: 2.5 });
    case "sigmoid": {
      const sum = plus(atom("1", 1, 1), math("exp", [guardedUnary("-", small(x, 20))], 0, 2));
      return infix(atom("1", 1, 1), "/", sum, 12, { low: 0, high: 1 });
    }
    case "tan":
      return math(name, [small(x, 1.1)], -2, 2);
    case "asin":
    case "acos":
    case "atanh":
      return math(name, [small(x, 0.9)], -1.6, 3.2);
    case "acosh":
      return math(name, [positive(x, 1.3)], 0.7, 1 + most);
    case "abs":
      return math(name, [x], 0, most);
    case "relu":
      return math("max", [atom("0", 0, 0), x], 0, Math.max(0, high));
    case "sign":
      return math(name, [x], -1, 1);
    default:
      return math(name, [x], low - 1, high + 1);
  }
}

export function guardedBinary(operator: string, x: Piece, y: Piece): Piece {
  const most = size(x.range) + size(y.range);
  switch (operator) {
    case "+":
      return plus(x, y);
    case "-":
      return infix(x, "-", y, 11, { low: x.range.low - y.range.high, high: x.range.high - y.range.low });
    case "*":
      return times(x, y);
    case "/":
      return infix(x, "/", nonZero(y), 12, { low: -2.5 * size(x.range), high: 2.5 * size(x.range) });
    case "%":
      return infix(x, "%", nonZero(y), 12, { low: -size(y.range), high: size(y.range) });
    case "max":
    case "min":
      return math(operator, [x, y], -most, most);
    case "max3":
    case "min3":
      return math(operator.slice(0, 3), [x, y, atom("0.3", 0.3, 0.3)], -most, most);
    case "hypot":
      return math("hypot", [x, y], 0, most);
    case "hypot3":
      return math("hypot", [x, y, atom("0.7", 0.7, 0.7)], 0, most + 1);
    case "atan2":
      return math("atan2", [x, nonZero(y)], -3.2, 3.2);
    default: {
      // A power with a whole exponent takes any base; else the base must be positive.
      const exponents = ["2", "3", "0.5", "1.5", "-1", "1"];
      const constant = y.precedence !== 20 || /^\d/.test(y.text) ? undefined : exponents[y.text.length % 6];
      const whole = constant === "2" || constant === "3" || constant === "1";
      const base = whole ? small(x, 4) : positive(small(x, 3), 0.4);
      const exponent = constant === undefined ? small(y, 2) : atom(constant, 0, 0);
      const range = { low: -64, high: 64 };
      if (operator === "pow") return math("pow", [base, exponent], range.low, range.high);
      return { text: `${parenthesized(base, 15)} ** ${parenthesized(exponent, 13)}`, precedence: 13, range };
    }
  }
}

/** `x`, made at most `most` in size in one of several ways. */
export function fitted(x: Piece, most: number, way: number): Piece {
  if (size(x.range) <= most) return x;
  if (most < 1.5) return way % 2 === 0 ? sine(x) : math("cos", [x], -1, 1);
  const bounded = [sine(x), math("atan", [x], -1.6, 1.6), math("tanh", [x], -1, 1)];
  const scaled = size(x.range) <= 10 * most ? [times(atom("0.1", 0.1, 0.1), x)] : [];
  const rational = isSimple(x) ? [infix(x, "/", plus(atom("1", 1, 1), square(x)), 12, { low: -0.5, high: 0.5 })] : [];
  const ways = [...scaled, ...rational, ...bounded];
  return ways[way % ways.length] ?? sine(x);
}
