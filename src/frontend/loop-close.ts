/**
 * What goes round a loop, decided when its body is lowered: arguments that come back as they were are replaced by what they
 * were before the loop, the others are carried. Arrays that change places are in loop-places.ts.
 */
import { assertNever, present } from "../diagnostics/invariant.ts";
import type { ValueId } from "../ir/graph.ts";
import { type Binding, isAbsent, isValue, known, poison, scalar, undefinedValue, type Value } from "./binding.ts";
import { freeze, frozenCell, isAlike, refuseWritten, peekMember, structureOf } from "./chosen-members.ts";
import { codeAtHand, textOfCode, textsIn } from "./coded-texts.ts";
import type { Context } from "./context.ts";
import { idOf, numberOfAbsent, sameBinding, typeOf } from "./emit.ts";
import { carry, carryOut, type ClosingLoop, closeScalar, differs, lost, unknownAfter } from "./loop-carry.ts";
import { closeCount } from "./loop-counts.ts";
import type { Entry } from "./loop-entry.ts";
import { closePlaces, type Place, type Places } from "./loop-places.ts";
import { append } from "./open-if.ts";
import { optionalOf } from "./optional.ts";
import { emptyLike, noteOptional } from "./optional-objects.ts";
import type { Location } from "./state.ts";

/** Fills `carried`. Gives what is to be done when the loop stands in the graph: variables get their new values. */
export function closeLoop(context: Context, closing: ClosingLoop): () => void {
  const { state } = context;
  for (const [location, { entry }] of closing.condition?.imports ?? []) noteTested(closing, keyOf(location), entry);
  const imports = [...closing.frame.imports].sort(([a], [b]) => a.serial - b.serial);

  const found: Place[] = [];
  for (const [location, { entry }] of imports) findPlaces(closing, keyOf(location), location, entry, found);
  const places = closePlaces(context, closing, found);

  const after = new Map<Location, Binding>();
  for (const [location, { before, entry }] of imports) {
    const final = present(closing.last.get(location));
    const binding =
      entry === undefined
        ? closeUnread(context, closing, places, location, final)
        : closeEntry(context, closing, places, keyOf(location), location, entry, before, final);
    if (binding !== before) after.set(location, binding);
  }
  for (const { argument, before } of closing.tested.values()) {
    const value = before.kind === "view" ? state.read(before.root.memory) : before;
    if (isValue(value)) context.substitutes.set(argument, idOf(context, value));
  }
  return () => {
    for (const run of closing.afterwards) run();
    for (const [location, binding] of after) state.write(location, binding);
    places.finish();
  };
}

function keyOf(location: Location): string {
  return String(location.serial);
}

function noteTested(closing: ClosingLoop, key: string, entry: Entry | undefined): void {
  switch (entry?.kind) {
    case "place":
      noteTested(closing, `${key} length`, entry.length);
      closing.tested.set(key, { argument: entry.argument, before: entry.before });
      return;
    case "text":
      return noteTested(closing, key, entry.code);
    case "scalar":
      closing.tested.set(key, { argument: entry.argument, before: entry.before });
      return;
    case "optional":
      closing.tested.set(`${key} set`, { argument: entry.defined, before: entry.before.isSet });
      closing.tested.set(key, { argument: entry.argument, before: entry.before.value });
      return;
    case "optional object":
      closing.tested.set(`${key} set`, { argument: entry.defined, before: entry.isSet });
      return noteTested(closing, key, entry.object);
    case "part":
      noteTested(closing, `${key} offset`, entry.offset);
      entry.rows.forEach((row, k) => noteTested(closing, `${key} row ${k}`, row));
      return noteTested(closing, `${key} length`, entry.length);
    case "aggregate":
      for (const [name, member] of entry.members) noteTested(closing, `${key}.${name}`, member);
      return;
    default:
      return;
  }
}

/** The entries that are places, with what stands in them at the end of the body. */
function findPlaces(
  closing: ClosingLoop,
  key: string,
  location: Location,
  entry: Entry | undefined,
  found: Place[],
): void {
  const visit = (at: string, part: Entry, final: Binding): void => {
    if (part.kind === "place") found.push({ key: at, entry: part, final });
    if (part.kind !== "aggregate" || final.kind !== "aggregate") return;
    for (const [name, member] of part.members) {
      const last = final.cell.members.get(name);
      visit(`${at}.${name}`, member, last === undefined ? undefinedValue : lastOf(closing, last));
    }
  };
  if (entry !== undefined) visit(key, entry, present(closing.last.get(location)));
}

function closeEntry(
  context: Context,
  closing: ClosingLoop,
  places: Places,
  key: string,
  location: Location,
  entry: Entry,
  before: Binding,
  final: Binding,
): Binding {
  if (final.kind === "poison") return final;
  switch (entry.kind) {
    case "counter":
      if (final !== entry.binding) context.assumptions.noteUncounted(closing.node);
      return before;
    case "same":
      if (entry.binding.kind === "poison") return entry.binding;
      return closeSame(context, closing, places, location, entry.path, final, before);
    case "scalar":
      return (
        (location.role === "count" && closeCount(context, closing, entry, final)) ||
        closeScalar(context, closing, key, location.name, entry, final)
      );
    case "text":
      return closeText(context, closing, key, location.name, entry, before, final);
    case "optional":
      return closeOptional(context, closing, key, location.name, entry, before, final);
    case "optional object":
      return closeOptionalObject(context, closing, places, key, location, entry, before, final);
    case "place":
      return places.after(final);
    case "part": {
      if (final.kind !== "view" || final.root !== entry.root) return lost(context, closing, location.name);
      if (final.isConstant !== entry.before.isConstant) return lost(context, closing, location.name);
      const offset =
        entry.offset &&
        closeScalar(context, closing, `${key} offset`, location.name, entry.offset, final.offset ?? known(0));
      const rows = entry.rows.map((row, k) =>
        closeScalar(context, closing, `${key} row ${k}`, location.name, row, final.rows?.[k] ?? undefinedValue),
      );
      const length = final.length ?? (final.rows === undefined ? entry.root.length : undefined);
      const isCutAnew =
        (entry.length === undefined && final.length !== undefined) ||
        (entry.offset === undefined && final.offset !== undefined);
      const last =
        entry.length &&
        closeScalar(context, closing, `${key} length`, location.name, entry.length, length ?? undefinedValue);
      if (isCutAnew || final.rows?.length !== entry.before.rows?.length) return lost(context, closing, location.name);
      const isSame = rows.every((row, k) => row === entry.rows[k]?.before);
      if (offset === entry.offset?.before && last === entry.length?.before && isSame) return before;
      if (!(offset === undefined || isValue(offset)) || !(last === undefined || isValue(last))) return poison;
      const values = rows.filter(isValue);
      if (values.length < rows.length) return poison;
      return {
        kind: "view",
        root: entry.root,
        offset,
        length: last,
        ...(entry.before.rows !== undefined && { rows: values }),
        ...(final.isConstant && { isConstant: final.isConstant }),
      };
    }
    case "aggregate": {
      const names = [...entry.members.keys()];
      const isAlike =
        final.kind === "aggregate" &&
        final.cell.members.size === names.length &&
        names.every((name) => final.cell.members.has(name));
      if (!isAlike) return differs(context, closing, location.name);
      const members: (readonly [string, Binding])[] = [];
      for (const [name, member] of entry.members) {
        const last = present(final.cell.members.get(name));
        const came = present(entry.before.get(name));
        const binding = closeEntry(
          context,
          closing,
          places,
          `${key}.${name}`,
          last,
          member,
          came,
          lastOf(closing, last),
        );
        members.push([name, binding]);
      }
      return frozenCell(context.state, entry.like, members);
    }
    default:
      return assertNever(entry);
  }
}

/** What a location is at the end of the body: of an object from before the loop, or of one that was made in it. */
function lastOf(closing: ClosingLoop, location: Location): Binding {
  return closing.last.get(location) ?? location.current;
}

/** What came in as it was, because it does not change: if it did after all, the next round knows. */
function closeSame(
  context: Context,
  closing: ClosingLoop,
  places: Places,
  location: Location,
  path: string,
  final: Binding,
  before: Binding,
): Binding {
  if (sameBinding(context, before, final)) return before;
  const { assumptions } = context;
  if (before.kind === "unset")
    return places.after(isValue(final) ? carryOut(context, closing, final, location.name) : final);
  if (location.role === "member" && !assumptions.changesInLoops(location.name)) {
    assumptions.noteChangeInLoop(location.name);
    return poison;
  }
  if (location.role === "count" && location.owner !== undefined) {
    assumptions.noteLengthChangesIn(closing.node, location.owner);
    return poison;
  }
  const texts = codeAtHand(context, before) && textsIn(before);
  const others = texts && textsIn(final);
  if (texts !== undefined && others !== undefined) {
    if (assumptions.noteTextsInLoop(closing.node, path, [...texts, ...others])) return poison;
  }
  if (isAbsent(before) && noteOptional({ context, loop: closing.node, path, final })) return poison;
  if (isAbsent(before) && assumptions.typeInLoop(closing.node, path) === undefined) {
    const value = final.kind === "choice" ? [final.then, final.else].find(isValue) : final;
    if (value !== undefined && isValue(value)) {
      assumptions.noteTypeInLoop(closing.node, path, typeOf(context, value));
      return poison;
    }
  }
  return final.kind === "view" || before.kind === "view"
    ? lost(context, closing, location.name)
    : differs(context, closing, location.name);
}

/** A text that changes: the number that stands for it is carried. */
function closeText(
  context: Context,
  closing: ClosingLoop,
  key: string,
  name: string,
  entry: Extract<Entry, { kind: "text" }>,
  came: Binding,
  final: Binding,
): Binding {
  const texts = textsIn(final);
  if (texts === undefined) return differs(context, closing, name);
  if (context.assumptions.noteTextsInLoop(closing.node, entry.path, texts)) return poison;
  const code = codeAtHand(context, final);
  if (code === undefined) return differs(context, closing, name);
  const after = closeScalar(context, closing, key, name, entry.code, code);
  if (!isValue(after)) return after;
  const all = context.assumptions.textsInLoop(closing.node, entry.path) ?? [];
  return after === entry.code.before ? came : textOfCode(context, after, all);
}

function closeOptional(
  context: Context,
  closing: ClosingLoop,
  key: string,
  name: string,
  entry: Extract<Entry, { kind: "optional" }>,
  came: Binding,
  final: Binding,
): Binding {
  const { isSet, value: before } = entry.before;
  if (sameBinding(context, final, entry.binding)) {
    context.substitutes.set(entry.defined, idOf(context, isSet));
    context.substitutes.set(entry.argument, idOf(context, before));
    return came;
  }
  const parts = optionalParts(context, closing, final, before);
  if (parts === undefined || typeOf(context, parts.value) !== typeOf(context, scalar(entry.argument)))
    return differs(context, closing, name);
  const defined = carry(context, closing, `${key} set`, entry.defined, idOf(context, isSet), parts.defined);
  const value = carry(context, closing, key, entry.argument, idOf(context, before), parts.value);
  return { kind: "choice", condition: defined, then: scalar(value), else: entry.absent };
}

function closeOptionalObject(
  context: Context,
  closing: ClosingLoop,
  places: Places,
  key: string,
  location: Location,
  entry: Extract<Entry, { kind: "optional object" }>,
  came: Binding,
  final: Binding,
): Binding {
  const { absent, binding, defined, object } = entry;
  const isSame = final === binding || sameBinding(context, final, binding);
  const isSettled = final.kind === "choice" && final.then.kind === "aggregate" && isAbsent(final.else);
  const value = isSame ? object.binding : isSettled ? final.then : final;
  if (value.kind !== "aggregate") return differs(context, closing, location.name);
  const isSet = isSettled ? scalar(final.condition) : known(true);
  const after = closeEntry(context, closing, places, key, location, object, binding, value);
  if (isSame) {
    context.substitutes.set(defined, idOf(context, entry.isSet));
    return came;
  }
  const condition = carry(context, closing, `${key} set`, defined, idOf(context, entry.isSet), isSet);
  return { kind: "choice", condition, then: after, else: absent };
}

function optionalParts(
  context: Context,
  closing: ClosingLoop,
  final: Binding,
  placeholder: Value,
): { readonly defined: Value; readonly value: Value } | undefined {
  if (isValue(final)) return { defined: known(true), value: final };
  if (isAbsent(final)) return { defined: known(false), value: placeholder };
  if (final.kind !== "choice") return undefined;
  const { then, else: otherwise, condition } = final;
  if (isValue(then) && isAbsent(otherwise)) return { defined: scalar(condition), value: then };
  if (!isAbsent(then) || !isValue(otherwise)) return undefined;
  const { builder } = context;
  const result = builder.fresh("boolean");
  const place = builder.place();
  append(builder, closing.bodyNodes, { kind: "operation", operation: "not", operands: [condition], result, ...place });
  return { defined: scalar(result), value: otherwise };
}

/** A location that the body assigns to before it reads it, if it does. */
function closeUnread(
  context: Context,
  closing: ClosingLoop,
  places: Places,
  location: Location,
  final: Binding,
): Binding {
  const came = present(closing.frame.imports.get(location)).before;
  if (final.kind === "poison") return final;
  if (came.kind === "unset") {
    return places.after(isValue(final) ? carryOut(context, closing, final, location.name) : final);
  }
  const isOptional = optionalOf(final) !== undefined && (isValue(came) || isAbsent(came) || optionalOf(came));
  if (isValue(final) || isOptional) {
    return closeAssigned(context, closing, keyOf(location), location.name, context.state.read(location), final);
  }
  if (final.kind === "view" && isAbsent(came)) return places.after(final);
  const empty = isAbsent(came) ? emptyLike(context, final) : undefined;
  if (empty !== undefined) {
    const last = closeAssigned(context, closing, keyOf(location), location.name, empty, final);
    return last.kind === "poison" ? last : setByRounds(context, closing, last, came);
  }
  if (final.kind === "function" && sameBinding(context, came, final)) return came;
  if (final.kind === "view") return unknownAfter(context, "ADJ2035", location.name);
  if (!isAlike(structureOf(came), structureOf(final))) return differs(context, closing, location.name, true);
  const before = context.state.read(location);
  if (refuseWritten(context, location, before)) return poison;
  freeze(before);
  return closeAssigned(context, closing, keyOf(location), location.name, before, final);
}

/** What is a number, a boolean, or an object of the same structure, before the loop and at the end of a round. */
function closeAssigned(
  context: Context,
  closing: ClosingLoop,
  key: string,
  name: string,
  before: Binding,
  final: Binding,
): Binding {
  const { builder, state } = context;
  const was = optionalOf(before);
  if (isValue(final)) {
    const last = carryAssigned(context, closing, key, name, before, final, before);
    if (last === undefined) return differs(context, closing, name, true);
    return isValue(before) ? last : setByRounds(context, closing, last, was?.absent ?? before, was?.isSet);
  }
  if (sameBinding(context, before, final)) return before;
  const optional = optionalOf(final);
  if (optional !== undefined) {
    const { isSet, value, absent } = optional;
    const last = carryAssigned(context, closing, key, name, before, value, absent);
    if (last === undefined) return differs(context, closing, name, true);
    const wasSet = was === undefined ? known(isValue(before)) : scalar(was.isSet);
    const flag = builder.fresh("boolean", `${name}IsSet`);
    const condition = carry(context, closing, `${key} set`, flag, idOf(context, wasSet), scalar(isSet));
    return { kind: "choice", condition, then: last, else: absent };
  }
  if (final.kind === "poison") return final;
  if (final.kind === "view") return unknownAfter(context, "ADJ2035", name);
  if (final.kind !== "aggregate" || !isAlike(structureOf(before), structureOf(final))) {
    return differs(context, closing, name, true);
  }
  const { cell } = final;
  const members = [...cell.members].map(([part, member]) => {
    const was = peekMember(context, before, part, (location) => state.read(location));
    const label = cell.shape === "tuple" ? `${name}${part}` : part;
    const last = lastOf(closing, member);
    const after =
      was === undefined
        ? differs(context, closing, label, true)
        : closeAssigned(context, closing, `${key}.${part}`, label, was.value, last);
    return [part, after] as const;
  });
  return frozenCell(state, cell, members);
}

/** Carries a number or boolean that every round sets; undefined where it was something else before the loop. */
function carryAssigned(
  context: Context,
  closing: ClosingLoop,
  key: string,
  name: string,
  before: Binding,
  value: Value,
  absent: Binding,
): Value | undefined {
  const type = typeOf(context, value);
  const came = isValue(before) ? before : optionalOf(before)?.value;
  const isOther = came === undefined ? !isAbsent(before) : typeOf(context, came) !== type;
  if (isOther) return undefined;
  const placeholder = type === "boolean" ? known(false) : numberOfAbsent(absent);
  const argument = context.builder.fresh(type, name);
  return scalar(carry(context, closing, key, argument, idOf(context, came ?? placeholder), value));
}

/** What every round sets is set if there was one, or if it was set before. */
function setByRounds(
  context: Context,
  closing: ClosingLoop,
  value: Binding,
  absent: Binding,
  wasSet?: ValueId,
): Binding {
  const { builder } = context;
  const [zero, ran] = [builder.fresh("number"), builder.fresh("boolean")];
  const isSet = wasSet === undefined ? ran : builder.fresh("boolean");
  closing.afterwards.push(() => {
    builder.push({ kind: "constant", value: 0, result: zero, ...builder.place() });
    const operands = [closing.trips, zero];
    builder.push({ kind: "operation", operation: "gt", operands, result: ran, ...builder.place() });
    if (wasSet === undefined) return;
    builder.push({ kind: "operation", operation: "or", operands: [wasSet, ran], result: isSet, ...builder.place() });
  });
  return { kind: "choice", condition: isSet, then: value, else: absent };
}
