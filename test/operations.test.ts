import { describe, expect, test } from "vitest";
import { dualRuleOf } from "../src/ir/dual-rules.ts";
import { evaluateTerm } from "../src/operations/evaluate-term.ts";
import { isMark, zeroMarks } from "../src/operations/marks.ts";
import { operationTable, pullbackReads, readsOf, rowOf, type OperationName } from "../src/operations/table.ts";
import { constant, d, neg, operandTerms, out } from "../src/operations/terms.ts";

const all = Object.keys(operationTable) as OperationName[];
/** Marks are no operations of JavaScript, and their derivative is not that of their value. */
const names = all.filter((name) => !isMark(name));
const differentiable = names.filter((name) => operationTable[name].pullback !== "none");
/** All but fround: its rounding counts as exact, so its derivative is not what differences see. */
const smooth = differentiable.filter((name) => name !== "fround");

describe.each(names)("%s", (name) => {
  const row = rowOf(name);

  test("has samples that its evaluation accepts, and results of its type", () => {
    expect(row.samples.length).toBeGreaterThan(0);
    for (const x of row.samples) {
      if (row.arity === "variadic") expect(x.length).toBeGreaterThanOrEqual(2);
      else expect(x.length).toBe(row.arity);
      const value = row.evaluate(...x);
      expect(typeof value).toBe(row.result);
      expect(value).not.toBeNaN();
    }
  });

  test("costs something", () => expect(row.cost).toBeGreaterThan(0));

  test("names operations of the table alone in its pullback", () => {
    for (const x of row.samples) expect(() => pullbackAt(name, x, 1)).not.toThrow();
  });
});

describe("pullback agrees with differences", () => {
  test.each(smooth)("%s", (name) => {
    for (const x of operationTable[name].samples) {
      const contributions = pullbackAt(name, x, 1.25);
      x.forEach((_, k) => {
        const slope = differenceOf((at) => Number(rowOf(name).evaluate(...x.with(k, at))), x[k]!);
        expect(relativeError(contributions[k]!, 1.25 * slope)).toBeLessThan(1e-9);
      });
    }
  });
});

describe.each(differentiable)("pullback of %s", (name) => {
  const samples = operationTable[name].samples;

  test("agrees with the rule for dual numbers", () => {
    for (const x of samples) {
      const value = Number(rowOf(name).evaluate(...x));
      pullbackAt(name, x, -0.75).forEach((contribution, k) => {
        const direction = x.map((_, j) => (j === k ? -0.75 : 0));
        expect(relativeError(contribution, dualRuleOf(name)(x, direction, value))).toBeLessThan(1e-14);
      });
    }
  });

  test("agrees with itself where operands are known", () => {
    for (const x of samples) {
      const whole = pullbackAt(name, x, 1.5);
      x.forEach((_, known) => {
        const terms = operandTerms(x.map((value, k) => (k === known ? value : undefined)));
        const part = pullbackAt(name, x, 1.5, terms);
        x.forEach((_, k) => k !== known && expect(relativeError(part[k]!, whole[k]!)).toBeLessThan(1e-14));
      });
    }
  });

  test("is linear in the adjoint, 0 for 0", () => {
    for (const x of samples) {
      expect(pullbackAt(name, x, 0).map(Math.abs)).toEqual(x.map(() => 0));
      const once = pullbackAt(name, x, 1);
      pullbackAt(name, x, 4).forEach((contribution, k) => expect(contribution).toBe(4 * once[k]!));
    }
  });
});

describe.each(all.filter(isMark))("the mark %s", (name) => {
  const { samples, evaluate, pullback } = rowOf(name);

  test("has the value of its first operand, or carries nothing but a derivative", () => {
    for (const x of samples) expect(evaluate(...x)).toBe(zeroMarks.has(name) ? 0 : x[0]);
  });

  test("costs nothing, for it is gone before anything is printed", () => expect(rowOf(name).cost).toBe(0));

  test("agrees with the rule for dual numbers", () => {
    for (const x of samples) {
      const contributions = pullback === "none" ? x.map(() => 0) : pullbackAt(name, x, 1.25);
      x.forEach((_, k) => {
        const direction = x.map((_, j) => (j === k ? 1.25 : 0));
        expect(contributions[k]).toBe(dualRuleOf(name)(x, direction, Number(evaluate(...x))));
      });
    }
  });
});

describe("derivative 0, written as such", () => {
  test.each([
    ...["lt", "le", "gt", "ge", "eq", "ne", "truthy", "and", "or", "not", "eqBoolean", "neBoolean", "toNumber"],
    ...[
      "bitAnd",
      "bitOr",
      "bitXor",
      "bitNot",
      "shiftLeft",
      "shiftRight",
      "shiftRightUnsigned",
      "clz32",
      "imul",
      "pair",
    ],
    ...["floor", "ceil", "round", "trunc", "sign"],
    "stepsToSnapshot",
  ])("%s", (name) => {
    expect(rowOf(name).pullback).toBe("none");
    const x = rowOf(name).samples[0]!;
    const one = x.map(() => 1);
    expect(dualRuleOf(name)(x, one, 1)).toBe(0);
  });

  test("for all others there is a pullback", () => {
    expect(names.length - differentiable.length).toBe(29);
  });
});

describe("evaluation is JavaScript's", () => {
  const numbers = [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    1e-320,
    1e308,
    2 ** 31,
    2 ** 32 + 5,
    -7,
    NaN,
    Infinity,
    -Infinity,
  ];
  const binary: Record<string, (x: number, y: number) => unknown> = {
    add: (x, y) => x + y,
    sub: (x, y) => x - y,
    mul: (x, y) => x * y,
    div: (x, y) => x / y,
    rem: (x, y) => x % y,
    pow: (x, y) => x ** y,
    min: (x, y) => Math.min(x, y),
    max: (x, y) => Math.max(x, y),
    atan2: (x, y) => Math.atan2(x, y),
    hypot: (x, y) => Math.hypot(x, y),
    imul: (x, y) => Math.imul(x, y),
    pair: (x, y) => x * 2 ** 17 + y + 2 ** 16,
    bitAnd: (x, y) => x & y,
    bitOr: (x, y) => x | y,
    bitXor: (x, y) => x ^ y,
    shiftLeft: (x, y) => x << y,
    shiftRight: (x, y) => x >> y,
    shiftRightUnsigned: (x, y) => x >>> y,
    lt: (x, y) => x < y,
    le: (x, y) => x <= y,
    gt: (x, y) => x > y,
    ge: (x, y) => x >= y,
    eq: (x, y) => x === y,
    ne: (x, y) => x !== y,
  };
  const unary: Record<string, (x: number) => unknown> = {
    neg: (x) => -x,
    bitNot: (x) => ~x,
    truthy: (x) => Boolean(x),
  };

  test.each(Object.keys(binary))("%s", (name) => {
    for (const x of numbers) for (const y of numbers) expect(rowOf(name).evaluate(x, y)).toBe(binary[name]!(x, y));
  });

  test.each(names.filter((name) => operationTable[name].arity === 1 && operationTable[name].operands === "number"))(
    "%s",
    (name) => {
      const functions = Math as unknown as Record<string, (x: number) => number>;
      const expected = unary[name] ?? functions[name]!;
      for (const x of numbers) expect(rowOf(name).evaluate(x)).toBe(expected(x));
    },
  );

  test("logic takes booleans as 0 and 1", () => {
    for (const x of [0, 1]) {
      expect(rowOf("not").evaluate(x)).toBe(x === 0);
      expect(rowOf("toNumber").evaluate(x)).toBe(x);
      for (const y of [0, 1]) {
        expect(rowOf("and").evaluate(x, y)).toBe(x === 1 && y === 1);
        expect(rowOf("or").evaluate(x, y)).toBe(x === 1 || y === 1);
        expect(rowOf("eqBoolean").evaluate(x, y)).toBe(x === y);
        expect(rowOf("neBoolean").evaluate(x, y)).toBe(x !== y);
      }
    }
  });

  test("has every function of Math of Node 20 but random", () => {
    const calls = new Set(names.map((name) => operationTable[name].notation.text));
    const missing = Object.getOwnPropertyNames(Math).filter((name) => {
      const member: unknown = Math[name as keyof Math];
      return typeof member === "function" && !calls.has(`Math.${name}`);
    });
    // Node 20 has neither of the last two.
    expect(missing.filter((name) => !["f16round", "sumPrecise"].includes(name))).toEqual(["random"].sort());
  });
});

/** The table of the contract: what each operand receives at a kink, for an incoming adjoint. */
describe("at kinks", () => {
  test.each<[string, readonly number[], number, readonly number[]]>([
    ["abs", [0], 2, [0]],
    ["abs", [-0], 2, [0]],
    ["abs", [0], Infinity, [0]],
    ["sign", [0], 2, [0]],
    ["max", [1, 1], 2, [2, 0]],
    ["min", [1, 1], 2, [2, 0]],
    ["max", [0, -0], 2, [2, 0]],
    ["max", [-0, 0], 2, [2, 0]],
    ["sqrt", [0], 0, [0]],
    ["sqrt", [0], 2, [Infinity]],
    ["sqrt", [0], -2, [-Infinity]],
    ["cbrt", [0], 0, [0]],
    ["hypot", [0, 0], 2, [0, 0]],
    ["hypot", [0, 0], 0, [0, 0]],
    ["hypot", [0, 0, 0], 2, [0, 0, 0]],
    ["pow", [0, 0], 2, [0, 0]],
    ["pow", [3, 0], 2, [0, 2 * Math.log(3)]],
    ["pow", [0, 1], 2, [2, 0]],
    ["pow", [0, 2], 2, [0, 0]],
    ["pow", [0, 3], 2, [0, 0]],
    ["pow", [0, 0.5], 0, [0, 0]],
    ["pow", [0, 0.5], 2, [Infinity, 0]],
    ["pow", [0, 1.5], 2, [0, 0]],
    ["pow", [-2, 3], 2, [24, NaN]],
    ["pow", [-2, 2], 2, [-8, NaN]],
    ["pow", [-2, 1], 2, [2, NaN]],
    ["pow", [-2, -1], 2, [-0.5, NaN]],
    ["pow", [-2, 0], 2, [0, NaN]],
    ["floor", [2], 2, [0]],
    ["ceil", [2], 2, [0]],
    ["round", [2.5], 2, [0]],
    ["trunc", [2], 2, [0]],
    ["fround", [0.1], 2, [2]],
    ["rem", [6, 3], 2, [2, -4]],
    ["rem", [-7, 2], 2, [2, 6]],
    ["rem", [7, -2], 2, [2, 6]],
  ])("%s of %j, adjoint %d", (name, x, adjoint, expected) => {
    const plain = (values: readonly number[]) => values.map((value) => value + 0);
    expect(plain(pullbackAt(name, x, adjoint))).toEqual(plain(expected));

    const known = x.map((_, k) => operandTerms(x.map((value, j) => (j === k ? undefined : value))));
    const one = known.map((terms, k) => pullbackAt(name, x, adjoint, terms)[k]!);
    expect(plain(one)).toEqual(plain(expected));

    const value = Number(rowOf(name).evaluate(...x));
    const tangents = x.map((_, k) => {
      const direction = x.map((_, j) => (j === k ? adjoint : 0));
      return adjoint === 0 ? 0 : dualRuleOf(name)(x, direction, value);
    });
    expect(plain(tangents)).toEqual(plain(expected));
  });

  test("Math.max(0, x) is decided by its result, and gives 0 at 0", () => {
    const terms = operandTerms([0, undefined]);
    expect([-1, 0, 2].map((x) => pullbackAt("max", [0, x], 3, terms)[1])).toEqual([0, 0, 3]);
    expect(pullbackReads("max", terms)[1]).toEqual({ operands: new Set(), out: true });
  });
});

describe("what a pullback reads", () => {
  const reads = (name: string, operands: Parameters<typeof pullbackReads>[1]) =>
    pullbackReads(name, operands).map((entry) => entry && [...entry.operands, ...(entry.out ? ["out"] : [])].join());

  test.each([
    ["add", 2, ["", ""]],
    ["mul", 2, ["1", "0"]],
    ["div", 2, ["1", "1,out"]],
    ["exp", 1, ["out"]],
    ["tanh", 1, ["out"]],
    ["sqrt", 1, ["out"]],
    ["sin", 1, ["0"]],
    ["hypot", 3, ["0,out", "1,out", "2,out"]],
    ["floor", 1, [undefined]],
    ["lt", 2, [undefined, undefined]],
  ])("%s", (name, arity, expected) => expect(reads(name, arity)).toEqual(expected));

  test("pow with a known exponent", () => {
    expect(reads("pow", operandTerms([undefined, 2]))).toEqual(["0", undefined]);
    expect(reads("pow", operandTerms([undefined, 1]))).toEqual(["", undefined]);
    expect(reads("pow", operandTerms([undefined, 0]))).toEqual([undefined, undefined]);
    expect(reads("pow", operandTerms([undefined, 0.5]))).toEqual(["out", undefined]);
    expect(reads("pow", operandTerms([2, undefined]))[1]).toBe("out");
  });

  test("of a term", () => {
    expect(readsOf(neg(neg(out)))).toEqual({ operands: new Set(), out: true });
    expect(readsOf(constant(2))).toEqual({ operands: new Set(), out: false });
  });
});

test("rowOf refuses what is no operation", () => {
  expect(() => rowOf("frobnicate")).toThrow("frobnicate");
  expect(() => rowOf("toString")).toThrow("toString");
});

/** What each operand receives at `x` for the incoming adjoint; 0 where the row says that nothing comes. */
function pullbackAt(name: string, x: readonly number[], adjoint: number, terms = operandTerms(x.map(() => undefined))) {
  const { pullback, evaluate } = rowOf(name);
  if (pullback === "none") return x.map(() => 0);
  const value = Number(evaluate(...x));
  return pullback(terms, out, d).map((term) => (term === undefined ? 0 : evaluateTerm(term, x, value, adjoint)));
}

/** The slope by central differences, extrapolated three times (Richardson). */
function differenceOf(f: (x: number) => number, x: number): number {
  let row: number[] = [];
  const width = 0.02 * Math.min(1, Math.max(Math.abs(x), 0.05));
  for (let k = 0; k < 4; k++) {
    const h = width / 2 ** k;
    const next = [(f(x + h) - f(x - h)) / (2 * h)];
    row.forEach((coarse, j) => next.push(next[j]! + (next[j]! - coarse) / (4 ** (j + 1) - 1)));
    row = next;
  }
  return row.at(-1)!;
}

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
}
