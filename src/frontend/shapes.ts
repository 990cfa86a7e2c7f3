/** Types of TypeScript -> shapes of values. What is outside the language gives the words for the diagnostic. */
import { type Node, type Symbol as TypeSymbol, SymbolFlags, ts, type Type } from "ts-morph";
import { assertNever } from "../diagnostics/invariant.ts";
import type { ElementType } from "../ir/graph.ts";
import type { Shape } from "../ir/signature.ts";

export type ShapeResult =
  | { readonly kind: "shape"; readonly shape: Shape }
  /** Nothing is known: `any`, `unknown`. */
  | { readonly kind: "unknown" }
  | Unsupported;

export interface Unsupported {
  readonly kind: "unsupported";
  /** The way to the member at fault, through `entry` where it goes into an array; `[]` for the type itself. */
  readonly of: readonly string[];
  readonly type: string;
  readonly hint?: string;
}

/** On a way: what stands in an array. */
export const entry = "[]";

/** What each typed array holds. */
export const typedArrays: Readonly<Record<string, ElementType>> = {
  Float64Array: "f64",
  Float32Array: "f32",
  Int8Array: "i8",
  Uint8Array: "u8",
  Uint8ClampedArray: "u8c",
  Int16Array: "i16",
  Uint16Array: "u16",
  Int32Array: "i32",
  Uint32Array: "u32",
};

/** A generic type may hold itself with ever other arguments: `type N<T> = { a: N<[T]> }`. */
const deepest = 50;

/** How an array of these elements is written as a type. */
export function arrayTypeText(element: ElementType): string {
  return Object.keys(typedArrays).find((name) => typedArrays[name] === element) ?? "number[]";
}

/** How a shape is written as a type. */
export function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case "number":
    case "boolean":
      return shape.kind;
    case "array":
      return shape.size === undefined ? arrayTypeText(shape.element) : tupleText(shape.size, "number");
    case "rows": {
      const of = shapeText(shape.of);
      return shape.size === undefined ? `${of}[]` : tupleText(shape.size, of);
    }
    case "text":
      return shape.values?.map((value) => JSON.stringify(value)).join(" | ") ?? "string";
    case "optional":
      return [shapeText(shape.of), ...(shape.absent === "both" ? ["undefined", "null"] : [shape.absent])].join(" | ");
    case "tuple": {
      const { elements, least = elements.length } = shape;
      const texts = elements.map((inner, k) => (k < least ? shapeText(inner) : `(${shapeText(inner)})?`));
      return `[${texts.join(", ")}]`;
    }
    case "object": {
      const key = (name: string) => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name));
      const texts = shape.members.map(({ name, shape: inner }) => {
        const mark = inner.kind === "optional" && inner.absent !== "null" ? "?" : "";
        return `${key(name)}${mark}: ${shapeText(inner)}`;
      });
      return `{ ${texts.join("; ")} }`;
    }
    default:
      return assertNever(shape);
  }
}

function tupleText(size: number, element: string): string {
  return `[${new Array<string>(size).fill(element).join(", ")}]`;
}

/** The shape as it is within an array: a tuple whose entries are all alike is an array of that size there. */
function withinArray(shape: Shape): Shape {
  if (shape.kind === "object") {
    const members = shape.members.map(({ name, shape: inner }) => ({ name, shape: withinArray(inner) }));
    return { kind: "object", members };
  }
  if (shape.kind !== "tuple") return shape;
  const elements = shape.elements.map(withinArray);
  const [first] = elements;
  const isAlike = elements.every((element) => first !== undefined && shapeText(element) === shapeText(first));
  if (first === undefined || !isAlike || first.kind === "boolean") return { kind: "tuple", elements };
  return first.kind === "number"
    ? { kind: "array", element: "number", size: elements.length }
    : { kind: "rows", of: first, size: elements.length };
}

/** The shape of values of this type. `at` is where the type is asked for. */
export function shapeOf(type: Type, at: Node, nesting: readonly Type[] = []): ShapeResult {
  if (type.isAny() || type.isUnknown()) return { kind: "unknown" };
  if (type.isNumber()) return numeric(type, at);
  if (type.isBoolean() || type.isBooleanLiteral()) return { kind: "shape", shape: { kind: "boolean" } };
  const control = controlShape(type);
  if (control !== undefined) return { kind: "shape", shape: control };
  if (type.isUnion()) return unionShape(type, at, nesting);
  if (type.isTuple()) return tupleShape(type, at, nesting);
  if (type.isArray() || type.isReadonlyArray()) {
    const element = type.getArrayElementType();
    if (element === undefined) return unsupported(type, at);
    if (isNumberLike(element)) return { kind: "shape", shape: { kind: "array", element: "number" } };
    return rowsShape(type, element, at, nesting);
  }
  const element = typedArrayElement(type.getSymbol());
  if (element !== undefined) return { kind: "shape", shape: { kind: "array", element } };
  return type.isObject() || type.isIntersection() ? objectShape(type, at, nesting) : unsupported(type, at);
}

function typedArrayElement(symbol: TypeSymbol | undefined): ElementType | undefined {
  return symbol !== undefined && isBuiltIn(symbol) ? typedArrays[symbol.getName()] : undefined;
}

/** Declared by JavaScript or its environment: `Map`, `Float64Array`. */
function isBuiltIn(symbol: TypeSymbol | undefined): boolean {
  const declarations = symbol?.getDeclarations() ?? [];
  const isNamed = symbol !== undefined && !symbol.getName().startsWith("__");
  return isNamed && declarations.length > 0 && declarations.every((declaration) => isLibrary(declaration));
}

function isLibrary(declaration: Node): boolean {
  const file = declaration.getSourceFile().compilerNode;
  return file.isDeclarationFile && !ts.isExternalModule(file);
}

/** A number, an enum of numbers, or a union of number literals. */
function numeric(type: Type, at: Node): ShapeResult {
  return isNumberLike(type) ? { kind: "shape", shape: { kind: "number" } } : unsupported(type, at);
}

/** A text, an enum, or a union of literals. */
function controlShape(type: Type): Shape | undefined {
  if (type.isString()) return { kind: "text", values: undefined };
  const parts = type.isUnion() ? type.getUnionTypes() : [type];
  if (parts.every((part) => part.isNumberLiteral())) return { kind: "number", isControl: true };
  if (!parts.every((part) => part.isStringLiteral())) return undefined;
  // The order of the union is that in which the checker met its parts, in whatever file.
  const values = parts.map((part) => String(part.getLiteralValue())).sort();
  return { kind: "text", values, ...(parts.some((part) => part.isEnumLiteral()) && { isEnum: true }) };
}

/** What may be `undefined` or `null`. */
function unionShape(type: Type, at: Node, nesting: readonly Type[]): ShapeResult {
  const parts = type.getUnionTypes();
  const given = parts.filter((part) => !part.isUndefined() && !part.isNull());
  const [mayBeUndefined, mayBeNull] = [parts.some((part) => part.isUndefined()), parts.some((part) => part.isNull())];
  if (given.length === parts.length) return numeric(type, at);
  const result = shapeOf(type.getNonNullableType(), at, nesting);
  if (result.kind !== "shape") return result;
  const { shape } = result;
  const hint = "make it required: what holds arrays of arrays or of objects may not be left out";
  if (holdsRows(shape)) return { kind: "unsupported", of: [], type: "optional", hint };
  const absent = mayBeUndefined && mayBeNull ? "both" : mayBeNull ? "null" : "undefined";
  return { kind: "shape", shape: { kind: "optional", of: shape, absent } };
}

function isNumberLike(type: Type): boolean {
  if (type.isUnion()) return type.getUnionTypes().every(isNumberLike);
  return type.isNumber() || type.isNumberLiteral();
}

function rowsShape(type: Type, element: Type, at: Node, nesting: readonly Type[]): ShapeResult {
  if (nesting.includes(element)) return holdingItself([]);
  const of = shapeOf(element, at, [...nesting, type]);
  const hint = "say what it holds: number[]";
  if (of.kind === "unknown") return { kind: "unsupported", of: [entry], type: "of no known type", hint };
  if (of.kind !== "shape") return of.of.length === 0 ? unsupported(type, at) : within(of, entry);
  const fault =
    of.shape.kind === "boolean" ? noEntry("a boolean", "write numbers in its place: 0 and 1") : faultInArray(of.shape);
  if (fault !== undefined) return fault.of.length === 0 ? { ...fault, type: type.getText(at) } : within(fault, entry);
  return { kind: "shape", shape: { kind: "rows", of: withinArray(of.shape) } };
}

/** What no entry of an array may hold: a text, or what may be left out. */
function faultInArray(shape: Shape): Unsupported | undefined {
  switch (shape.kind) {
    case "text":
      return noEntry("a string in an array", 'write numbers in its place: 0 | 1, not "a" | "b"');
    case "optional":
      return noEntry("in an array and may be left out", "make it required, or write NaN where there is none");
    case "rows":
      return faultAmong([[entry, shape.of]]);
    case "object":
      return faultAmong(shape.members.map((member) => [member.name, member.shape]));
    case "tuple":
      return faultAmong(shape.elements.map((element, k) => [String(k), element]));
    default:
      return undefined;
  }
}

function faultAmong(parts: readonly (readonly [string, Shape])[]): Unsupported | undefined {
  for (const [name, shape] of parts) {
    const fault = faultInArray(shape);
    if (fault !== undefined) return { ...fault, of: [name, ...fault.of] };
  }
  return undefined;
}

function noEntry(type: string, hint: string): Unsupported {
  return { kind: "unsupported", of: [], type, hint };
}

/** Whether there is a text in it, or what may be left out: these are no values of the graph. */
export function holdsControl(shape: Shape): boolean {
  if (shape.kind === "object") return shape.members.some((member) => holdsControl(member.shape));
  if (shape.kind === "tuple") return shape.elements.some(holdsControl);
  if (shape.kind === "rows") return holdsControl(shape.of);
  return shape.kind === "text" || shape.kind === "optional";
}

function holdsRows(shape: Shape): boolean {
  if (shape.kind === "object") return shape.members.some((member) => holdsRows(member.shape));
  if (shape.kind === "tuple") return shape.elements.some(holdsRows);
  return shape.kind === "rows" || (shape.kind === "optional" && holdsRows(shape.of));
}

function tupleShape(type: Type, at: Node, nesting: readonly Type[]): ShapeResult {
  const elements: Shape[] = [];
  for (const [k, element] of type.getTupleElements().entries()) {
    const result = shapeOf(element, at, [...nesting, type]);
    if (result.kind !== "shape") return within(result, String(k));
    elements.push(result.shape);
  }
  const { elementFlags: flags = [], readonly: isReadonly = false } = tupleOf(type) ?? {};
  const hasRest = flags.at(-1) === ts.ElementFlags.Rest && !isReadonly;
  const isList = hasRest && flags.slice(0, -1).every((flag) => flag === ts.ElementFlags.Required);
  if (isList && elements.every(({ kind }) => kind === "number")) {
    return { kind: "shape", shape: { kind: "array", element: "number" } };
  }
  const least = flags.findIndex((flag) => flag === ts.ElementFlags.Optional);
  if (least < 0 && flags.every((flag) => flag === ts.ElementFlags.Required)) {
    return { kind: "shape", shape: { kind: "tuple", elements } };
  }
  if (least >= 0 && flags.slice(least).every((flag) => flag === ts.ElementFlags.Optional)) {
    return { kind: "shape", shape: { kind: "tuple", elements: elements.map(leftOutFrom(least)), least } };
  }
  return { ...unsupported(type, at), hint: "make it of one length, or a number[] (a readonly one: readonly number[])" };
}

function tupleOf(tuple: Type): ts.TupleType | undefined {
  return tuple.getTargetType()?.compilerType as ts.TupleType | undefined;
}

/** Under exactOptionalPropertyTypes the type does not say that an entry may be undefined. */
function leftOutFrom(least: number): (shape: Shape, k: number) => Shape {
  return (shape, k) => {
    if (k < least || (shape.kind === "optional" && shape.absent !== "null")) return shape;
    return shape.kind === "optional"
      ? { ...shape, absent: "both" }
      : { kind: "optional", of: shape, absent: "undefined" };
  };
}

function objectShape(type: Type, at: Node, nesting: readonly Type[]): ShapeResult {
  const isPlain =
    type.getCallSignatures().length === 0 &&
    type.getConstructSignatures().length === 0 &&
    type.getStringIndexType() === undefined &&
    type.getNumberIndexType() === undefined &&
    !isBuiltIn(type.getSymbol()) &&
    !nesting.includes(type) &&
    nesting.length < deepest;
  if (!isPlain || type.getProperties().length === 0) return unsupported(type, at);
  const members: { name: string; shape: Shape }[] = [];
  for (const property of type.getProperties()) {
    const name = property.getName();
    // What an instance finds in its class.
    if (isOfClass(property) && hasFlag(property, SymbolFlags.Method | SymbolFlags.Accessor)) {
      // Entries of arrays are not known to be instances.
      if (nesting.some((outer) => outer.isArray() || outer.isReadonlyArray())) return unsupported(type, at);
      continue;
    }
    if (isHidden(property)) {
      const hint = "make it public: the generated function stands outside of the class";
      return { kind: "unsupported", of: [name.replace(/^__#\d+@/, "")], type: "private", hint };
    }
    const memberType = property.getTypeAtLocation(at);
    if ([...nesting, type].includes(memberType.getNonNullableType())) {
      return holdingItself([name]);
    }
    const result = shapeOf(memberType, at, [...nesting, type]);
    if (result.kind !== "shape") return within(result, name);
    members.push({ name, shape: result.shape });
  }
  return { kind: "shape", shape: { kind: "object", members } };
}

function holdingItself(of: readonly string[]): Unsupported {
  const hint = "put what it refers to into an array, and let it have the index: next: number";
  return { kind: "unsupported", of, type: "of a type that holds itself", hint };
}

function isOfClass(property: TypeSymbol): boolean {
  return property.getDeclarations().some((declaration) => ts.isClassLike(declaration.compilerNode.parent));
}

/** Not to be read outside of its class. */
function isHidden(property: TypeSymbol): boolean {
  const hidden: readonly ts.SyntaxKind[] = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword];
  return property.getDeclarations().some(({ compilerNode: node }) => {
    const isPrivateName = ts.isPropertyDeclaration(node) && ts.isPrivateIdentifier(node.name);
    const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
    return isPrivateName || modifiers?.some(({ kind }) => hidden.includes(kind)) === true;
  });
}

function hasFlag(symbol: TypeSymbol | undefined, flag: SymbolFlags): boolean {
  return symbol !== undefined && (symbol.getFlags() & flag) !== 0;
}

function unsupported(type: Type, at: Node): Unsupported {
  return { kind: "unsupported", of: [], type: type.getText(at) };
}

function within(result: Exclude<ShapeResult, { kind: "shape" }>, name: string): ShapeResult {
  return result.kind === "unknown"
    ? { kind: "unsupported", of: [name], type: "of a type that is not known" }
    : { ...result, of: [name, ...result.of] };
}
