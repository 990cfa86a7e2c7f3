/** Objects and tuples, and the members and entries of all that has some. */
import { ts } from "ts-morph";
import type { ElementType } from "../ir/graph.ts";
import { noteWritten } from "./added-members.ts";
import { copyArray } from "./array-copy.ts";
import { givenArguments, joined } from "./call-arguments.ts";
import { allocate, isArray, lengthOf, noArray, store, table } from "./arrays.ts";
import {
  type Aggregate,
  type Binding,
  type Cell,
  type Inherited,
  isAbsent,
  isValue,
  known,
  poison,
  type Prototype,
  scalar,
  type Text,
  undefinedValue,
  type Value,
  type View,
} from "./binding.ts";
import { branch } from "./branch.ts";
import { memberOfBuiltin } from "./builtin-constants.ts";
import { frozenCell, lackingInEither, peekMember, roleIn, structureOf } from "./chosen-members.ts";
import { addMember, inherited, inheritedOf, prototypeOf } from "./classes.ts";
import { memberOfFunction } from "./constructor-functions.ts";
import { functionMember } from "./function-members.ts";
import type { Context } from "./context.ts";
import { numberOf, operate, quoted } from "./emit.ts";
import { entryNumber } from "./entry-number.ts";
import { collected } from "./generators.ts";
import { isDate, memberOfDate } from "./dates.ts";
import { emptyPool } from "./grow-rows.ts";
import { refuseUnset } from "./holes.ts";
import { inlineCall } from "./lower-call.ts";
import { lowerExpression, refused } from "./lower-expression.ts";
import { ownerText } from "./owner-text.ts";
import { type Members, spreadInto } from "./lower-object.ts";
import { environmentAround } from "./scope.ts";
import { isWayToCall, refuseFunctionMethod } from "./function-methods.ts";
import { memberAfterLoad } from "./loaded-values.ts";
import { exportOf } from "./module-values.ts";
import { readEntry } from "./missing.ts";
import { elementOfRows, isNestedCell, isRows, lengthOfRows, memberOfPlace } from "./nested.ts";
import { rowsOfLiteral } from "./literal-rows.ts";
import { nameValue, refined } from "./reference.ts";
import { besideMatches, memberOfExpression } from "./regular-expressions.ts";
import { arrayTypeText } from "./shapes.ts";
import { staticMember } from "./static-members.ts";
import { isRowLike } from "./tuple-growth.ts";
import { unrollFor } from "./unrolled-loop.ts";
import { lengthOfTuple } from "./tuple-entries.ts";
import { slicedRows } from "./select-rows.ts";
import { countOf } from "./sequences.ts";

export function newCell(
  context: Context,
  shape: Cell["shape"],
  members: readonly (readonly [string, Binding])[],
  literal?: ts.Node,
  readOnly = false,
  prototype?: Prototype,
  nest?: Cell["nest"],
): Aggregate {
  const { state } = context;
  const [serial, age] = [state.age, state.age];
  const cell: Cell = { shape, members: new Map(), prototype, nest, literal, frozen: false, readOnly, serial, age };
  for (const [name, binding] of members) cell.members.set(name, state.create(roleIn(cell), name, binding));
  return { kind: "aggregate", cell };
}

/** `[a, b]`: a tuple, or an array if it is indexed by a value of the graph. */
export function lowerArrayLiteral(context: Context, node: ts.ArrayLiteralExpression): Binding {
  const [first] = node.elements;
  if (node.elements.length === 1 && first !== undefined && ts.isSpreadElement(first)) {
    const source = lowerExpression(context, first.expression);
    if (source.kind === "generator") return collected(context, source, node);
    if (isArray(source)) {
      return copyArray(context, source, "number", lengthOf(context, source), node, undefined);
    }
    if (isRows(source)) return slicedRows(context, source, known(0), countOf(context, source), node);
  }
  const { isModule } = context.activation;
  const entries = isModule
    ? folded(context, () => givenArguments(context, node.elements))
    : givenArguments(context, node.elements);
  if (entries.some(({ isSpread }) => isSpread)) {
    return joined(
      context,
      entries.map(({ binding }) => binding),
      node,
    );
  }
  if (entries.some(({ binding, node: at }) => binding.kind === "poison" && ts.isSpreadElement(at))) return poison;
  const pool = entries.length === 0 && !isModule ? emptyPool(context, node) : undefined;
  if (pool !== undefined) return pool;
  const isLong = isModule && entries.length > 16 && entries.every(({ binding }) => isValue(binding));
  if (!isLong && !context.assumptions.isArray(node)) {
    return newCell(
      context,
      "tuple",
      entries.map(({ binding }, k) => [String(k), binding] as const),
      node,
      isModule,
    );
  }
  return arrayOf(context, "number", entries, node);
}

/** Runs with operations on constants computed. */
export function folded<Result>(context: Context, run: () => Result): Result {
  const before = context.isFolding;
  context.isFolding = true;
  const result = run();
  context.isFolding = before;
  return result;
}

export interface EntryOfLiteral {
  readonly binding: Binding;
  readonly node: ts.Node;
}

/** A new array of these numbers; a table in a module. */
export function arrayOf(
  context: Context,
  element: ElementType,
  entries: readonly EntryOfLiteral[],
  node: ts.Node,
): Binding {
  const isNumeric = entries.every(
    ({ binding }) => isValue(binding) || binding.kind === "poison" || binding.kind === "choice",
  );
  if (!isNumeric) {
    const numbers = (bindings: readonly Binding[]) =>
      arrayOf(
        context,
        element,
        bindings.map((binding) => ({ binding, node })),
        node,
      );
    const rows = rowsOfLiteral(
      context,
      entries.map(({ binding }) => binding),
      node,
      numbers,
    );
    if (rows !== undefined) return rows;
    context.reporter.report("ADJ2032", node, { what: quoted(node) });
    return poison;
  }
  const constants = entries.flatMap(({ binding }) => (binding.kind === "known" ? [Number(binding.value)] : []));
  if (context.activation.isModule && constants.length === entries.length) return table(context, element, constants);
  const array = allocate(context, element, known(entries.length), undefined, node);
  entries.forEach(({ binding, node: at }, k) => store(context, array, known(k), entryNumber(context, binding, at), at));
  return array;
}

/** The entries of a literal, or the arguments of a call, with spreads written out. */
export function lowerEntries(context: Context, elements: readonly ts.Expression[]): readonly EntryOfLiteral[] {
  return givenArguments(context, elements).map(({ binding, isSpread, node }) => {
    if (!isSpread) return { binding, node };
    context.reporter.report("ADJ2012", node);
    return { binding: poison, node };
  });
}

export function lowerObjectLiteral(context: Context, node: ts.ObjectLiteralExpression): Binding {
  let members: Members = new Map();
  const accessors = new Map<string, Inherited>();
  const environment = environmentAround(context);
  const set = (name: string, value: Binding): void => {
    members = new Map(members).set(name, { value, presence: undefined });
  };
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const source = lowerExpression(context, property.expression);
      const more = spreadInto(context, members, source, property);
      if (more === undefined)
        refused(context, property, `a spread of ${isRows(source) ? "an array" : "what is no object"}`);
      members = more ?? members;
      continue;
    }
    const name = property.name === undefined ? undefined : memberName(context, property.name);
    if (name === undefined) refused(context, property, "a member whose name is computed");
    else if (ts.isPropertyAssignment(property)) {
      const member = lowerExpression(context, property.initializer);
      nameValue(context, member, name);
      set(name, member);
    } else if (ts.isShorthandPropertyAssignment(property)) set(name, lowerExpression(context, property.name));
    else if (ts.isMethodDeclaration(property)) {
      set(name, { kind: "function", declaration: property, environment });
    } else addMember(accessors, name, property, environment);
  }
  const values = new Map([...members].map(([name, { value }]) => [name, value] as const));
  for (const [name, member] of values) noteWritten(context, name, member);
  for (const name of context.assumptions.addedMembers(node)) {
    if (!values.has(name)) values.set(name, undefinedValue);
  }
  const prototype = { owner: node, maker: undefined, parent: undefined, members: accessors };
  const object = newCell(context, "object", [...values], node, false, accessors.size === 0 ? undefined : prototype);
  object.cell.mayLack = new Map(
    [...members].flatMap(([name, { presence }]) => (presence === undefined ? [] : [[name, presence] as const])),
  );
  return object;
}

function memberName(context: Context, name: ts.PropertyName): string | undefined {
  if (!ts.isComputedPropertyName(name)) return name.text;
  const key = lowerExpression(context, name.expression);
  return key.kind === "known" ? String(key.value) : undefined;
}

/** `base.name`. */
export function readMember(context: Context, base: Binding, name: string, node: ts.Node, isOptional = false): Binding {
  switch (base.kind) {
    case "aggregate": {
      if (isNestedCell(base) && !name.startsWith("#")) return memberOfNested(context, base.cell, name, node);
      const member = base.cell.members.get(name);
      if (member !== undefined) return refined(context, context.state.read(member));
      if (base.cell.shape === "tuple" && name === "length") return lengthOfTuple(context, base, node);
      if (base.cell.shape === "tuple" && name === "constructor") return { kind: "builtin", name: "Array" };
      const own = isDate(base) ? memberOfDate(name) : memberOfExpression(context, base, name);
      if (own === "not followed" || (base.cell.shape === "tuple" && besideMatches.has(name))) break;
      if (own !== undefined) return own;
      return readInherited(context, inherited(base.cell.prototype, name), base, node) ?? undefinedValue;
    }
    case "view":
      if (name === "length") return lengthOf(context, base);
      if (/^\d+$/.test(name)) return readEntry(context, base, known(Number(name)), node);
      if (name === "constructor") return { kind: "builtin", name: constructorOf(base) };
      break;
    case "choice": {
      if (isArray(base) && name === "length") return lengthOf(context, base);
      const merged = peekMember(context, base, name, (location) => context.state.seen(location));
      if (merged !== undefined) return refined(context, merged.value);
      const common = readInherited(context, inheritedOf(base, name), base, node);
      if (common !== undefined) return common;
      const side = (part: Binding) => () =>
        isOptional && isAbsent(part) ? undefinedValue : readMember(context, part, name, node, isOptional);
      return branch(context, scalar(base.condition), side(base.then), side(base.else), name);
    }
    case "text":
      if (base.number === undefined) break;
      return refused(context, node, "a part of the text of a number");
    case "builtin": {
      const constant = memberOfBuiltin(base.name, name);
      return constant === undefined ? { kind: "builtin", name: `${base.name}.${name}` } : known(constant);
    }
    case "class": {
      if (name === "prototype") return newCell(context, "object", [], undefined, true, base.prototype);
      const member = staticMember(context, base, name, node) ?? memberAfterLoad(context, base, name);
      if (member !== undefined) return member;
      break;
    }
    case "function":
      if (name === "__esModule") return undefinedValue;
      {
        const kept = functionMember(base, name);
        if (kept !== undefined) return context.state.read(kept);
      }
      if (isWayToCall(name)) return refuseFunctionMethod(context, name, node);
      {
        const prototype = name === "prototype" ? prototypeOf(context, base, node) : undefined;
        if (prototype !== undefined) return newCell(context, "object", [], undefined, true, prototype);
        const isOfPackage = context.names.isOfPackage(base.declaration.getSourceFile());
        const loaded = isOfPackage ? memberAfterLoad(context, base, name) : undefined;
        const member = loaded ?? memberOfFunction(context, base, name) ?? memberAfterLoad(context, base, name);
        if (member !== undefined) return member;
      }
      break;
    case "module":
      return exportOf(context, base.symbol, name, node);
    case "unknown":
      return { ...base, name: `${base.name}.${name}` };
    case "poison":
      base.report?.(node);
      return poison;
    case "known":
      if (typeof base.value === "string" && name === "length") return known(base.value.length);
      if (typeof base.value === "number" && !(name in Number.prototype)) return undefinedValue;
      break;
    case "scalar":
      if (!(name in Number.prototype)) return undefinedValue;
      break;
    default:
  }
  context.reporter.report("ADJ2009", node, { what: ownerText(node, name), member: name });
  return poison;
}

function constructorOf({ root }: View): string {
  return root.element === "number" ? "Array" : arrayTypeText(root.element);
}

/** A method, or what an accessor gives. */
function readInherited(
  context: Context,
  found: Inherited | undefined,
  base: Binding,
  node: ts.Node,
): Binding | undefined {
  if (found?.get !== undefined) return inlineCall(context, found.get, [], node, base);
  return found?.method ?? found?.value?.();
}

function memberOfNested(context: Context, cell: Cell, name: string, node: ts.Node): Binding {
  if (cell.nest?.shape.kind !== "rows") return memberOfPlace(context, cell, name, node);
  if (name === "length") return lengthOfRows(context, cell);
  if (/^\d+$/.test(name)) return elementOfRows(context, cell, known(Number(name)), node);
  return memberOfPlace(context, cell, name, node);
}

/** One object of those of which a branch chooses one, as it is now, to be read; what is no such choice stays. */
export function asOne(context: Context, binding: Binding, node: ts.Node): Binding {
  const structure = binding.kind === "choice" ? structureOf(binding) : undefined;
  const cells = chosenCells(binding);
  const [like] = cells;
  if (structure === undefined || like === undefined) return binding;
  const members = structure.names.map((name) => [name, readMember(context, binding, name, node)] as const);
  const one = frozenCell(context.state, like, members);
  const lacking = cells.map(({ mayLack }) => mayLack);
  one.cell.mayLack = lacking.reduce(lackingInEither);
  return one;
}

/** The objects that a choice is between. */
function chosenCells(binding: Binding): readonly Cell[] {
  if (binding.kind === "choice") return [...chosenCells(binding.then), ...chosenCells(binding.else)];
  return binding.kind === "aggregate" ? [binding.cell] : [];
}

/** `base[kind]`: the members in turn; of a text that can be nothing else, the last needs no test. */
function readByText(context: Context, base: Binding, index: Text, node: ts.Node): Binding {
  const names = index.values ?? (base.kind === "aggregate" ? [...base.cell.members.keys()] : undefined);
  if (names === undefined) {
    context.reporter.report("ADJ2008", node, { what: quoted(node) });
    return poison;
  }
  const readFrom = (k: number): Binding => {
    const name = names[k];
    if (name === undefined) return undefinedValue;
    const read = () => readMember(context, base, name, node);
    return index.values !== undefined && k === names.length - 1
      ? read()
      : branch(context, index.equals(name), read, () => readFrom(k + 1));
  };
  return readFrom(0);
}

/** Objects, classes, modules, and `Math`. */
function hasNames({ kind }: Binding): boolean {
  return ["aggregate", "builtin", "class", "module"].includes(kind);
}

/** `[Math.sin, Math.cos][k]`: which of them, is asked of the index. */
function oneOfFunctions(context: Context, { cell }: Aggregate, index: Value): Binding | undefined {
  const entries = [...cell.members.values()].map((member) => context.state.read(member));
  const isFunction = ({ kind }: Binding): boolean => kind === "function" || kind === "builtin";
  const areFunctions = entries.some(isFunction) && entries.every((each) => isFunction(each) || isAbsent(each));
  if (!areFunctions || entries.length > mostFunctions) return undefined;
  const from = (k: number): Binding => {
    const entry = entries[k];
    if (entry === undefined) return undefinedValue;
    return branch(
      context,
      operate(context, "eq", index, known(k)),
      () => entry,
      () => from(k + 1),
    );
  };
  return from(0);
}

const mostFunctions = 8;

/** `base[index]`. */
export function readElement(context: Context, base: Binding, index: Binding, node: ts.Node): Binding {
  if (isArray(base)) {
    const at = ts.isElementAccessExpression(node) ? node.argumentExpression : node;
    const place = numberOf(context, index, at);
    if (ts.isElementAccessExpression(node)) refuseUnset(context, base, place, node);
    return readEntry(context, base, place, node);
  }
  if (isRows(base)) {
    const at = ts.isElementAccessExpression(node) ? node.argumentExpression : node;
    return elementOfRows(context, base.cell, numberOf(context, index, at), node);
  }
  if (index.kind === "known") return readMember(context, base, String(index.value), node);
  if (index.kind === "text" && hasNames(base)) return readByText(context, base, index, node);
  if (base.kind === "choice") {
    const side = (part: Binding) => () => readElement(context, part, index, node);
    return branch(context, scalar(base.condition), side(base.then), side(base.else));
  }
  if (index.kind === "choice") {
    const side = (part: Binding) => () => readElement(context, base, part, node);
    return branch(context, scalar(index.condition), side(index.then), side(index.else));
  }
  if (base.kind === "aggregate" && index.kind !== "poison") {
    const { age, members } = base.cell;
    const literal = base.cell.literal ?? base.cell.loaded;
    const isNumeric = [...members.values()].every((member) => isRowLike(context, context.state.read(member)));
    if (!isNumeric && isValue(index) && unrollFor(context, age, index)) return poison;
    const chosen = isValue(index) && base.cell.shape === "tuple" ? oneOfFunctions(context, base, index) : undefined;
    if (chosen !== undefined) return chosen;
    if (literal === undefined || base.cell.shape === "object") {
      context.reporter.report("ADJ2008", node, { what: quoted(node) });
    } else if (base.cell.loaded !== undefined && context.assumptions.isArray(literal)) {
      context.reporter.report("ADJ2032", node, { what: ownerText(node, "") });
    } else context.assumptions.makeArray(literal);
    return poison;
  }
  if (index.kind !== "poison") noArray(context, base, node);
  return poison;
}
