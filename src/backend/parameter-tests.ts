/** What tells something of a parameter: it is printed as the comparison that it is, wherever it is read. */
import type { Parameter } from "../ir/graph.ts";
import type { Expression, Variable } from "./code.ts";

/** `kind === "relu"`, `options.rate !== undefined`, `"rate" in options`. */
export function testText({ test, path, leftOut = [] }: Parameter, place: string, around: string): string {
  if (test === undefined) return place;
  if (test.kind === "equals") return `${place} === ${JSON.stringify(test.text)}`;
  if (test.kind === "differs") return `${place} !== ${test.from}`;
  if (test.kind === "count") return leftOut.length === 0 ? `${place}.length` : `(${place}?.length ?? 0)`;
  const isThere = !leftOut.some((count) => count < path.length);
  return `${JSON.stringify(String(path.at(-1)))} in ${isThere ? around : `(${around} ?? {})`}`;
}

const comparison = /^(.*) ([!=]==) (.*)$/s;
const presence = /^"(?:[^"\\]|\\.)*" in /s;

export function isTest(name: string | undefined): boolean {
  return name !== undefined && (comparison.test(name) || presence.test(name));
}

/** The opposite of such a comparison. */
export function opposite(name: string): string | undefined {
  const parts = presence.test(name) ? null : comparison.exec(name);
  return parts === null ? undefined : `${parts[1]} ${parts[2] === "===" ? "!==" : "==="} ${parts[3]}`;
}

/** `place` of `place !== undefined`. */
export function placeThatIsGiven(name: string): string | undefined {
  return /^(.*) !== (?:undefined|null)$/s.exec(name)?.[1];
}

type NameOf = (variable: Variable) => string;

/** The tests that hold where a condition does, or where it does not. */
export function testsWhere(condition: Expression, holds: boolean): readonly string[] {
  if (condition.kind === "variable") {
    const { fixedName = "" } = condition.variable;
    const text = holds ? fixedName : opposite(fixedName);
    return text !== undefined && isTest(text) ? [text] : [];
  }
  if (condition.kind !== "operation") return [];
  const { operation, operands } = condition;
  if (operation === "not") return operands.flatMap((operand) => testsWhere(operand, !holds));
  return operation === (holds ? "and" : "or") ? operands.flatMap((operand) => testsWhere(operand, holds)) : [];
}

/** What may be left out is said to be there, unless a test says so: `k!`. */
export function namesGiven(nameOf: NameOf, tests: ReadonlySet<string>): NameOf {
  return (variable) => {
    const { absent, fixedName } = variable;
    if (absent === undefined) return nameOf(variable);
    const needed = absent === "both" ? ["undefined", "null"] : [absent];
    const isGiven = needed.every((from) => tests.has(`${fixedName ?? ""} !== ${from}`));
    return isGiven ? (fixedName ?? "") : `${fixedName ?? ""}!`;
  };
}

/** Names on a side of a condition that is within an expression. */
export function namesWhere(nameOf: NameOf, condition: Expression, holds: boolean): NameOf {
  const tests = testsWhere(condition, holds);
  if (tests.length === 0) return nameOf;
  const given = namesGiven(nameOf, new Set(tests));
  return (variable) => (given(variable).endsWith("!") ? nameOf(variable) : given(variable));
}
