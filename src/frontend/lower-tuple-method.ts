/** Methods of tuples: written out, entry by entry. */
import type { ts } from "ts-morph";
import { arrayOf, newCell, readMember } from "./aggregates.ts";
import { type Aggregate, type Binding, isValue, known, poison, undefinedValue } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { conditionOf } from "./emit.ts";
import { give, isArrayMethod } from "./lower-array-method.ts";
import { growTupleNextTime } from "./growth.ts";
import { argumentsOf } from "./lower-call.ts";
import { changeTuple } from "./tuple-growth.ts";
import { changesLength, ownerOf } from "./lower-growth.ts";
import { refuseLacking } from "./tuple-entries.ts";

type Node = ts.CallExpression;

/** A tuple is written out, entry by entry. */
export function lowerTupleMethod(context: Context, target: Aggregate, method: string, node: Node): Binding {
  const { reporter } = context;
  if (changesLength(method) && (target.cell.mayLack?.size ?? 0) === 0) {
    const changed = changeTuple(context, target, method, node);
    if (changed !== undefined) return changed === "later" ? poison : changed;
    const { literal, readOnly } = target.cell;
    if (literal === undefined || readOnly) {
      reporter.report(readOnly ? "ADJ2005" : "ADJ2031", node, { name: ownerOf(node) });
    } else growTupleNextTime(context, target, literal);
    return poison;
  }
  if ((target.cell.mayLack?.size ?? 0) > 0) return refuseLacking(context, node);
  const values = argumentsOf(context, node);
  const entries = [...target.cell.members.keys()].map((name) => readMember(context, target, name, node));
  const each = (value: Binding, k: number): Binding => give(context, values[0], [value, known(k), target], node);
  switch (method) {
    case "map":
      return arrayLike(context, entries.map(each), node);
    case "forEach":
      entries.forEach(each);
      return undefinedValue;
    case "reduce": {
      const [first, ...rest] = values.length > 1 ? [values[1] ?? undefinedValue, ...entries] : entries;
      const shift = values.length > 1 ? 0 : 1;
      const step = (sum: Binding, value: Binding, k: number): Binding =>
        give(context, values[0], [sum, value, known(k + shift), target], node);
      return rest.reduce(step, first ?? undefinedValue);
    }
    case "reduceRight": {
      const [last, ...rest] =
        values.length > 1 ? [values[1] ?? undefinedValue, ...entries.toReversed()] : entries.toReversed();
      const step = (sum: Binding, value: Binding, k: number): Binding =>
        give(context, values[0], [sum, value, known(rest.length - 1 - k), target], node);
      return rest.reduce(step, last ?? undefinedValue);
    }
    case "toReversed":
      return arrayLike(context, entries.toReversed(), node);
    case "includes":
    case "indexOf": {
      const [wanted] = values;
      const isKnown = wanted?.kind === "known" && entries.every(({ kind }) => kind === "known");
      if (!isKnown || values.length > 1) break;
      const at = entries.findIndex((entry) => entry.kind === "known" && entry.value === wanted.value);
      return known(method === "includes" ? at >= 0 : at);
    }
    case "every":
    case "some": {
      const wanted = method === "some";
      const test = (k: number): Binding => {
        const entry = entries[k];
        if (entry === undefined) return known(!wanted);
        const holds = conditionOf(context, each(entry, k), node);
        const [found, next] = [() => known(wanted), () => test(k + 1)];
        return wanted ? branch(context, holds, found, next) : branch(context, holds, next, found);
      };
      return test(0);
    }
    case "slice": {
      const bound = (binding: Binding | undefined): number | undefined =>
        binding?.kind === "known" && typeof binding.value === "number" ? binding.value : undefined;
      return arrayLike(context, entries.slice(bound(values[0]), bound(values[1])), node);
    }
    case "at": {
      const [index] = values;
      if (index?.kind === "known") return entries.at(Number(index.value)) ?? undefinedValue;
      break;
    }
    default:
  }
  const { literal } = target.cell;
  if (literal !== undefined && entries.every((entry) => isValue(entry)) && isArrayMethod(method)) {
    context.assumptions.makeArray(literal);
  } else reporter.report("ADJ2030", node, { method });
  return poison;
}

/** A tuple; an array if it is indexed by a value of the graph. */
function arrayLike(context: Context, entries: readonly Binding[], node: Node): Binding {
  if (context.assumptions.isArray(node)) {
    return arrayOf(
      context,
      "number",
      entries.map((binding) => ({ binding, node })),
      node,
    );
  }
  return newCell(
    context,
    "tuple",
    entries.map((entry, k) => [String(k), entry] as const),
    node,
  );
}
