/** What a variable without a name of its own would be called: after what it holds, or after the entry that it goes to. */
import { capitalized } from "../ir/capitalized.ts";
import { singular } from "../ir/plural.ts";
import { wordOf } from "../operations/words.ts";
import type { Expression, Variable } from "./code.ts";
import { partsOf, visitReads } from "./code.ts";
import type { Entry, Holding } from "./holdings.ts";

type NameOf = (variable: Variable) => string;

/** What stands for the name of a variable that has none yet. */
export const unnamed = "_";

/** Names to try, the best one first; where all are taken the first one gets a number. `other`: for what has no word. */
export function wishesFor(variable: Variable, holding: Holding, nameOf: NameOf, other: string): readonly string[] {
  const { type } = variable;
  const { assigned } = holding;
  const target = holding.target !== undefined && isNamed(holding.target.index, nameOf) ? holding.target : undefined;
  const [definition] = assigned;
  if (typeof type === "object") return ["buffer"];
  if (type === "boolean") return [definition?.kind === "operation" ? "test" : "flag"];
  const isOnce = assigned.length === 1;
  const read = definition?.kind === "element" ? definition : undefined;
  const isKept = read !== undefined && /[a-z](?:Before|Entries)\d*$/.test(nameOf(read.array));
  if (read !== undefined && (target === undefined || (isOnce && !isKept))) return entryWishes(read, nameOf);
  if (variable.returnedBy !== undefined && isOnce) return [variable.returnedBy];
  const word = definition?.kind === "operation" && isOnce ? wordOf(definition.operation)?.one : undefined;
  if (word !== undefined) return [word];
  if (target !== undefined) return entryWishes(target, nameOf);
  if (definition?.kind === "length") return lengthWishes(definition, nameOf);
  const steps = assigned.filter(({ kind }, k) => k > 0 && kind !== "constant");
  if (steps.length > 0 && steps.every((value) => isStep(value, variable, isOne))) return ["count"];
  if (steps.length > 0 && steps.every((value) => isStep(value, variable, () => true))) return ["sum"];
  return [other];
}

/** `x.length` → "xLength", `A[i].length` → "rowLength", `bodies[i].pos.length` → "posLength". */
function lengthWishes(
  { array, at, layers }: Extract<Expression, { kind: "length" }>,
  nameOf: NameOf,
): readonly string[] {
  if (at === undefined) return [`${nameOf(array)}Length`];
  const member = layers?.flat().findLast((key) => typeof key === "string");
  return [`${member ?? "row"}Length`];
}

/** Names for the index of a loop in which `loops - 1` others stand around it. */
export function indexWishes(loops: number): readonly string[] {
  const letters = ["i", "j", "k", "l"];
  const first = Math.min(loops, letters.length) - 1;
  return [...letters.slice(first), ...letters.slice(0, first)];
}

/** What anything without a word is called, unless the source means something else by it. */
export const anything: readonly string[] = ["t", "term", "value"];

/** Whether all that it reads has its name already, and so stands around what is named. */
function isNamed(expression: Expression, nameOf: NameOf): boolean {
  let isWhole = true;
  visitReads(expression, (variable) => {
    if (nameOf(variable) === unnamed) isWhole = false;
  });
  return isWhole;
}

/** `v + value`, `v - value`. */
function isStep(expression: Expression, variable: Variable, isAdded: (value: Expression) => boolean): boolean {
  if (expression.kind !== "operation" || !["add", "sub"].includes(expression.operation)) return false;
  const [first, ...rest] = expression.operands;
  return first?.kind === "variable" && first.variable === variable && rest.every(isAdded);
}

function isOne(value: Expression): boolean {
  return value.kind === "constant" && Math.abs(Number(value.value)) === 1;
}

/** `x[i]` → "xi", `state[i]` → "stateI", `labels[s]` → "label", `x[to]` → "xTo", `xBefore[i]` → "xEntry". */
function entryWishes({ array, index, layers }: Entry, nameOf: NameOf): readonly string[] {
  const member = layers?.flat().findLast((key) => typeof key === "string");
  const own = nameOf(array);
  const whole = member === undefined ? own : /^d(?=.)/.test(own) ? `d${member}` : String(member);
  const name = whole.replace(/(?<=.)(?:Before|After)\d*$/, "");
  const [, stem = name, number = ""] = /^(.*\D)(\d+)$/.exec(name) ?? [];
  const word = singular(stem);
  const one = word === undefined ? name : word + (number !== "" && /\d$/.test(word) ? "_" : "") + number;
  const entry = `${one}Entry`;
  if (name !== whole) return [entry];
  if (index.kind === "constant") return [`${one}${/\d$/.test(one) ? "_" : ""}${String(index.value)}`];
  const moved = movedBy(one, index, nameOf);
  if (moved !== undefined) return [moved, entry];
  const lettered = indexLetters(index, nameOf).map((at) => one + (one.length > 3 ? capitalized(at) : at));
  return [...(word === undefined ? [] : [one]), ...lettered, entry];
}

/** `i` → "i", `reversed` → "Reversed", `i * n + j` → "ij"; none where the index is moved by a number. */
function indexLetters(index: Expression, nameOf: NameOf): readonly string[] {
  if (index.kind === "variable") {
    const name = nameOf(index.variable);
    if (name.length === 1) return [name];
    return /^[a-z]+$/i.test(name) ? [capitalized(name)] : [];
  }
  const letters: string[] = [];
  let isMoved = false;
  const visit = (expression: Expression, isTerm: boolean): void => {
    if (expression.kind === "variable" && /^[i-l]$/.test(nameOf(expression.variable)))
      letters.push(nameOf(expression.variable));
    if (expression.kind === "constant" && isTerm) isMoved = true;
    const isSum = expression.kind === "operation" && ["add", "sub"].includes(expression.operation);
    for (const part of partsOf(expression)) visit(part, isTerm && isSum);
  };
  visit(index, true);
  return isMoved || letters.length === 0 || letters.length > 3 ? [] : [letters.join("")];
}

/** `x[i + 1]` → "xNext", `x[i - 1]` → "xPrevious", `cameras[camera + 6]` → "camera6", `cameras[camera]` → "camera0". */
function movedBy(one: string, index: Expression, nameOf: NameOf): string | undefined {
  if (index.kind === "variable") {
    const name = nameOf(index.variable);
    return one === name || one === `d${name}` ? `${one}0` : undefined;
  }
  if (index.kind !== "operation" || index.operands.length !== 2) return undefined;
  const [base, shift] = index.operands;
  if (base?.kind !== "variable" || shift?.kind !== "constant") return undefined;
  const by = index.operation === "add" ? Number(shift.value) : index.operation === "sub" ? -Number(shift.value) : NaN;
  if (/^[a-z]\d*$/.test(nameOf(base.variable)))
    return by === 1 ? `${one}Next` : by === -1 ? `${one}Previous` : undefined;
  return Number.isInteger(by) && by > 0 && !/\d$/.test(one) ? one + String(by) : undefined;
}
