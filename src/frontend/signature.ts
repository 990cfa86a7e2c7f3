/** Reads the parameter list and the result of a tagged function: names, shapes, defaults, and how they are written. */
import { Node, type ParameterDeclaration, type Type } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { FunctionSignature, Shape, SignatureParameter } from "../ir/signature.ts";
import { defaultText } from "./default-text.ts";
import { placeOf } from "./place.ts";
import { entry, holdsControl, shapeOf, type ShapeResult } from "./shapes.ts";
import { type FunctionNode, nameNodeOf } from "./tag-owners.ts";
import { typeTextOf } from "./type-text.ts";

export interface SignatureResult {
  /** `undefined` where something in it is outside the language. */
  readonly signature: FunctionSignature | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

type Bindings = NonNullable<SignatureParameter["bindings"]>;

export function readSignature(name: string, node: FunctionNode): SignatureResult {
  const diagnostics: Diagnostic[] = [];
  const imports = new Set<string>();
  const typeParameter = node.getTypeParameters()[0];
  if (typeParameter !== undefined) {
    return { signature: undefined, diagnostics: [diagnostic("ADJ1024", placeOf(typeParameter), { function: name })] };
  }
  const parameters: SignatureParameter[] = [];
  for (const [position, parameter] of node.getParameters().entries()) {
    const read = readParameter(parameter, position, diagnostics);
    if (read === undefined) continue;
    parameters.push(read.parameter);
    read.imports.forEach((type) => imports.add(type));
  }
  const returns = readResult(name, node, diagnostics);
  if (diagnostics.length > 0) return { signature: undefined, diagnostics };
  const signature = {
    name,
    parameters,
    returns,
    description: descriptionOf(node),
    typeImports: [...imports].sort(),
    span: placeOf(nameNodeOf(node) ?? node),
  };
  return { signature, diagnostics };
}

function readParameter(
  node: ParameterDeclaration,
  position: number,
  diagnostics: Diagnostic[],
): { readonly parameter: SignatureParameter; readonly imports: readonly string[] } | undefined {
  const pattern = node.getNameNode();
  const isPlain = Node.isIdentifier(pattern);
  const label = isPlain ? node.getName() : `parameter ${position + 1}`;
  const refuse = (at: Node, what: string, hint: string | undefined): undefined => {
    diagnostics.push(withHint(diagnostic("ADJ1022", placeOf(at), { what }), hint));
    return undefined;
  };
  if (node.getName() === "this") return refuse(node, "the function has a parameter this", "pass what it needs by name");
  const initializer = node.getInitializer();
  const type = node.getType();
  const result = shapeOf(initializer === undefined ? type : type.getNonNullableType(), node);
  if (result.kind !== "shape") {
    diagnostics.push(shapeFault(result, label, node.getTypeNode() ?? pattern));
    return undefined;
  }
  const fallback = initializer === undefined ? undefined : defaultText(initializer);
  if (initializer !== undefined && fallback === undefined) {
    return refuse(
      initializer,
      `the default of ${label} is not made of numbers and parameters alone`,
      "write it with numbers, Math, and parameters before it",
    );
  }
  const bindings = isPlain ? undefined : readBindings(pattern, [], refuse);
  if (!isPlain && bindings === undefined) return undefined;
  const { text: plainText, imports } = typeTextOf(node.getTypeNode(), result.shape);
  const isOptional = node.hasQuestionToken() && result.shape.kind === "optional";
  const text = isOptional && node.getTypeNode() !== undefined ? `${plainText} | undefined` : plainText;
  const name = isPlain ? node.getName() : nameForPattern(node, position);
  return { parameter: { name, typeText: text, shape: result.shape, initializer: fallback, bindings }, imports };
}

/** `{ a, b: c }` binds `a` to `["a"]` and `c` to `["b"]`. */
function readBindings(
  pattern: Node,
  path: readonly (string | number)[],
  refuse: (at: Node, what: string, hint: string | undefined) => undefined,
): Bindings | undefined {
  const bindings: { name: string; path: readonly (string | number)[] }[] = [];
  for (const [k, element] of pattern.forEachChildAsArray().entries()) {
    if (!Node.isBindingElement(element)) continue;
    if (element.getDotDotDotToken() !== undefined)
      return refuse(element, "a rest element stands here", "name the members");
    const target = element.getNameNode();
    const property = element.getPropertyNameNode();
    if (Node.isComputedPropertyName(property)) return refuse(property, "a computed name stands here", "write the name");
    const key = Node.isStringLiteral(property) ? property.getLiteralText() : (property?.getText() ?? target.getText());
    const at = [...path, Node.isArrayBindingPattern(pattern) ? k : key];
    const inner = Node.isIdentifier(target) ? [{ name: target.getText(), path: at }] : readBindings(target, at, refuse);
    if (inner === undefined) return undefined;
    bindings.push(...inner);
  }
  return bindings;
}

/** A name for a destructured parameter that nothing in the function has. */
function nameForPattern(node: ParameterDeclaration, position: number): string {
  const parent = node.getParentOrThrow();
  const patterns = parent
    .forEachChildAsArray()
    .filter((child) => Node.isParameterDeclaration(child) && !Node.isIdentifier(child.getNameNode()));
  const base = patterns.length > 1 ? `params${position + 1}` : "params";
  const taken = new Set(
    parent
      .getDescendants()
      .filter(Node.isIdentifier)
      .map((identifier) => identifier.getText()),
  );
  let name = base;
  while (taken.has(name)) name += "_";
  return name;
}

function readResult(name: string, node: FunctionNode, diagnostics: Diagnostic[]): Shape | undefined {
  const type = node.getReturnType();
  if (returnsNothing(type)) return undefined;
  const result = resultShape(type, node);
  if (result.kind === "shape" && isResult(result.shape)) return result.shape;
  const at = node.getReturnTypeNode() ?? nameNodeOf(node) ?? node;
  // What an asynchronous function or a generator gives is refused by the fence, with a better word for it.
  if (!node.isAsync() && !("isGenerator" in node && node.isGenerator())) {
    const fault = result.kind === "shape" ? { kind: "unsupported" as const, of: [], type: type.getText(node) } : result;
    diagnostics.push(shapeFault(fault, `the result of ${name}`, at));
  }
  return undefined;
}

/** What is a boolean on some ways is without a value there, as what is null. */
function resultShape(type: Type, at: Node): ShapeResult {
  const parts = type.isUnion() ? type.getUnionTypes() : [];
  const isOther = (part: Type): boolean => part.isBooleanLiteral() || part.isNull() || part.isUndefined();
  const given = parts.filter((part) => !isOther(part));
  const areNumbers = given.every((part) => part.isNumber() || part.isNumberLiteral());
  const [one] = given;
  if (one === undefined || given.length === parts.length || (!areNumbers && given.length > 1)) return shapeOf(type, at);
  const isBoolean = parts.some((part) => part.isBooleanLiteral());
  if (areNumbers && !isBoolean) return shapeOf(type, at);
  const of = areNumbers ? { kind: "shape" as const, shape: { kind: "number" as const } } : shapeOf(one, at);
  if (of.kind !== "shape") return of;
  const areNull = parts.every((part) => given.includes(part) || part.isNull());
  return { kind: "shape", shape: { kind: "optional", of: of.shape, absent: areNull ? "null" : "both" } };
}

/** `number | null`, `{ x: number } | undefined`, `Float64Array | false`: on some ways there is no value. */
function isResult(shape: Shape): boolean {
  return (
    isPartOfResult(shape) || (shape.kind === "optional" && shape.of.kind !== "boolean" && isPartOfResult(shape.of))
  );
}

/** Of what stands in a result, only numbers may be missing. */
function isPartOfResult(shape: Shape): boolean {
  switch (shape.kind) {
    case "object":
      return shape.members.every((member) => isPartOfResult(member.shape));
    case "tuple":
      return shape.elements.every(isPartOfResult);
    case "optional":
      return shape.of.kind === "number" && shape.of.isControl !== true;
    default:
      return !holdsControl(shape);
  }
}

function returnsNothing(type: Type): boolean {
  return type.isVoid() || type.isUndefined() || type.isNever();
}

function shapeFault(result: Exclude<ShapeResult, { kind: "shape" }>, what: string, at: Node): Diagnostic {
  const span = placeOf(at);
  if (result.kind === "unknown") {
    const name = /^\w+$/.test(what) ? what : "x";
    return diagnostic("ADJ1021", span, { what, name });
  }
  const usual = "supported are number, boolean, strings, typed arrays, number[], and objects and tuples of these";
  const member = result.of.reduce((text, part) => (part === entry ? text + part : `${text}.${part}`), what);
  return withHint(diagnostic("ADJ1020", span, { what: member, type: result.type }), result.hint ?? usual);
}

function descriptionOf(node: FunctionNode): string {
  const statement = Node.isFunctionDeclaration(node) ? node : node.getFirstAncestor(Node.isVariableStatement);
  const last = statement?.getJsDocs().at(-1);
  return last === undefined ? "" : last.getDescription().trim();
}
