/**
 * Holds a rule against the function that it is for. After the parameters of the function come, for `@vjpOf`, the seed: the
 * tangent of what the function gives; for `@jvpOf`, a tangent for each parameter that holds floats. A `@vjpOf` gives back the
 * gradient by each of these parameters: by itself where there is one, else a tuple in their order or an object with their
 * names; a `@jvpOf` the tangent of what the function gives.
 */
import { ts } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { Span } from "../ir/graph.ts";
import type { FunctionNode } from "./binding.ts";
import { faultPlace } from "./fault-place.ts";
import type { Names } from "./names.ts";
import type { Rule } from "./rules.ts";

export interface RuleFacts {
  readonly mode: "vjpOf" | "jvpOf";
  readonly targetName: string;
  /** Of the function that it is for. */
  readonly type: ts.Type;
  readonly node: FunctionNode;
  readonly name: string | undefined;
}

/** What does not fit, first; undefined where all does. */
export function ruleFaults(facts: RuleFacts, checker: ts.TypeChecker, tag: Span): Diagnostic | undefined {
  const { mode, node, type, targetName, name = "the rule" } = facts;
  // Of overloads none says what all calls are given.
  const [signature, ...overloads] = type.getCallSignatures();
  if (signature === undefined || overloads.length > 0) return undefined;
  const target = signature.getParameters();
  const typeOf = (symbol: ts.Symbol): ts.Type => checker.getTypeOfSymbolAtLocation(symbol, node);
  const floats = target.filter((each) => holdsFloats(typeOf(each), checker));
  const result = signature.getReturnType();
  const added = mode === "vjpOf" ? ["seed"] : floats.map((each) => `d${each.name}`);
  const { parameters } = node;
  const names = floats.map((each) => each.name);
  const wholeGradient = names.length === 1 ? "the gradient by it" : `a tuple [${names.join(", ")}]`;
  const resultHint =
    mode === "jvpOf" ? "give the tangent of the result" : `give ${wholeGradient}, or an object { ${names.join(", ")} }`;
  const fault = (at: ts.Node | undefined, what: string, second?: ts.Symbol, isResult = false): Diagnostic => {
    const declared = second?.valueDeclaration;
    const isRead = declared !== undefined && !declared.getSourceFile().isDeclarationFile;
    const notes = isRead
      ? [{ message: `${second?.name} of ${targetName} is declared here`, span: faultPlace(declared) }]
      : [];
    const made = diagnostic(
      "ADJ1029",
      at === undefined ? tag : faultPlace(at),
      { tag: mode, rule: name, function: targetName, what },
      notes,
    );
    if (isResult) return withHint(made, resultHint);
    const after = mode === "vjpOf" ? "the seed" : "a tangent for each that holds floats";
    const order = [...target.map((each) => each.name), ...added].join(", ");
    return withHint(made, `its parameters are those of ${targetName}, then ${after}: ${name}(${order})`);
  };
  const isTyped = (each: ts.Type): boolean => (each.flags & ts.TypeFlags.Any) === 0;
  const text = (each: ts.Type): string => checker.typeToString(each).replaceAll(/<ArrayBuffer(Like)?>/g, "");

  const count = target.length + added.length;
  if (parameters.length !== count || parameters.some(({ dotDotDotToken }) => dotDotDotToken !== undefined)) {
    const what = `it has ${plural(parameters.length, "parameter")}, and ${count} are wanted`;
    return fault(parameters[count] ?? node, what);
  }
  for (const [k, each] of target.entries()) {
    const own = parameters[k];
    if (own === undefined) continue;
    const wanted = own.initializer === undefined ? typeOf(each) : typeOf(each).getNonNullableType();
    const given = checker.getTypeAtLocation(own);
    if (!isTyped(wanted) || !isTyped(given) || isAlike(wanted, given, checker)) continue;
    return fault(own, `${own.name.getText()} is ${text(given)}, and ${each.name} is ${text(wanted)}`, each);
  }
  const tangents = mode === "vjpOf" ? [result] : floats.map(typeOf);
  for (const [k, wanted] of tangents.entries()) {
    const own = parameters[target.length + k];
    if (own === undefined) continue;
    const given = checker.getTypeAtLocation(own);
    if (!isTyped(wanted) || !isTyped(given) || isTangentOf(given, wanted, checker)) continue;
    const whose = mode === "vjpOf" ? `what ${targetName} gives` : (floats[k]?.name ?? "");
    return fault(own, `${own.name.getText()} is ${text(given)}, and no tangent of ${whose}, ${text(wanted)}`);
  }
  const returned = checker.getSignatureFromDeclaration(node)?.getReturnType();
  if (returned === undefined || !isTyped(returned)) return undefined;
  const at = node.type ?? node;
  if (mode === "jvpOf") {
    if (isTangentOf(returned, result, checker)) return undefined;
    return fault(
      at,
      `it gives ${text(returned)}, and no tangent of what ${targetName} gives, ${text(result)}`,
      undefined,
      true,
    );
  }
  if (isGradient(returned, floats, typeOf, checker)) return undefined;
  return fault(at, `it gives ${text(returned)}, and no gradient by ${listed(names)}`, undefined, true);
}

/** The positions of the parameters of a rule's function that hold floats: the rule has them first. */
export function floatParameters(names: Names, { mode, declaration }: Rule): readonly number[] {
  const checker = names.checkerOf(declaration);
  const { parameters } = declaration;
  const floats = parameters.flatMap((each, k) => (holdsFloats(checker.getTypeAtLocation(each), checker) ? [k] : []));
  if (mode === "vjpOf") return floats.filter((k) => k < parameters.length - 1);
  // As many tangents follow as there are floats before them.
  const count = parameters.findIndex((_, k) => k + floats.filter((each) => each < k).length === parameters.length);
  return floats.filter((k) => k < (count < 0 ? parameters.length : count));
}

/** By itself for one parameter, else a tuple in their order, or an object with names of theirs. */
function isGradient(
  returned: ts.Type,
  floats: readonly ts.Symbol[],
  typeOf: (symbol: ts.Symbol) => ts.Type,
  checker: ts.TypeChecker,
): boolean {
  const fits = (given: ts.Type, each: ts.Symbol | undefined): boolean => {
    return each !== undefined && isTangentOf(given, typeOf(each), checker);
  };
  if (floats.length === 1 && fits(returned, floats[0])) return true;
  if (checker.isTupleType(returned)) {
    const parts = checker.getTypeArguments(returned as ts.TypeReference);
    return floats.length > 1 && parts.length === floats.length && parts.every((part, k) => fits(part, floats[k]));
  }
  const members = isPlainObject(returned, checker) ? returned.getProperties() : [];
  return (
    members.length > 0 &&
    members.every((member) =>
      fits(
        typeOf(member),
        floats.find(({ name }) => name === member.name),
      ),
    )
  );
}

/** What one function is given another can be given, where floats may stand in arrays of another kind. */
function isAlike(wanted: ts.Type, given: ts.Type, checker: ts.TypeChecker): boolean {
  return checker.isTypeAssignableTo(wanted, given) || (isFloats(wanted, checker) && isFloats(given, checker));
}

/** Numbers for numbers, arrays of numbers for such, and objects and tuples part for part; parts without floats may be missing. */
function isTangentOf(given: ts.Type, wanted: ts.Type, checker: ts.TypeChecker): boolean {
  const value = wanted.getNonNullableType();
  if (isNumber(value)) return isNumber(given);
  if (checker.isTupleType(value) && checker.isTupleType(given)) {
    const [parts, others] = [value, given].map((each) => checker.getTypeArguments(each as ts.TypeReference));
    const kept = parts?.filter((part) => holdsFloats(part, checker)) ?? [];
    return (
      others !== undefined &&
      others.length === kept.length &&
      kept.every((part, k) => {
        const other = others[k];
        return other !== undefined && isTangentOf(other, part, checker);
      })
    );
  }
  if (isFloats(value, checker)) return isFloats(given, checker);
  if (!isPlainObject(value, checker) || !isPlainObject(given, checker)) return checker.isTypeAssignableTo(value, given);
  return given.getProperties().every((member) => {
    const own = value.getProperty(member.name);
    const [inner, outer] = [member, own].map((each) => each && typeOfMember(each, checker));
    return inner !== undefined && outer !== undefined && isTangentOf(inner, outer, checker);
  });
}

/** Whether something in it is a number that may have a derivative. */
function holdsFloats(type: ts.Type, checker: ts.TypeChecker, depth = 0): boolean {
  const value = type.getNonNullableType();
  if (depth > 8) return false;
  if (isNumber(value) || isFloats(value, checker)) return true;
  if (checker.isTupleType(value) || checker.isArrayType(value)) {
    return checker.getTypeArguments(value as ts.TypeReference).some((part) => holdsFloats(part, checker, depth + 1));
  }
  return (
    isPlainObject(value, checker) &&
    value.getProperties().some((member) => {
      const inner = typeOfMember(member, checker);
      return inner !== undefined && holdsFloats(inner, checker, depth + 1);
    })
  );
}

function typeOfMember(member: ts.Symbol, checker: ts.TypeChecker): ts.Type | undefined {
  return checker.getTypeOfSymbol(member);
}

/** Not an enum or a union of numbers, which decides and is nothing to differentiate. */
function isNumber(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Number) !== 0 || (type.flags & ts.TypeFlags.NumberLiteral) !== 0;
}

/** An array of numbers, typed or plain. */
function isFloats(type: ts.Type, checker: ts.TypeChecker): boolean {
  const name = type.getSymbol()?.name;
  if (name === "Float32Array" || name === "Float64Array") return true;
  if (!checker.isArrayType(type)) return false;
  return checker.getTypeArguments(type as ts.TypeReference).every(isNumber);
}

function isPlainObject(type: ts.Type, checker: ts.TypeChecker): boolean {
  if ((type.flags & ts.TypeFlags.Object) === 0 || type.getCallSignatures().length > 0) return false;
  return !isFloats(type, checker) && !checker.isArrayType(type) && type.getNumberIndexType() === undefined;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function plural(count: number, word: string): string {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
