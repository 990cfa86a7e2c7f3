/**
 * How the body of a loop sees what comes in. What may change in the loop becomes arguments of its body: a number or boolean
 * one, an object one for each member. A variable that is given arrays becomes a place: a root of its own, which holds another
 * buffer in each round (`[h, next] = [next, h]`). What does not change comes in as it is.
 */
import { capitalized } from "../ir/capitalized.ts";
import type { ValueId } from "../ir/graph.ts";
import {
  type Aggregate,
  type Binding,
  type Cell,
  isAbsent,
  isValue,
  isWhole,
  known,
  poison,
  type Root,
  scalar,
  type Value,
  type View,
  wholeView,
} from "./binding.ts";
import { lengthOf } from "./arrays.ts";
import { cellsOf, freeze, roleIn, refuseWritten, peekMember, structureOf } from "./chosen-members.ts";
import { codeAtHand, textOfCode } from "./coded-texts.ts";
import type { Context } from "./context.ts";
import { numberOfAbsent, typeOf } from "./emit.ts";
import { optionalBefore } from "./optional-objects.ts";
import { isLengthOfPool } from "./pools.ts";
import type { Location } from "./state.ts";

export type Entry =
  | { readonly kind: "same"; readonly binding: Binding; readonly path: string }
  /** The index of the loop. */
  | { readonly kind: "counter"; readonly binding: Binding }
  | ScalarEntry
  /** A number or boolean that may be undefined. */
  | {
      readonly kind: "optional";
      readonly binding: Binding;
      /** Whether there is one before the loop, and which. */
      readonly before: { readonly isSet: Value; readonly value: Value };
      readonly defined: ValueId;
      readonly argument: ValueId;
      /** `undefined`, or `null`. */
      readonly absent: Binding;
    }
  | PlaceEntry
  | {
      readonly kind: "part";
      readonly binding: Binding;
      readonly root: Root;
      /** Neither has a whole row of a nested parameter: its length is that of the row. */
      readonly offset: ScalarEntry | undefined;
      readonly length: ScalarEntry | undefined;
      readonly rows: readonly ScalarEntry[];
      readonly before: View;
    }
  | ObjectEntry
  /** A text, as the number that stands for it. */
  | { readonly kind: "text"; readonly binding: Binding; readonly code: ScalarEntry; readonly path: string }
  /** An object that may be undefined; see optional-objects.ts. */
  | {
      readonly kind: "optional object";
      readonly binding: Binding;
      readonly isSet: Value;
      readonly defined: ValueId;
      readonly object: ObjectEntry;
      readonly absent: Binding;
    };

export interface ObjectEntry {
  readonly kind: "aggregate";
  readonly binding: Aggregate;
  readonly before: ReadonlyMap<string, Binding>;
  readonly like: Cell;
  readonly members: ReadonlyMap<string, Entry>;
}

export interface ScalarEntry {
  readonly kind: "scalar";
  readonly binding: Binding;
  readonly argument: ValueId;
  readonly before: Value;
  /** Of a variable or member, rather than of a part of a view. */
  readonly path?: string;
}

/** A variable that goes round whole arrays. */
export interface PlaceEntry {
  readonly kind: "place";
  readonly binding: View;
  readonly label: string;
  readonly argument: ValueId;
  readonly before: View;
  /** Where the arrays that change places may have different lengths. */
  readonly length: ScalarEntry | undefined;
}

export function enter(context: Context, location: Location, before: Binding): Entry {
  if (!mayChange(context, location, before)) return { kind: "same", binding: before, path: location.name };
  if (structureOf(before) !== undefined && refuseWritten(context, location, before)) {
    return { kind: "same", binding: poison, path: location.name };
  }
  return entryOf(context, before, nameIn(context, location, before), location.name);
}

/** What an array contains is called as its version is. */
function nameIn(context: Context, location: Location, before: Binding): string | undefined {
  return location.role === "memory" && before.kind === "scalar" ? context.builder.nameOf(before.id) : location.name;
}

function mayChange(context: Context, location: Location, before: Binding): boolean {
  const { loop, consumers } = context.state.frame;
  if (loop === undefined || before.kind === "poison") return false;
  const { symbol } = location;
  switch (location.role) {
    case "variable":
      return symbol === undefined || [loop, ...consumers].some((each) => context.assignments.mayChange(symbol, each));
    case "count":
      return location.owner === undefined || context.assumptions.changesLengthIn(loop, location.owner);
    case "fixed":
      return false;
    case "member":
      return before.kind === "scalar" || context.assumptions.changesInLoops(location.name);
    default:
      return true;
  }
}

/** `path` names the variable, or the member of an object, among all that go round the loop. */
function entryOf(context: Context, before: Binding, named: string | undefined, path: string): Entry {
  const { assumptions } = context;
  const { loop } = context.state.frame;
  const name = named ?? path;
  if (isValue(before)) {
    const absent = loop === undefined ? undefined : assumptions.absentInLoop(loop, path);
    if (absent === undefined) return { ...scalarEntry(context, before, named), path };
    return optionalValue(context, { isSet: known(true), value: before }, absent, name);
  }
  const texts = loop && assumptions.textsInLoop(loop, path);
  const coded = texts && codeAtHand(context, before);
  if (texts !== undefined && coded !== undefined) {
    const code = scalarEntry(context, coded, named);
    return { kind: "text", binding: textOfCode(context, scalar(code.argument), texts), code, path };
  }
  if (before.kind === "known" && loop !== undefined) {
    const empty = isAbsent(before) ? optionalBefore(context, loop, path) : undefined;
    if (empty !== undefined) return optionalObject(context, known(false), empty, before, name);
    const type = assumptions.typeInLoop(loop, path);
    if (!isAbsent(before) || type === undefined) return { kind: "same", binding: before, path };
    const value = type === "boolean" ? known(false) : numberOfAbsent(before);
    return optionalValue(context, { isSet: known(false), value }, before, name);
  }
  if (before.kind === "choice" && isAbsent(before.else)) {
    const { condition, then, else: absent } = before;
    const isSet = scalar(condition);
    if (isValue(then)) return optionalValue(context, { isSet, value: then }, absent, name);
    if (then.kind === "aggregate" && isOfValues(context, then)) {
      freeze(then);
      return optionalObject(context, isSet, then, absent, name);
    }
  }
  if (before.kind === "view" && loop !== undefined) {
    if (isWhole(before) && !assumptions.goesRoundParts(loop, path)) return placeEntry(context, before, name, path);
    return partEntry(context, before, name);
  }
  return objectEntry(context, before, name, path) ?? { kind: "same", binding: before, path };
}

/** An object, or several of one structure whose members were merged where they were chosen. */
function objectEntry(context: Context, before: Binding, name: string, path: string): Entry | undefined {
  const { state } = context;
  const structure = structureOf(before);
  const [like] = cellsOf(before);
  if (structure === undefined || like === undefined) return undefined;
  const parts = structure.names.flatMap((key) => {
    const peeked = peekMember(context, before, key, (location) => state.atEntry(location));
    return peeked === undefined ? [] : [[key, peeked.value] as const];
  });
  if (parts.length < structure.names.length) return undefined;
  freeze(before);
  const members = new Map<string, Entry>();
  const cell: Cell = { ...like, members: new Map(), frozen: true, serial: state.age, age: state.frame.age };
  for (const [key, part] of parts) {
    const label = like.shape === "tuple" ? `${name}${key}` : like.shape === "nested" ? labelIn(name, key) : key;
    // Another object of the same array is another place in the same arrays; arrays that change places have one length.
    const isPlace = (like.nest?.path.length ?? 0) > 0;
    const isOfArray = isLengthOfPool(like, key) || (isPlace && !/^#(?:at|index|\d+)$/.test(key));
    const entry: Entry = isOfArray
      ? { kind: "same", binding: part, path: `${path}.${key}` }
      : entryOf(context, part, label, `${path}.${key}`);
    members.set(key, entry);
    cell.members.set(key, state.createAtEntry(roleIn(like), key, entry.binding));
  }
  return { kind: "aggregate", binding: { kind: "aggregate", cell }, before: new Map(parts), like, members };
}

function optionalValue(
  { builder }: Context,
  before: { readonly isSet: Value; readonly value: Value },
  absent: Binding,
  name: string,
): Entry {
  const { value } = before;
  const type = value.kind === "known" ? typeof value.value : builder.typeOf(value.id);
  const defined = builder.fresh("boolean", `${name}IsSet`);
  const argument = builder.fresh(type === "boolean" ? "boolean" : "number", name);
  const binding: Binding = { kind: "choice", condition: defined, then: scalar(argument), else: absent };
  return { kind: "optional", binding, before, defined, argument, absent };
}

function isOfValues({ state }: Context, { cell }: Aggregate): boolean {
  return [...cell.members.values()].every((location) => {
    const member = state.atEntry(location);
    return member !== undefined && isValue(member);
  });
}

/** `before`: the object that there is, or what stands for it. */
function optionalObject(context: Context, isSet: Value, before: Aggregate, absent: Binding, name: string): Entry {
  const { builder, state } = context;
  const members = new Map<string, Entry>();
  const parts = new Map<string, Binding>();
  const cell: Cell = { ...before.cell, members: new Map(), frozen: true, serial: state.age, age: state.frame.age };
  for (const [key, location] of before.cell.members) {
    const current = state.atEntry(location) ?? location.current;
    if (!isValue(current)) continue;
    const entry = scalarEntry(context, current, `${name}${capitalized(key)}`);
    parts.set(key, current);
    members.set(key, entry);
    cell.members.set(key, state.createAtEntry("member", key, entry.binding));
  }
  const defined = builder.fresh("boolean", `${name}IsSet`);
  const binding: Aggregate = { kind: "aggregate", cell };
  return {
    kind: "optional object",
    binding: { kind: "choice", condition: defined, then: binding, else: absent },
    isSet,
    defined,
    object: { kind: "aggregate", binding, before: parts, like: before.cell, members },
    absent,
  };
}

/** `#pool.x` of `ps`: "psX"; which of the objects a variable stands for is called as the variable is. */
function labelIn(name: string, key: string): string {
  const word = key.replace(/^#(?:pool|at$|\d+$)?/, "").replace(/\W/g, "");
  return word === "" ? name : name + capitalized(word);
}

function scalarEntry(context: Context, before: Value, name: string | undefined): ScalarEntry {
  const { builder } = context;
  const type = before.kind === "scalar" ? builder.typeOf(before.id) : typeOf(context, before);
  const argument = builder.fresh(type, name);
  return { kind: "scalar", binding: scalar(argument), argument, before };
}

function placeEntry(context: Context, before: View, name: string, path: string): PlaceEntry {
  const { builder, state } = context;
  const { loop } = state.frame;
  const whole = lengthOf(context, before);
  const varies = loop !== undefined && context.assumptions.lengthsVary(loop);
  const length = varies ? scalarEntry(context, whole, `${name}Length`) : undefined;
  const argument = builder.fresh({ kind: "array", element: before.root.element }, name);
  const memory = state.createAtEntry("memory", name, scalar(argument));
  const root: Root = {
    element: before.root.element,
    name,
    memory,
    kind: "local",
    length: length === undefined ? whole : scalar(length.argument),
    pool: before.root.pool,
    hasRoom: before.root.hasRoom ?? (loop !== undefined && context.assumptions.growsIn(loop) ? true : undefined),
    readOnly: before.root.readOnly,
    origin: undefined,
    allocated: undefined,
    entries: undefined,
  };
  return { kind: "place", binding: wholeView(root), label: path, argument, before, length };
}

function partEntry(context: Context, before: View, name: string): Entry {
  const isWholeRow = before.rows !== undefined && before.length === undefined && before.offset === undefined;
  const offset = isWholeRow ? undefined : scalarEntry(context, before.offset ?? known(0), `${name}Offset`);
  const length = isWholeRow ? undefined : scalarEntry(context, lengthOf(context, before), `${name}Length`);
  const rows = (before.rows ?? []).map((row) => scalarEntry(context, row, `${name}Row`));
  const binding: View = {
    kind: "view",
    root: before.root,
    offset: offset && scalar(offset.argument),
    length: length && scalar(length.argument),
    ...(before.rows !== undefined && { rows: rows.map(({ argument }) => scalar(argument)) }),
    ...(before.isConstant && { isConstant: before.isConstant }),
  };
  return { kind: "part", binding, root: before.root, offset, length, rows, before };
}
