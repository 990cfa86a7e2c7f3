/** Functions of `Object`: on objects whose members are known. */
import { ts } from "ts-morph";
import { presentMembers } from "./added-members.ts";
import { asOne, newCell, readMember } from "./aggregates.ts";
import type { ValueId } from "../ir/graph.ts";
import { type Aggregate, type Binding, isAbsent, isValue, poison, scalar, undefinedValue } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { lowerExpression } from "./lower-expression.ts";
import { isNestedCell, isRows, namesIn } from "./nested.ts";
import { memberReference, writeReference } from "./reference.ts";

/** `Object.keys`, `Object.values`, `Object.entries`: a tuple. */
export function listed(context: Context, object: Aggregate, name: string, at: ts.Node): Binding {
  const entries = ownMembers(context, object, at).map(([key, value], k): readonly [string, Binding] => {
    const label: Binding = { kind: "known", value: key };
    if (name === "Object.keys") return [String(k), label];
    const pair: readonly (readonly [string, Binding])[] = [
      ["0", label],
      ["1", value],
    ];
    return [String(k), name === "Object.values" ? value : newCell(context, "tuple", pair)];
  });
  return newCell(context, "tuple", entries);
}

/** What a spread copies: all but private members; of accessors of a literal, what they give. */
function ownMembers(
  context: Context,
  object: Aggregate,
  at: ts.Node,
  mayLack = object.cell.mayLack,
): readonly (readonly [string, Binding])[] {
  if (isNestedCell(object)) {
    return namesIn(object.cell).map((name) => [name, readMember(context, object, name, at)] as const);
  }
  const { members, prototype } = object.cell;
  const isLiteral = prototype !== undefined && ts.isObjectLiteralExpression(prototype.owner);
  const accessors = isLiteral ? [...prototype.members.keys()] : [];
  const own = [...members].filter(([name]) => !name.startsWith("#"));
  const values = own.map(([name, member]) => [name, context.state.read(member)] as const);
  return [
    ...presentMembers(context, mayLack, values, at),
    ...accessors.map((name) => [name, readMember(context, object, name, at)] as const),
  ];
}

/** The members of a literal, as far as it is lowered. */
export interface Members {
  readonly values: Map<string, Binding>;
  readonly mayLack: Set<string>;
}

/** `{ …, ...source }`; undefined where it is neither an object nor nothing. */
export function spreadInto(context: Context, members: Members, source: Binding, at: ts.Node): Members | undefined {
  if (isAbsent(source) || isValue(source) || source.kind === "poison") return members;
  if (source.kind === "choice") {
    const parts = [source.then, source.else].map((part) => spreadInto(context, members, asOne(context, part, at), at));
    const [then, otherwise] = parts;
    return then && otherwise && eitherOf(context, source.condition, then, otherwise);
  }
  if (source.kind !== "aggregate" || isRows(source)) return undefined;
  const { mayLack = new Set() } = source.cell;
  // One that is there already would stay, or be replaced.
  const inDoubt = new Set([...mayLack].filter((name) => members.values.has(name)));
  const own = ownMembers(context, source, at, inDoubt);
  return {
    values: new Map([...members.values, ...own]),
    mayLack: new Set([...members.mayLack, ...own.flatMap(([name]) => (mayLack.has(name) ? [name] : []))]),
  };
}

/** The members on two ways; what is there on one of them alone is undefined on the other. */
function eitherOf(context: Context, condition: ValueId, then: Members, otherwise: Members): Members {
  const names = new Set([...then.values.keys(), ...otherwise.values.keys()]);
  const side = (members: Members, name: string) => () => members.values.get(name) ?? undefinedValue;
  const values = [...names].map((name): readonly [string, Binding] => {
    if (then.values.get(name) === otherwise.values.get(name)) return [name, side(then, name)()];
    return [name, branch(context, scalar(condition), side(then, name), side(otherwise, name), name)];
  });
  const isOnOneSide = (name: string): boolean => then.values.has(name) !== otherwise.values.has(name);
  const mayLack = [...then.mayLack, ...otherwise.mayLack, ...[...names].filter(isOnOneSide)];
  return { values: new Map(values), mayLack: new Set(mayLack) };
}

/** `Object.assign(target, ...sources)`; undefined where the target is no object that is known. */
export function lowerAssign(context: Context, node: ts.CallExpression): Binding | undefined {
  const [first, ...others] = node.arguments;
  if (first === undefined || node.arguments.some(ts.isSpreadElement)) return undefined;
  const target = lowerExpression(context, first);
  if (target.kind === "poison") return poison;
  if (target.kind !== "aggregate") return undefined;
  for (const each of others) {
    const source = asOne(context, lowerExpression(context, each), each);
    if (isAbsent(source) || source.kind === "poison") continue;
    if (source.kind !== "aggregate") {
      context.reporter.report("ADJ2014", each, { what: "a copy of what is no object" });
      continue;
    }
    const mayLack = source.cell.mayLack ?? new Set();
    const has = (name: string): boolean => target.cell.members.has(name);
    const inDoubt = new Set([...mayLack].filter(has));
    target.cell.mayLack = new Set([...(target.cell.mayLack ?? []), ...mayLack]);
    for (const [name, value] of ownMembers(context, source, each, inDoubt)) {
      writeReference(context, memberReference(context, target, name, first), value, first);
    }
  }
  return target;
}
