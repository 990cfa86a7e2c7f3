/**
 * Where the two sides of a branch meet: one binding out of two. Numbers, booleans and contents of arrays become results of
 * the branch; of two different arrays (or functions, or objects) the binding is a choice by the condition. An array that is
 * allocated on one side and outlives it is allocated before the branch.
 */
import { present } from "../diagnostics/invariant.ts";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import {
  type Aggregate,
  type Binding,
  type Cell,
  type Choice,
  type Chosen,
  type Environment,
  type Absent,
  isAbsent,
  isValue,
  known,
  poison,
  type Root,
  scalar,
  type Value,
  type View,
} from "./binding.ts";
import { rootLength } from "./arrays.ts";
import {
  chosenFrom,
  isAlike,
  lackingInEither,
  type Peeked,
  peekMember,
  roleIn,
  structureOf,
} from "./chosen-members.ts";
import { textOfCode } from "./coded-texts.ts";
import type { Context } from "./context.ts";
import { numberOfAbsent, sameBinding, typeOf } from "./emit.ts";
import { membersOfFunctions } from "./function-members.ts";
import { isNumberText, textOfValue } from "./number-texts.ts";
import { mergePlaces, mergeReplaced } from "./merge-arrays.ts";
import { optionalOf } from "./optional.ts";
import { addResult, type OpenIf } from "./open-if.ts";
import type { Location } from "./state.ts";

export interface Merge {
  readonly branch: OpenIf;
  /** Values from here on were made on the sides. */
  readonly mark: ValueId;
  /** Locations and objects of this age on were made on the sides. */
  readonly age: number;
  /** Nodes that go before the branch. */
  readonly hoisted: GraphNode[];
  readonly cells: Map<string, Cell>;
  /** For each object of a side, what it went into: if that is more than one, nobody may change it any more. */
  readonly uses: Map<Cell, Set<string>>;
  readonly roots: Map<string, Root>;
  /** What was made on the sides, or since, and is seen after the branch. */
  readonly outside: Set<ValueId>;
  readonly visited: Set<Environment>;
  /** What a location is at the end of a side, as far as it was looked at. */
  readonly seen: Readonly<Record<Side, (location: Location) => Binding | undefined>>;
  /** What members of the sides were before they were made visible after the branch. */
  readonly before: Map<Location, Binding>;
  /** Choices of a side as they are seen after the branch. */
  readonly exports: Readonly<Record<Side, Map<Choice, Binding>>>;
  /** What is to be done when the branch stands in the graph and all has its new binding. */
  readonly afterwards: (() => void)[];
}
export type Side = "then" | "else";

export function mergeBindings(context: Context, merge: Merge, a: Binding, b: Binding, name?: string): Binding {
  // What each side has merged by itself is not the same.
  if (sameBinding(context, a, b)) return a === b ? a : withoutMembers(a);
  if (a.kind === "poison") return a;
  if (b.kind === "poison") return b;
  if (a.kind === "unset") return exported(context, merge, "else", b, name);
  if (b.kind === "unset") return exported(context, merge, "then", a, name);
  // A number and a boolean stay what they are: `===` and `typeof` tell them apart.
  if (isValue(a) && isValue(b) && typeOf(context, a) === typeOf(context, b)) {
    return mergeValues(context, merge, a, b, name);
  }
  if (isNumberText(a) && isNumberText(b)) {
    return textOfValue(context, mergeValues(context, merge, a.number, b.number, name));
  }
  if (a.kind === "view" && b.kind === "view") {
    const root =
      a.root === b.root ? a.root : (mergePlaces(context, merge, a.root, b.root) ?? mergeReplaced(context, merge, a, b));
    if (root !== undefined && haveLikeParts(a, b)) return mergeParts(context, merge, root, a, b);
  }
  if (a.kind === "aggregate" && b.kind === "aggregate") {
    const cell = mergeCells(context, merge, a, b);
    if (cell !== undefined) return { kind: "aggregate", cell };
  }
  const chosen = mergeStructures(context, merge, a, b, name);
  if (chosen !== undefined) return chosen;
  const optional = mergeOptionals(context, merge, a, b, name);
  if (optional !== undefined) return optional;
  const then = exported(context, merge, "then", a, name);
  const otherwise = exported(context, merge, "else", b, name);
  if (then.kind === "poison") return then;
  if (otherwise.kind === "poison") return otherwise;
  return { kind: "choice", condition: merge.branch.condition, then, else: otherwise };
}

function mergeValues(context: Context, merge: Merge, a: Value, b: Value, name: string | undefined): Value {
  const { branch, hoisted } = merge;
  if (a.kind === "known" && b.kind === "known" && typeof a.value === "boolean" && typeof b.value === "boolean") {
    if (a.value) return scalar(branch.condition);
    const opposite = context.builder.fresh("boolean", name);
    const place = context.builder.place();
    const node = {
      kind: "operation",
      operation: "not",
      operands: [branch.condition],
      result: opposite,
      ...place,
    } as const;
    hoisted.push(node);
    context.definitions.set(opposite, node);
    merge.outside.add(opposite);
    context.selections.set(opposite, { condition: branch.condition, then: a, else: b });
    return scalar(opposite);
  }
  return scalar(result(context, merge, a, b, name));
}

/** A number or boolean that may be undefined: whether it is set, and the value if it is. */
function mergeOptionals(
  context: Context,
  merge: Merge,
  a: Binding,
  b: Binding,
  name: string | undefined,
): Binding | undefined {
  const [x, y] = [presenceOn(a), presenceOn(b)];
  const absent = x?.absent ?? y?.absent;
  if (x === undefined || y === undefined || absent === undefined) return undefined;
  // What may be null, and may be undefined, is one of two.
  if (x.absent !== undefined && y.absent !== undefined && x.absent.value !== y.absent.value) return undefined;
  if (x.value !== undefined && y.value !== undefined && typeOf(context, x.value) !== typeOf(context, y.value)) {
    return undefined;
  }
  const isSet = mergeBindings(context, merge, x.isSet, y.isSet, name === undefined ? undefined : `${name}IsSet`);
  const placeholder = (other: Value | undefined): Value =>
    other !== undefined && typeOf(context, other) === "boolean" ? known(false) : numberOfAbsent(absent);
  const value = mergeBindings(context, merge, x.value ?? placeholder(y.value), y.value ?? placeholder(x.value), name);
  return isSet.kind === "scalar" ? { kind: "choice", condition: isSet.id, then: value, else: absent } : undefined;
}

function presenceOn(
  binding: Binding,
): { readonly isSet: Value; readonly value: Value | undefined; readonly absent: Absent | undefined } | undefined {
  if (isValue(binding)) return { isSet: known(true), value: binding, absent: undefined };
  if (isAbsent(binding)) return { isSet: known(false), value: undefined, absent: binding };
  const optional = optionalOf(binding);
  return optional && { ...optional, isSet: scalar(optional.isSet) };
}

/** The root from before all loops and branches that it stands for. */
export function placeOf(root: Root): Root {
  let place = root;
  while (place.origin !== undefined) place = place.origin;
  return place;
}

/** Two rows of a nested parameter must both be whole, or both be cut: the length of a whole one is that of the row that was taken. */
function haveLikeParts(a: View, b: View): boolean {
  if (a.isConstant !== b.isConstant) return false;
  // Which of the rows it is would be lost: whether it is there is asked of each side.
  if (a.among !== undefined || b.among !== undefined) return false;
  if (a.rows === undefined && b.rows === undefined) return true;
  return a.rows?.length === b.rows?.length && (a.length === undefined) === (b.length === undefined);
}

function mergeParts(context: Context, merge: Merge, root: Root, a: View, b: View): View {
  const mergePart = (x: Value | undefined, y: Value | undefined, whole: Value) => {
    if (x === undefined && y === undefined) return undefined;
    const merged = mergeBindings(context, merge, x ?? whole, y ?? whole);
    return isValue(merged) ? merged : undefined;
  };
  const rows = a.rows?.flatMap((row, k) => mergePart(row, b.rows?.[k], known(0)) ?? []);
  return {
    kind: "view",
    root,
    offset: mergePart(a.offset, b.offset, known(0)),
    length: mergePart(a.length, b.length, a.rows === undefined ? rootLength(context, root) : known(0)),
    ...(rows !== undefined && { rows }),
    ...(a.isConstant && { isConstant: a.isConstant }),
  };
}

/** Objects that are new on both sides become one; older ones may be known elsewhere, and stay what they are. */
function mergeCells(context: Context, merge: Merge, a: Aggregate, b: Aggregate): Cell | undefined {
  const isNew = a.cell.age >= merge.age && b.cell.age >= merge.age;
  const names = [...a.cell.members.keys()];
  const isAlike =
    a.cell.shape === b.cell.shape &&
    a.cell.prototype === b.cell.prototype &&
    a.cell.nest?.key === b.cell.nest?.key &&
    names.length === b.cell.members.size &&
    names.every((name) => b.cell.members.has(name));
  if (!isNew || !isAlike) return undefined;
  const key = `${a.cell.serial} ${b.cell.serial}`;
  noteUse(merge, a.cell, key);
  noteUse(merge, b.cell, key);
  const before = merge.cells.get(key);
  if (before !== undefined) return before;
  const { state } = context;
  const mayLack = lackingInEither(a.cell.mayLack, b.cell.mayLack);
  const lacking = mayLack && { mayLack };
  const cell: Cell = { ...a.cell, ...lacking, members: new Map(), serial: state.age, age: state.age };
  merge.cells.set(key, cell);
  for (const name of names) {
    const [x, y] = [present(a.cell.members.get(name)), present(b.cell.members.get(name))];
    const label = a.cell.shape === "tuple" ? undefined : name;
    const [then, otherwise] = [merge.before.get(x) ?? x.current, merge.before.get(y) ?? y.current];
    const binding = mergeBindings(context, merge, then, otherwise, label);
    cell.members.set(name, state.create(roleIn(cell), name, binding));
  }
  return cell;
}

/** Of two objects of one structure: a choice that knows what its members are. */
function mergeStructures(
  context: Context,
  merge: Merge,
  a: Binding,
  b: Binding,
  name: string | undefined,
): Binding | undefined {
  const structure = structureOf(a);
  if (structure === undefined || !isAlike(structure, structureOf(b))) return undefined;
  const merged: (readonly [string, Peeked])[] = [];
  for (const key of structure.names) {
    const x = peekMember(context, a, key, (location) => seenOn(merge, "then", location));
    const y = peekMember(context, b, key, (location) => seenOn(merge, "else", location));
    if (x === undefined || y === undefined) continue;
    const label = structure.shape === "tuple" ? name && `${name}${key}` : key;
    const isOne = x.value.kind === "view" && sameBinding(context, x.value, y.value);
    const value =
      isOne || (isValue(x.value) && isValue(y.value))
        ? mergeBindings(context, merge, x.value, y.value, label)
        : mergeStructures(context, merge, x.value, y.value, label);
    if (value !== undefined) merged.push([key, { value, sources: [...new Set([...x.sources, ...y.sources])] }]);
  }
  const then = exported(context, merge, "then", a, name);
  const otherwise = exported(context, merge, "else", b, name);
  if (then.kind === "poison") return then;
  if (otherwise.kind === "poison") return otherwise;
  const members = membersAfter(context, merge, merged);
  for (const part of [then, otherwise]) if (part.kind === "aggregate") part.cell.hasAll = true;
  return { kind: "choice", condition: merge.branch.condition, then, else: otherwise, members };
}

function seenOn(merge: Merge, side: Side, location: Location): Binding | undefined {
  return merge.before.get(location) ?? merge.seen[side](location);
}

/** Filled when what the members were made from has its binding after the branch. */
function membersAfter(
  context: Context,
  merge: Merge,
  merged: readonly (readonly [string, Peeked])[],
): ReadonlyMap<string, Chosen> {
  const members = new Map<string, Chosen>();
  merge.afterwards.push(() => {
    for (const [key, peeked] of merged) {
      const chosen = chosenFrom(peeked, context.state);
      if (chosen !== undefined) members.set(key, chosen);
    }
  });
  return members;
}

function withoutMembers(binding: Binding): Binding {
  if (binding.kind !== "choice") return binding;
  const { condition, then, else: otherwise } = binding;
  return { kind: "choice", condition, then: withoutMembers(then), else: withoutMembers(otherwise) };
}

function noteUse(merge: Merge, cell: Cell, key: string): void {
  const keys = merge.uses.get(cell) ?? new Set();
  keys.add(key);
  merge.uses.set(cell, keys);
}

/** After all bindings are merged. */
export function freezeShared(merge: Merge): void {
  for (const [cell, keys] of merge.uses) {
    if (keys.size === 1) continue;
    cell.frozen = true;
    for (const key of keys) {
      const merged = merge.cells.get(key);
      if (merged !== undefined) merged.frozen = true;
    }
  }
}

/** A binding of one side as it is seen after the branch. */
function exported(context: Context, merge: Merge, side: Side, binding: Binding, name?: string): Binding {
  const inner = (part: Binding) => exported(context, merge, side, part, name);
  switch (binding.kind) {
    case "scalar": {
      if (!isInside(context, merge, binding.id)) return binding;
      const type = context.builder.typeOf(binding.id);
      if (typeof type === "object") return poison;
      const placeholder = type === "boolean" ? known(false) : known(0);
      const [then, otherwise] = side === "then" ? [binding, placeholder] : [placeholder, binding];
      return scalar(result(context, merge, then, otherwise, name));
    }
    case "text": {
      const code = binding.code && inner(binding.code);
      if (code !== undefined && isValue(code)) return textOfCode(context, code, binding.values ?? []);
      const number = binding.number && inner(binding.number);
      return number !== undefined && isValue(number) ? textOfValue(context, number) : binding;
    }
    case "view": {
      if (!exportRoot(context, merge, side, binding.root)) return unknownAfterBranch(context, binding.root, name);
      const part = (value: Value | undefined) => {
        const outside = value === undefined ? undefined : inner(value);
        return outside !== undefined && isValue(outside) ? outside : undefined;
      };
      const rows = binding.rows?.flatMap((row) => part(row) ?? []);
      const ends = { length: part(binding.length), reach: part(binding.reach) };
      const [index, count] = [part(binding.among?.index), part(binding.among?.count)];
      const among = binding.among && index && count && { ...binding.among, index, count };
      return { ...binding, offset: part(binding.offset), ...ends, ...(rows && { rows }), among };
    }
    case "choice": {
      const before = merge.exports[side].get(binding);
      const after = before ?? exportedChoice(context, merge, side, binding, name);
      merge.exports[side].set(binding, after);
      return after;
    }
    case "aggregate":
      if (binding.cell.age >= merge.age && !binding.cell.readOnly) {
        noteUse(merge, binding.cell, "itself");
        for (const member of binding.cell.members.values()) {
          if (!merge.before.has(member)) merge.before.set(member, member.current);
          member.current = inner(member.current);
        }
      }
      return binding;
    case "function":
      for (let at = binding.environment; at !== undefined && !merge.visited.has(at); at = at.parent) {
        merge.visited.add(at);
        for (const variable of [...at.variables.values(), ...membersOfFunctions(at)]) {
          // What is of a function around, which is lowered apart, is not of this branch.
          const isOwn = variable.age >= merge.age && context.state.owns(variable);
          if (isOwn) variable.current = inner(variable.current);
        }
      }
      return binding;
    default:
      return binding;
  }
}

function exportedChoice(context: Context, merge: Merge, side: Side, binding: Choice, name?: string): Binding {
  const inner = (part: Binding) => exported(context, merge, side, part, name);
  const condition = inner(scalar(binding.condition));
  if (condition.kind !== "scalar") return poison;
  const merged = [...(binding.members?.keys() ?? [])].flatMap((key) => {
    const peeked = peekMember(context, binding, key, (location) => seenOn(merge, side, location));
    return peeked === undefined ? [] : [[key, { ...peeked, value: inner(peeked.value) }] as const];
  });
  const after = {
    kind: "choice",
    condition: condition.id,
    then: inner(binding.then),
    else: inner(binding.else),
  } as const;
  return binding.members === undefined ? after : { ...after, members: membersAfter(context, merge, merged) };
}

export function result(context: Context, merge: Merge, then: Value, otherwise: Value, name?: string): ValueId {
  const id = addResult(context.builder, merge.branch, then, otherwise, name);
  merge.outside.add(id);
  context.selections.set(id, { condition: merge.branch.condition, then, else: otherwise });
  return id;
}

export function isInside(context: Context, merge: Merge, id: ValueId): boolean {
  return id > merge.mark && !merge.outside.has(id) && !context.everywhere.has(id);
}

function unknownAfterBranch(context: Context, root: Root, name: string | undefined): Binding {
  const { reporter } = context;
  return {
    kind: "poison",
    report: (at) => reporter.report("ADJ2033", at, { name: name ?? root.name ?? "this array" }),
  };
}

/** Makes an array that was allocated on one side live after the branch: it is allocated before it. */
function exportRoot(context: Context, merge: Merge, side: Side, root: Root): boolean {
  if (root.memory.age < merge.age || root.readOnly) return true;
  const version = root.memory.current;
  if (version.kind !== "scalar") return false;
  for (const counted of [root.count, root.head]) {
    if (counted !== undefined) counted.current = exported(context, merge, side, counted.current);
  }
  if (!isInside(context, merge, version.id)) return true;
  const place = placeOf(root);
  if (place.allocated === undefined) return false;
  if (isInside(context, merge, place.allocated) && !hoist(context, merge, side, place.allocated)) return false;
  const [then, otherwise] = side === "then" ? [version, scalar(place.allocated)] : [scalar(place.allocated), version];
  root.memory.current = scalar(result(context, merge, then, otherwise, root.name));
  return true;
}

/** Moves the node that defines a value from a side to before the branch, with all that it needs. */
function hoist(context: Context, merge: Merge, side: Side, id: ValueId): boolean {
  if (!isInside(context, merge, id)) return true;
  const nodes = side === "then" ? merge.branch.thenNodes : merge.branch.elseNodes;
  const position = nodes.findIndex((node) => "result" in node && node.result === id);
  if (position < 0) return false;
  const node = present(nodes[position]);
  if (node.kind === "operation" && !node.operands.every((operand) => hoist(context, merge, side, operand)))
    return false;
  if (node.kind === "allocate" && !hoist(context, merge, side, node.length)) return false;
  if (node.kind !== "operation" && node.kind !== "constant" && node.kind !== "allocate") return false;
  nodes.splice(nodes.indexOf(node), 1);
  merge.hoisted.push(node);
  merge.outside.add(id);
  return true;
}
