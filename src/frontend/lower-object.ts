/** Functions of `Object`: on objects whose members are known. */
import { ts } from "ts-morph";
import { presentMembers } from "./added-members.ts";
import { asOne, newCell, readMember } from "./aggregates.ts";
import { type Aggregate, type Binding, isAbsent, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { lowerExpression } from "./lower-expression.ts";
import { isNestedCell, namesIn } from "./nested.ts";
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
export function ownMembers(context: Context, object: Aggregate, at: ts.Node): readonly (readonly [string, Binding])[] {
  if (isNestedCell(object)) {
    return namesIn(object.cell).map((name) => [name, readMember(context, object, name, at)] as const);
  }
  const { members, prototype } = object.cell;
  const isLiteral = prototype !== undefined && ts.isObjectLiteralExpression(prototype.owner);
  const accessors = isLiteral ? [...prototype.members.keys()] : [];
  const own = [...members].filter(([name]) => !name.startsWith("#"));
  const values = own.map(([name, member]) => [name, context.state.read(member)] as const);
  return [
    ...presentMembers(context, values, at),
    ...accessors.map((name) => [name, readMember(context, object, name, at)] as const),
  ];
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
    for (const [name, value] of ownMembers(context, source, each)) {
      writeReference(context, memberReference(context, target, name, first), value, first);
    }
  }
  return target;
}
