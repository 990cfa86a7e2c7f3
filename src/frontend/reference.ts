/** What can be assigned to: variables, members, entries of arrays. */
import { ts } from "ts-morph";
import { addMemberNextTime, noteWritten } from "./added-members.ts";
import { newCell } from "./aggregates.ts";
import { type ArrayBinding, isArray, lengthOf, load, noArray, store } from "./arrays.ts";
import {
  type Binding,
  type Cell,
  type Environment,
  type FunctionValue,
  isValue,
  known,
  poison,
  scalar,
  undefinedValue,
  type Value,
  type View,
} from "./binding.ts";
import { branch, branchEffects } from "./branch.ts";
import { readMember } from "./aggregates.ts";
import { inheritedOf } from "./classes.ts";
import { assignedBinding } from "./constant-call.ts";
import type { Context } from "./context.ts";
import { demandPresent } from "./demand-present.ts";
import { numberOf, quoted } from "./emit.ts";
import { startsBeyond } from "./count-facts.ts";
import { functionMemberToSet } from "./function-members.ts";
import { isEntryOfRows, noteEntries } from "./grow-rows.ts";
import { growable, growTupleNextTime, setLength } from "./growth.ts";
import { inlineCall } from "./lower-call.ts";
import { loadedBinding } from "./loaded-values.ts";
import { lowerExpression } from "./lower-expression.ts";
import { globalBinding, moduleBinding } from "./module-values.ts";
import { elementOfRows, isNestedCell, isRows, memberOfPlace, writeElement, writeMember } from "./nested.ts";
import { ownImport } from "./own-imports.ts";
import { ownerText } from "./owner-text.ts";
import { locate, symbolOf } from "./scope.ts";
import type { Location } from "./state.ts";
import { isRowLike, keptAsTuple, nextOfTuple } from "./tuple-growth.ts";
import { unrollFor } from "./unrolled-loop.ts";

export type Reference =
  | {
      readonly kind: "location";
      readonly location: Location;
      /** Why it cannot be written to, asked when it is: `k.p = o.p` enters `o` into a loop, of which `k` may be another name. */
      readonly fault: () => "ADJ2005" | "ADJ2011" | undefined;
      readonly name: string;
    }
  | { readonly kind: "length"; readonly array: View }
  /** What a setter is called for. */
  | { readonly kind: "accessor"; readonly object: Binding; readonly name: string; readonly set: FunctionValue }
  | { readonly kind: "entry"; readonly array: ArrayBinding; readonly index: Value }
  /** A member of an object in a nested array. */
  | { readonly kind: "nested member"; readonly cell: Cell; readonly name: string }
  /** A row or object of a nested array. */
  | { readonly kind: "nested element"; readonly cell: Cell; readonly index: Value }
  | { readonly kind: "choice"; readonly condition: Value; readonly then: Reference; readonly else: Reference }
  | { readonly kind: "none" };

export function readName(context: Context, name: ts.Identifier): Binding {
  const symbol = symbolOf(context, name);
  if (symbol === undefined) return globalBinding(name.text);
  const location = locate(context, symbol);
  if (location === undefined) {
    const own = ownImport(context.names, name);
    if (own !== undefined) return own;
    const given = name.text === "arguments" ? givenArguments(context, name) : undefined;
    if (given !== undefined) return given;
    const isWithoutSource = (symbol.declarations ?? []).every((each) => each.getSourceFile().isDeclarationFile);
    const loaded = isWithoutSource ? context.names.importedValue(name) : undefined;
    return (loaded && loadedBinding(context, loaded)) ?? moduleBinding(context, symbol, name);
  }
  const binding = context.state.read(location);
  if (binding.kind === "choice") return refined(context, binding);
  if (binding.kind !== "poison" || binding.report === undefined) return binding;
  binding.report(name);
  return poison;
}

/** `arguments` of the function at hand, or of the one that an arrow function stands in. */
function givenArguments(context: Context, name: ts.Identifier): Binding | undefined {
  let environment: Environment | undefined = context.activation.environment;
  while (environment !== undefined && (ts.isArrowFunction(environment.owner) || environment.values === undefined)) {
    environment = environment.parent;
  }
  if (environment?.values === undefined || !ts.isFunctionLike(environment.owner)) return undefined;
  const { owner, values } = environment;
  // In old code the entries are other names of the parameters; there are as many as were given all the same.
  const isLength = ts.isPropertyAccessExpression(name.parent) && name.parent.name.text === "length";
  const isAlias = !ts.isExternalModule(owner.getSourceFile()) && !isLength;
  const isAssigned = owner.parameters.some(({ name: parameter }) => {
    const symbol = context.names.at(parameter);
    return symbol !== undefined && context.assignments.assignmentOf(symbol, owner.getSourceFile()) !== undefined;
  });
  if (isAlias && isAssigned) return undefined;
  const members = values.map((value, k) => [String(k), value] as const);
  return newCell(context, "tuple", members, undefined, true);
}

/** A choice where its condition is decided. */
export function refined(context: Context, binding: Binding): Binding {
  if (binding.kind !== "choice") return binding;
  const fact = context.facts.of(binding.condition);
  return fact === undefined ? binding : refined(context, fact ? binding.then : binding.else);
}

export function locateName(context: Context, name: ts.Identifier): Location | undefined {
  const symbol = symbolOf(context, name);
  return symbol && locate(context, symbol);
}

/** Suggests a name for a number, a new array or a table that has none. The place in a tuple (`1`) is no name. */
export function nameValue(context: Context, binding: Binding, name: string): void {
  if (/^\d/.test(name)) return;
  if (binding.kind === "scalar") context.builder.suggestName(binding.id, name);
  const pool = binding.kind === "aggregate" ? namedLeaf(binding.cell) : undefined;
  if (pool !== undefined) return nameValue(context, pool, name);
  if (binding.kind === "choice") for (const part of [binding.then, binding.else]) nameValue(context, part, name);
  if (binding.kind !== "view" || binding.root.kind === "parameter" || binding.root.name !== undefined) return;
  const { root } = binding;
  root.name = name;
  if (root.count !== undefined) root.count.name = `${name}Length`;
  if (root.allocated !== undefined) context.builder.suggestName(root.allocated, name);
}

/** The numbers of an array of arrays, of whatever depth; those of objects have the names of their members. */
function namedLeaf({ members }: Cell): Binding | undefined {
  return [...members].find(([key]) => /^#pool(?:\[\])*$/.test(key))?.[1].current;
}

export function referenceOf(context: Context, node: ts.Expression): Reference {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node)) {
    return referenceOf(context, node.expression);
  }
  if (ts.isIdentifier(node)) return nameReference(context, node);
  if (isOfModule(context, node)) {
    context.reporter.report("ADJ2005", node, { name: quoted(node) });
    return { kind: "none" };
  }
  if (ts.isPropertyAccessExpression(node)) {
    const base = demandPresent(context, lowerExpression(context, node.expression), node.expression);
    return memberReference(context, base, node.name.text, node);
  }
  if (ts.isElementAccessExpression(node)) {
    const base = demandPresent(context, lowerExpression(context, node.expression), node.expression);
    return elementReference(context, base, lowerExpression(context, node.argumentExpression), node);
  }
  context.reporter.report("ADJ2014", node, { what: `an assignment to ${quoted(node)}` });
  return { kind: "none" };
}

/** A member or entry of what a module holds. */
function isOfModule(context: Context, target: ts.Expression): boolean {
  let base = target;
  while (ts.isPropertyAccessExpression(base) || ts.isElementAccessExpression(base) || ts.isNonNullExpression(base)) {
    base = base.expression;
  }
  const symbol = ts.isIdentifier(base) ? symbolOf(context, base) : undefined;
  const isVariable = symbol?.valueDeclaration !== undefined && ts.isVariableDeclaration(symbol.valueDeclaration);
  return symbol !== undefined && isVariable && locate(context, symbol) === undefined;
}

function nameReference(context: Context, name: ts.Identifier): Reference {
  const location = locateName(context, name);
  if (location !== undefined) return { kind: "location", location, fault: () => undefined, name: name.text };
  context.reporter.report("ADJ2005", name, { name: name.text });
  return { kind: "none" };
}

export function memberReference(context: Context, base: Binding, name: string, node: ts.Expression): Reference {
  const { reporter, state } = context;
  if (base.kind === "function") {
    const location = functionMemberToSet(context, base, name);
    // What is kept elsewhere is not read again: to read it is refused.
    return location === undefined
      ? { kind: "none" }
      : { kind: "location", location, fault: () => undefined, name: quoted(node) };
  }
  const setter = inheritedOf(base, name)?.set;
  if (setter !== undefined) return { kind: "accessor", object: base, name, set: setter };
  if (base.kind === "choice") {
    const { condition, then, else: otherwise } = base;
    const side = (part: Binding) => memberReference(context, part, name, node);
    return { kind: "choice", condition: scalar(condition), then: side(then), else: side(otherwise) };
  }
  if (isRows(base)) {
    if (/^\d+$/.test(name)) return { kind: "nested element", cell: base.cell, index: known(Number(name)) };
    reporter.report("ADJ2031", node, { name: ownerText(node, name) });
    return { kind: "none" };
  }
  if (isNestedCell(base)) return { kind: "nested member", cell: base.cell, name };
  if (base.kind === "aggregate") {
    const { literal, shape } = base.cell;
    if (shape === "tuple" && name === "length" && literal !== undefined) {
      growTupleNextTime(context, base, literal);
      return { kind: "none" };
    }
    const location = base.cell.members.get(name);
    if (location !== undefined) {
      const { cell } = base;
      const fault = () => (cell.readOnly ? "ADJ2005" : cell.frozen ? "ADJ2011" : undefined);
      return { kind: "location", location, fault, name: quoted(node) };
    }
    const { cell } = base;
    const isFixed = cell.frozen || cell.readOnly || cell.hasAll === true;
    const canGrow = cell.shape === "object" && !isFixed && state.isMadeHere(cell.age);
    if (canGrow) {
      const added = state.create("member", name, undefinedValue);
      cell.members.set(name, added);
      return { kind: "location", location: added, fault: () => undefined, name: quoted(node) };
    }
    if (addMemberNextTime(context, cell, name)) return { kind: "none" };
    reporter.report("ADJ2009", node, { what: ownerText(node, name), member: name });
  } else if (base.kind === "view" && name === "length") {
    const array = growable(context, base, node);
    if (array !== undefined) return { kind: "length", array };
  } else if (base.kind === "module" || base.kind === "builtin") {
    reporter.report("ADJ2005", node, { name: quoted(node) });
  } else {
    noArray(context, base, node);
  }
  return { kind: "none" };
}

function elementReference(
  context: Context,
  base: Binding,
  index: Binding,
  node: ts.ElementAccessExpression,
): Reference {
  if (isArray(base)) return { kind: "entry", array: base, index: numberOf(context, index, node.argumentExpression) };
  if (base.kind === "choice") {
    const { condition, then, else: otherwise } = base;
    const side = (part: Binding) => elementReference(context, part, index, node);
    return { kind: "choice", condition: scalar(condition), then: side(then), else: side(otherwise) };
  }
  if (index.kind === "poison") return { kind: "none" };
  if (isRows(base)) {
    return { kind: "nested element", cell: base.cell, index: numberOf(context, index, node.argumentExpression) };
  }
  if (isNestedCell(base) && index.kind === "known") {
    return { kind: "nested member", cell: base.cell, name: String(index.value) };
  }
  if (base.kind === "aggregate") {
    const { shape } = base.cell;
    const isMember = index.kind === "known" && (shape === "object" || base.cell.members.has(String(index.value)));
    if (isMember) return memberReference(context, base, String(index.value), node);
    const next = nextOfTuple(context, base, index);
    if (next !== undefined) return { kind: "location", location: next, fault: () => undefined, name: quoted(node) };
    const { literal, age, members } = base.cell;
    const isNumeric = [...members.values()].every((member) => isRowLike(context, context.state.read(member)));
    if (!isNumeric && isValue(index) && unrollFor(context, age, index)) return { kind: "none" };
    if (literal !== undefined && context.assumptions.isKeptTuple(literal)) {
      context.reporter.report("ADJ2032", node, { what: quoted(node.expression) });
      return { kind: "none" };
    }
    if (base.cell.literal !== undefined && (isValue(index) || index.kind === "choice")) {
      const size = base.cell.members.size;
      if (size === 0 || (isValue(index) && startsBeyond(context, index, known(size))))
        growTupleNextTime(context, base, base.cell.literal);
      else context.assumptions.makeArray(base.cell.literal);
      return { kind: "none" };
    }
    context.reporter.report("ADJ2008", node, { what: quoted(node.expression) });
    return { kind: "none" };
  }
  noArray(context, base, node);
  return { kind: "none" };
}

export function readReference(context: Context, reference: Reference, node: ts.Node): Binding {
  switch (reference.kind) {
    case "location": {
      const binding = context.state.read(reference.location);
      if (binding.kind === "poison") binding.report?.(node);
      return binding;
    }
    case "length":
      return lengthOf(context, reference.array);
    case "accessor":
      return readMember(context, reference.object, reference.name, node);
    case "entry":
      return load(context, reference.array, reference.index, node);
    case "nested member":
      return memberOfPlace(context, reference.cell, reference.name, node);
    case "nested element":
      return elementOfRows(context, reference.cell, reference.index, node);
    case "choice": {
      const side = (part: Reference) => () => readReference(context, part, node);
      return branch(context, reference.condition, side(reference.then), side(reference.else));
    }
    default:
      return poison;
  }
}

/** `A[i] = row`, of an array that began empty: the next round of the lowering knows that it holds rows. */
export function holdsRowsInstead(context: Context, array: ArrayBinding, binding: Binding, node: ts.Node): boolean {
  if (array.kind !== "view" || isValue(binding) || !isEntryOfRows(context, binding, node)) return false;
  const { source, way } = array.root;
  if (source === undefined || way === undefined || !ts.isArrayLiteralExpression(source) || source.elements.length > 0)
    return false;
  noteEntries(context, way, binding, node);
  return true;
}

export function writeReference(context: Context, reference: Reference, binding: Binding, node: ts.Expression): void {
  switch (reference.kind) {
    case "location": {
      const fault = reference.fault();
      if (fault !== undefined) return context.reporter.report(fault, node, { name: reference.name });
      nameValue(context, binding, reference.location.name);
      if (reference.location.role === "member") noteWritten(context, reference.location.name, binding);
      return context.state.write(reference.location, assignedBinding(context, reference.location, binding, node));
    }
    case "length":
      return setLength(context, reference.array, numberOf(context, binding, node), node);
    case "accessor":
      return void inlineCall(context, reference.set, [binding], node, reference.object);
    case "entry":
      if (holdsRowsInstead(context, reference.array, binding, node)) return;
      if (keptAsTuple(context, reference.array, binding)) return;
      return store(context, reference.array, reference.index, numberOf(context, binding, node), node);
    case "nested member":
      return writeMember(context, reference.cell, reference.name, binding, node);
    case "nested element":
      return writeElement(context, reference.cell, reference.index, binding, node);
    case "choice": {
      const side = (part: Reference) => () => writeReference(context, part, binding, node);
      return branchEffects(context, reference.condition, side(reference.then), side(reference.else));
    }
    default:
      return;
  }
}
