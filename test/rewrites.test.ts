import { describe, expect, it } from "vitest";
import type { GraphNode, ValueId } from "../src/ir/graph.ts";
import { makeValueId } from "../src/ir/ids.ts";
import { rowOf } from "../src/operations/table.ts";
import type { Lookup, Pattern, Replacement } from "../transforms/optimize/pattern.ts";
import { costOf } from "../transforms/optimize/pattern.ts";
import { rewrites } from "../transforms/optimize/rewrites.ts";

const numbers = [0, -0, 1, -1, 2, 0.5, -3.75, 1e-300, -1e300, 7, 1 / 3, Infinity, -Infinity, NaN];
const constants = [1, -1, 2, -2, 0.25, 3, 5, -0.1, 8];
const booleans = [0, 1];

type Binding = ReadonlyMap<string, number>;

describe.each(rewrites.map((rule) => [rule.name, rule] as const))("%s", (_, rule) => {
  const bindings = bindingsOf(rule.from).filter((binding) => rule.where?.(knownOf(rule.from, binding)) ?? true);

  it("is tried on samples", () => {
    expect(bindings.length).toBeGreaterThan(0);
    for (const binding of bindings) {
      const before = evaluate(rule.from, binding, rule.from);
      const after = evaluate(rule.to, binding, rule.from);
      const shown = `${rule.name} at ${[...binding].map(([name, value]) => `${name} = ${value}`).join(", ")}`;
      if (rule.exact) expect(after, shown).toBe(before);
      else if (Number.isFinite(before)) {
        expect(Number.isFinite(after), shown).toBe(true);
        // Near the limits of a double, the old form overflows or underflows on its way, and the new one may not.
        if ([...binding.values()].some(isExtreme)) continue;
        expect(Math.abs(after - before), shown).toBeLessThanOrEqual(1e-12 * Math.abs(before));
      } else if (rule.derivativeOnly !== true) expect(after, shown).toBe(before);
    }
  });

  it("says why, if it is not exact", () => {
    if (rule.exact) expect(rule.reason).toBeUndefined();
    else expect(rule.reason).toBeTruthy();
  });

  it("does not cost more", () => {
    expect(costOf(rule.to)).toBeLessThanOrEqual(costOfPattern(rule.from));
  });
});

it("names each rule once", () => {
  expect(new Set(rewrites.map((rule) => rule.name)).size).toBe(rewrites.length);
});

function costOfPattern(pattern: Pattern): number {
  if (pattern.kind !== "apply") return 0;
  return rowOf(pattern.operation).cost + pattern.operands.reduce((sum, operand) => sum + costOfPattern(operand), 0);
}

function isExtreme(value: number): boolean {
  return value !== 0 && Math.abs(Math.log10(Math.abs(value))) > 75;
}

/** Every choice of samples for the names of a pattern. */
function bindingsOf(pattern: Pattern): readonly Binding[] {
  const samples = new Map<string, readonly number[]>();
  const collect = (part: Pattern, isBoolean: boolean): void => {
    if (part.kind === "apply") {
      const inner = rowOf(part.operation).operands === "boolean";
      part.operands.forEach((operand) => collect(operand, inner));
    } else if (part.kind === "known") {
      samples.set(part.name, constants.filter(part.where));
    } else if (part.kind === "variable" && !samples.has(part.name)) {
      samples.set(part.name, isBoolean ? booleans : samplesFor(part));
    }
  };
  collect(pattern, false);
  let bindings: readonly Binding[] = [new Map()];
  for (const [name, choices] of samples) {
    bindings = bindings.flatMap((binding) => choices.map((choice) => new Map([...binding, [name, choice]])));
  }
  return bindings;
}

/** All numbers, or, where the rule asks for more, those that what it asks for promises. */
function samplesFor(pattern: Pattern & { kind: "variable" }): readonly number[] {
  if (pattern.where === undefined) return numbers;
  const value = makeValueId(0);
  const absolute: GraphNode = { kind: "operation", operation: "abs", operands: [makeValueId(1)], result: value };
  const length: GraphNode = { kind: "length", array: makeValueId(1), result: value };
  const passes = (lookup: Lookup): boolean => pattern.where?.(value, lookup) ?? true;
  if (passes({ nodeOf: () => absolute, isInteger: () => false })) return [0, 1e-20, 2.5, 1e200, Infinity, NaN];
  if (passes({ nodeOf: only(value, length), isInteger: () => false })) return [0, 1, 17, 2 ** 31];
  return [0, -0, 1, -5, 2 ** 40, -(2 ** 30)];
}

function only(value: ValueId, node: GraphNode): Lookup["nodeOf"] {
  return (asked) => (asked === value ? node : undefined);
}

function knownOf(pattern: Pattern, binding: Binding): Record<string, number> {
  const known: Record<string, number> = {};
  const collect = (part: Pattern): void => {
    if (part.kind === "apply") part.operands.forEach(collect);
    if (part.kind === "known") known[part.name] = binding.get(part.name) ?? NaN;
  };
  collect(pattern);
  return known;
}

function evaluate(part: Pattern | Replacement, binding: Binding, from: Pattern): number {
  switch (part.kind) {
    case "variable":
    case "known":
      return binding.get(part.name) ?? NaN;
    case "constant":
      return Number(part.value);
    case "compute":
      return part.value(knownOf(from, binding));
    case "apply":
      return Number(
        rowOf(part.operation).evaluate(...part.operands.map((operand) => evaluate(operand, binding, from))),
      );
  }
}
