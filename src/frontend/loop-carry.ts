/** What a loop carries: the values that go round, and those of the last round that are seen after it. */
import type { ts } from "ts-morph";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import { type Binding, isAbsent, isValue, known, poison, scalar, type Value } from "./binding.ts";
import type { Context, Counted } from "./context.ts";
import { idOf, resolve } from "./emit.ts";
import type { Exit, ExitCode } from "./exits.ts";
import type { PlaceEntry, ScalarEntry } from "./loop-entry.ts";
import { assignmentWithin } from "./assignments.ts";
import { faultPlace } from "./fault-place.ts";
import { noteRounds } from "./missing.ts";
import { append } from "./open-if.ts";
import { optionalOf } from "./optional.ts";
import type { SecondPlace } from "./reporter.ts";
import type { Frame, Location } from "./state.ts";
import { unrollAll } from "./unrolled-loop.ts";

export interface Carried {
  readonly init: ValueId;
  readonly argument: ValueId;
  readonly conditionArgument: ValueId | undefined;
  readonly next: Value;
  readonly result: ValueId;
}

export interface ClosingLoop {
  readonly node: ts.Node;
  /** What its index runs through, if it counts. */
  readonly counted: (Counted & { readonly index: ValueId }) | undefined;
  /** Values from here on were made in the loop. */
  readonly mark: ValueId;
  readonly condition: Frame | undefined;
  readonly frame: Frame;
  readonly last: ReadonlyMap<Location, Binding>;
  /** The places that are written at the end of the body alone, or whose buffer the body stores to as well. */
  readonly copied: ReadonlyMap<PlaceEntry, { readonly isStored: boolean }>;
  readonly bodyNodes: GraphNode[];
  readonly exit: Exit;
  readonly isLeaving: (code: ExitCode) => boolean;
  readonly stopped: ValueId | undefined;
  readonly trips: ValueId;
  /** What is to be done when the loop stands in the graph. */
  readonly afterwards: (() => void)[];
  readonly carried: Carried[];
  /** The arguments of the condition that were not matched with one of the body so far. */
  readonly tested: Map<string, { readonly argument: ValueId; readonly before: Binding }>;
  /** Values of the body that are carried only to be seen after the loop. */
  readonly carriedOut: Map<ValueId, Value>;
}

/** Adds to what is carried; gives the value after the loop. */
export function carry(
  context: Context,
  closing: ClosingLoop,
  key: string,
  argument: ValueId,
  init: ValueId,
  next: Value,
): ValueId {
  const { builder } = context;
  const conditionArgument = closing.tested.get(key)?.argument;
  closing.tested.delete(key);
  const result = builder.fresh(builder.typeOf(argument), builder.nameOf(argument));
  for (const id of [argument, conditionArgument, result]) if (id !== undefined) noteRounds(context, id, init, next);
  closing.carried.push({ init, argument, conditionArgument, next, result });
  return result;
}

/** A value of the body that is wanted after the loop, and by no later round. */
export function carryOut(context: Context, closing: ClosingLoop, value: Value, name?: string): Value {
  if (value.kind === "known") return value;
  const id = resolve(context, value.id);
  if (id <= closing.mark || context.everywhere.has(id) || isResult(closing, id)) return scalar(id);
  const before = closing.carriedOut.get(id);
  if (before !== undefined) return before;
  const known0 = context.builder.typeOf(id) === "boolean" ? known(false) : known(0);
  const argument = context.builder.fresh(context.builder.typeOf(id), name ?? context.builder.nameOf(id));
  const out = scalar(carry(context, closing, `out ${argument}`, argument, idOf(context, known0), value));
  closing.carriedOut.set(id, out);
  return out;
}

function isResult(closing: ClosingLoop, id: ValueId): boolean {
  return id === closing.stopped || closing.carried.some(({ result }) => result === id);
}

/** A number or boolean that may change: it is carried if it does. Gives what it is after the loop. */
export function closeScalar(
  context: Context,
  closing: ClosingLoop,
  key: string,
  name: string,
  entry: ScalarEntry,
  final: Binding,
): Binding {
  const { builder } = context;
  if (final.kind === "scalar" && resolve(context, final.id) === entry.argument) {
    context.substitutes.set(entry.argument, idOf(context, entry.before));
    return entry.before;
  }
  const absent = isAbsent(final) ? final : optionalOf(final)?.absent;
  if (absent !== undefined && entry.path !== undefined) {
    context.assumptions.noteAbsentInLoop(closing.node, entry.path, absent);
    return poison;
  }
  if (!isValue(final)) return differs(context, closing, name);
  let next = final;
  const type = builder.typeOf(entry.argument);
  const isBoolean = final.kind === "known" ? typeof final.value === "boolean" : builder.typeOf(final.id) === "boolean";
  if (type === "boolean" && !isBoolean) return differs(context, closing, name);
  if (type === "number" && isBoolean) next = numberAtEnd(context, closing, final);
  return scalar(carry(context, closing, key, entry.argument, idOf(context, entry.before), next));
}

function numberAtEnd(context: Context, closing: ClosingLoop, value: Value): Value {
  if (value.kind === "known") return known(Number(value.value));
  const { builder } = context;
  const result = builder.fresh("number");
  const place = builder.place();
  append(builder, closing.bodyNodes, {
    kind: "operation",
    operation: "toNumber",
    operands: [value.id],
    result,
    ...place,
  });
  return scalar(result);
}

export function unknownAfter(context: Context, code: "ADJ2010" | "ADJ2035", name: string): Binding {
  return { kind: "poison", report: (at) => context.reporter.report(code, at, { name }) };
}

export function differs(context: Context, closing: ClosingLoop, name: string, onlyAfter = false): Binding {
  if (onlyAfter) return unknownAfter(context, "ADJ2010", name);
  if (unrollAll(context, [closing.node])) return poison;
  context.reporter.report("ADJ2010", closing.node, { name }, undefined, assignedIn(closing, name));
  return poison;
}

export function lost(context: Context, closing: ClosingLoop, name: string): Binding {
  if (unrollAll(context, [closing.node])) return poison;
  context.reporter.report("ADJ2034", closing.node, { name }, undefined, assignedIn(closing, name));
  return poison;
}

/** Where the body of the loop assigns to a variable of that name. */
function assignedIn(closing: ClosingLoop, name: string): readonly SecondPlace[] {
  const place = assignmentWithin(closing.node, name);
  return place === undefined ? [] : [{ message: `${name} gets another value here`, span: faultPlace(place) }];
}
