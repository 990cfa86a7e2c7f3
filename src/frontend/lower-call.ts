/** Calls. A function that is known is taken apart at the call: its parameters are bound, its body is lowered in place. */
import { ts } from "ts-morph";
import { lowerEntries, readElement, readMember } from "./aggregates.ts";
import { isArray } from "./arrays.ts";
import { memberTest } from "./added-members.ts";
import {
  type Aggregate,
  type Binding,
  type FunctionNode,
  type FunctionValue,
  isAbsent,
  isValue,
  poison,
  scalar,
  undefinedValue,
  unset,
} from "./binding.ts";
import { branch } from "./branch.ts";
import { callFunction } from "./call-function.ts";
import { callLarge, isOneOfSeveral } from "./inlining.ts";
import { callWithRule } from "./call-with-rule.ts";
import { enclosingPrototype, inherited, inheritedOf, lowerThis } from "./classes.ts";
import { lowerSuperCall } from "./construct.ts";
import { argumentAt, byPosition, type CallArguments, givenArguments, restArray } from "./call-arguments.ts";
import { asConstant, orLeftOut, outsideConstant } from "./constant-call.ts";
import type { Activation, Context } from "./context.ts";
import { isDate, methodOfDate } from "./dates.ts";
import { demandPresent } from "./demand-present.ts";
import { quoted } from "./emit.ts";
import { alwaysGoesOn, caught, neverGoesOn } from "./exits.ts";
import { bound, boundArguments, isWayToCall, passedOn, usesThis } from "./function-methods.ts";
import { isNondiff } from "./function-marks.ts";
import { generatorOf, refuseGenerator } from "./generators.ts";
import { insteadOfMethod, insteadOfTexts } from "./instead.ts";
import { growCopy } from "./grown-copy.ts";
import { lowerArrayMethod } from "./lower-array-method.ts";
import { requiredName } from "./commonjs.ts";
import { lowerBuiltinCall } from "./lower-builtin.ts";
import { requiredBinding } from "./module-values.ts";
import { lowerExpression } from "./lower-expression.ts";
import { bindNames, withDefault } from "./lower-pattern.ts";
import { lowerGuarded, lowerWork, workOf } from "./lower-statement.ts";
import { methodOfText } from "./lower-text.ts";
import { throwHere } from "./lower-throw.ts";
import { newCell } from "./aggregates.ts";
import { isRows } from "./nested.ts";
import { isNumberText, keepingMethods, settledText, textOfValue } from "./number-texts.ts";
import { nameValue } from "./reference.ts";
import { isExpression, methodOfExpression, methodWithExpression } from "./regular-expressions.ts";
import { declare, hoistVariables } from "./scope.ts";
import { staticMember } from "./static-members.ts";
import { callUnknown } from "./unknown-calls.ts";
import { parametersOf } from "./parameters-of.ts";

export function lowerCall(context: Context, node: ts.CallExpression): Binding {
  const { expression: callee } = node;
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return lowerSuperCall(context, argumentsOf(context, node), node);
  if (ts.isPropertyAccessExpression(callee) && callee.expression.kind === ts.SyntaxKind.SuperKeyword) {
    return callSuperMethod(context, callee, node);
  }
  if (ts.isPropertyAccessExpression(callee)) {
    const given = lowerExpression(context, callee.expression);
    const base = ts.isOptionalChain(callee) ? given : demandPresent(context, given, callee.expression);
    return callMethod(context, base, callee, node);
  }
  const required = requiredName(node);
  const module = required && requiredBinding(context, required);
  if (module !== undefined) return module;
  const target =
    ts.isElementAccessExpression(callee) && !isArray(lowerExpression(context, callee.expression))
      ? readElement(
          context,
          lowerExpression(context, callee.expression),
          lowerExpression(context, callee.argumentExpression),
          callee,
        )
      : lowerExpression(context, callee);
  if (ts.isOptionalChain(node) && isAbsent(target)) return undefinedValue;
  return call(context, target, node);
}

/** `super.norm()` */
function callSuperMethod(context: Context, callee: ts.PropertyAccessExpression, node: ts.CallExpression): Binding {
  const receiver = lowerThis(context, callee.expression);
  const own = enclosingPrototype(context, node);
  const parent = own?.parent?.maker;
  const method =
    receiver.kind === "class" && parent?.kind === "class"
      ? staticMember(context, parent, callee.name.text, callee)
      : inherited(own?.parent, callee.name.text)?.method;
  if (method !== undefined) return call(context, method, node, receiver);
  context.reporter.report("ADJ2009", callee, { what: "super", member: callee.name.text });
  return poison;
}

export function callMethod(
  context: Context,
  base: Binding,
  callee: ts.PropertyAccessExpression,
  node: ts.CallExpression,
): Binding {
  if (ts.isOptionalChain(callee) && isAbsent(base)) return undefinedValue;
  const name = callee.name.text;
  const isTuple = base.kind === "aggregate" && base.cell.shape === "tuple";
  if (isArray(base) || isTuple || isRows(base)) return lowerArrayMethod(context, base, name, node);
  const common = base.kind === "choice" ? inheritedOf(base, name)?.method : undefined;
  if (common !== undefined) return call(context, common, node, base);
  if (base.kind === "choice") {
    const side = (part: Binding) => () => callMethod(context, part, callee, node);
    return branch(context, scalar(base.condition), side(base.then), side(base.else));
  }
  if (isDate(base)) return methodOfDate(context, base, name, node);
  if (isExpression(base)) return methodOfExpression(context, base, name, argumentsOf(context, node), node);
  if (isNumberText(base)) {
    const settled = settledText(context, base);
    if (settled !== base) return callMethod(context, settled, callee, node);
    if (keepingMethods.has(name)) return base;
    context.reporter.report("ADJ2014", node, { what: `the method ${name} of the text of a number` }, insteadOfTexts);
    return poison;
  }
  if (base.kind === "builtin" && base.name === "console") return dropped(context, node);
  if (isValue(base) || (base.kind === "known" && typeof base.value === "string")) {
    if (name === "valueOf") return base;
    if (isValue(base) && name === "toString" && node.arguments.length === 0) return textOfValue(context, base);
    const values = isValue(base) ? [] : argumentsOf(context, node);
    const text = isValue(base) ? undefined : String(base.value);
    const known =
      text === undefined
        ? undefined
        : (methodOfText(text, name, values) ?? methodWithExpression(context, text, name, values));
    if (known !== undefined) return known;
    context.reporter.report("ADJ2014", node, { what: `the method ${name}` }, insteadOfMethod(name));
    return poison;
  }
  if (isWayToCall(name)) {
    const isMath = base.kind === "builtin" && /^Math\.\w+$/.test(base.name);
    if (isMath && name === "bind" && node.arguments.length <= 1) return base;
    if (isMath && name !== "bind") {
      return lowerBuiltinCall(context, base.name, node, passedOn(context, name, node).given);
    }
    if (base.kind === "function" && name === "bind") return bound(context, base, node);
    if (base.kind === "function") {
      const { receiver, given } = passedOn(context, name, node);
      return inlineCall(context, base, byPosition(given), node, receiver);
    }
  }
  if (name === "hasOwnProperty" && base.kind === "aggregate" && !base.cell.members.has(name)) {
    return memberAsked(context, base, node);
  }
  const target = readMember(context, base, name, callee);
  const isObject = base.kind === "aggregate" || base.kind === "class" || base.kind === "function";
  if (ts.isOptionalChain(node) && isAbsent(target)) return undefinedValue;
  return call(context, target, node, isObject ? base : undefined);
}

function call(context: Context, target: Binding, node: ts.CallExpression, receiver?: Binding): Binding {
  switch (target.kind) {
    case "function":
      return inlineCall(context, target, byPosition(givenArguments(context, node.arguments)), node, receiver);
    case "builtin":
      return lowerBuiltinCall(context, target.name, node);
    case "unknown":
      return callUnknown(context, target, node);
    case "choice": {
      const side = (part: Binding) => () =>
        isAbsent(part) ? noFunction(context, node) : call(context, part, node, receiver);
      return branch(context, scalar(target.condition), side(target.then), side(target.else));
    }
    case "poison":
      target.report?.(node);
      return poison;
    default:
      context.reporter.report("ADJ2015", node.expression, { what: quoted(node.expression) });
      return poison;
  }
}

/** `o.hasOwnProperty("a")` */
function memberAsked(context: Context, object: Aggregate, node: ts.CallExpression): Binding {
  const [key] = argumentsOf(context, node);
  if (key?.kind === "known") return memberTest(context, object, String(key.value), node);
  context.reporter.report("ADJ2014", node, { what: "whether an object has a member that is not known" });
  return poison;
}

/** On this way there is none: to call it throws. */
function noFunction(context: Context, node: ts.CallExpression): Binding {
  return throwHere(context, "TypeError", [`${quoted(node.expression)} is not a function`]);
}

/** A log call: what its arguments do besides is done. */
function dropped(context: Context, node: ts.CallExpression): Binding {
  const acts = (part: ts.Node): boolean =>
    ts.isPostfixUnaryExpression(part) ||
    (ts.isPrefixUnaryExpression(part) && /^(\+\+|--)/.test(part.getText())) ||
    (ts.isBinaryExpression(part) && part.operatorToken.kind === ts.SyntaxKind.EqualsToken) ||
    (ts.forEachChild(part, acts) ?? false);
  for (const argument of node.arguments) if (acts(argument)) lowerExpression(context, argument);
  return undefinedValue;
}

export function argumentsOf(context: Context, node: ts.CallExpression | ts.NewExpression): readonly Binding[] {
  return lowerEntries(context, node.arguments ?? []).map(({ binding }) => binding);
}

/** How often a function may stand among its own callers: `map` in the function that is given to `map`. */
const nestingLimit = 3;
/** The same of one that calls itself with what cannot be handed over, and ends by what is known before the run. */
const depthLimit = 6;

export interface Inlining {
  /** Runs when the arguments are bound. */
  readonly begin?: (() => void) | undefined;
  readonly onYield?: Activation["onYield"];
  readonly consumer?: ts.Node | undefined;
  /** A rule, which may be lowered within itself, and ends by itself (call-with-rule.ts). */
  readonly isRule?: true;
}

/** Lowers the body of a function with these arguments. */
export function inlineCall(
  context: Context,
  target: FunctionValue,
  values: readonly Binding[] | CallArguments,
  node: ts.Node,
  receiver?: Binding,
  { begin, onYield, consumer, isRule }: Inlining = {},
): Binding {
  const { declaration, environment } = target;
  const { singles, others } = "singles" in values ? values : { singles: values, others: [] };
  const { activation, assumptions, builder, reporter, state } = context;
  if (declaration.body === undefined) {
    reporter.report("ADJ2015", node, { what: quoted(node) });
    return poison;
  }
  if (isAsynchronous(declaration)) {
    reporter.report("ADJ2901", declaration, { what: "an asynchronous function" });
    return poison;
  }
  const given = [...boundArguments(context, target), ...singles];
  if (isGenerator(declaration) && onYield === undefined) {
    if (others.length > 0) return refuseGenerator(context, declaration);
    return generatorOf(context, { ...target, bound: 0 }, given, node, receiver);
  }
  const isConstant = context.constantSince === undefined && isNondiff(declaration);
  if (isConstant) {
    const yielded = onYield && ((value: Binding): void => outsideConstant(context, value, node, onYield));
    const inlining = { begin, onYield: yielded, consumer };
    const isOfModule = environment === undefined && receiver === undefined;
    return orLeftOut(context, node, given, isOfModule, () =>
      asConstant(context, node, () => inlineCall(context, target, values, node, receiver, inlining)),
    );
  }
  if (context.constantSince === undefined && onYield === undefined && others.length === 0 && begin === undefined) {
    const run = (): Binding => inlineCall(context, target, values, node, receiver);
    const attached = context.rules.all.length === 0 ? undefined : callWithRule(context, target, given, node, run);
    if (attached !== undefined) return attached;
  }
  const grown = others.length === 0 ? growCopy(context, declaration, given, node) : undefined;
  if (grown !== undefined) return grown;
  const own = ts.isArrowFunction(declaration) ? undefined : (target.receiver ?? receiver);
  const isPart = ts.isConstructorDeclaration(declaration) || onYield !== undefined;
  const isMethod = isPart || (own !== undefined && usesThis(target));
  if (!isMethod && assumptions.isRecursive(declaration)) {
    if (others.length === 0) return callFunction(context, target, given, node);
    reporter.report("ADJ2080", node, { callee: nameOf(declaration), what: "with a spread of an array" });
    return poison;
  }
  const isWrittenOut = assumptions.isWrittenOut(declaration);
  const isInlined = isMethod || isWrittenOut || others.length > 0;
  const apart = isInlined ? undefined : callLarge(context, target, given, node);
  if (apart !== undefined) return apart;
  const open: Activation[] = [];
  for (let at: Activation | undefined = activation; at !== undefined; at = at.caller) {
    // A function may call itself with new.
    const isAlike = (at.environment.receiver === undefined) === (own === undefined);
    if (at.declaration === declaration && isAlike) open.push(at);
  }
  const nested = open.length;
  const isNested = nested >= nestingLimit || (nested > 0 && isWithin(node, declaration));
  const isOwnCall = isRule !== true && isNested && !isOneOfSeveral(target, open);
  if (isOwnCall && (!isWrittenOut || nested >= depthLimit)) {
    if (isWrittenOut) assumptions.noteEndless(declaration);
    else if (!isMethod) assumptions.noteRecursive(declaration);
    else if (!assumptions.isEndless(declaration)) assumptions.noteWrittenOut(declaration);
    else reporter.report("ADJ2080", node, { callee: nameOf(declaration), what: "as a method" });
    context.isBroken = true;
    return poison;
  }
  const span = builder.at(undefined);
  builder.at(span);
  const { exit } = context;
  const inner: Activation = {
    declaration,
    environment: {
      owner: declaration,
      variables: new Map(),
      parent: environment,
      receiver: own,
      values: others.length === 0 ? given : undefined,
      age: state.age,
    },
    caller: activation,
    call: node,
    returnCode: context.nextCode++,
    result: state.create("hidden", isNamed(declaration) ? nameOf(declaration) : "result", unset),
    targets: [],
    isModule: false,
    onYield,
    consumer,
  };
  context.activation = inner;
  const sizeBefore = builder.values.size;
  bindParameters(context, declaration, { singles: given, others });
  begin?.();
  const result = lowerBody(context, declaration);
  context.calls.inlinings.note(declaration, node, builder.values.size - sizeBefore);
  if (result.kind === "scalar" && !context.resultNames.has(result.id) && isNamed(declaration)) {
    context.resultNames.set(result.id, nameOf(declaration));
  }
  context.activation = activation;
  context.exit = neverGoesOn(context.exit) ? context.exit : exit;
  builder.at(span);
  return result;
}

export function bindParameters(context: Context, declaration: FunctionNode, values: CallArguments): void {
  parametersOf(declaration).forEach((parameter, position) => {
    const { name, initializer, dotDotDotToken } = parameter;
    const rest = (): Binding =>
      newCell(
        context,
        "tuple",
        values.singles.slice(position).map((value, k) => [String(k), value] as const),
        parameter,
      );
    const isOptional = initializer !== undefined || parameter.questionToken !== undefined;
    const given =
      dotDotDotToken === undefined
        ? argumentAt(context, values, position, isOptional)
        : values.others.length === 0 && !context.assumptions.isArray(parameter)
          ? rest()
          : restArray(context, values, position, parameter);
    bindNames(context, name, withDefault(context, given, initializer), (each, binding) => {
      nameValue(context, binding, each.text);
      declare(context, each, binding);
    });
  });
}

/** Lowers the body of the function of the current activation; gives what it returns. */
export function lowerBody(context: Context, declaration: FunctionNode): Binding {
  const { body } = declaration;
  const { activation, state } = context;
  if (body === undefined) return undefinedValue;
  if (!ts.isBlock(body)) return lowerExpression(context, body);
  hoistVariables(context, body);
  lowerWork(context, workOf(body.statements));
  const giveNothing = (): void => state.write(activation.result, undefinedValue);
  if (alwaysGoesOn(context.exit)) giveNothing();
  else if (!neverGoesOn(context.exit)) {
    const last = state.read(activation.result);
    const isNothing = last.kind === "known" && last.value === undefined;
    if (!isNothing) lowerGuarded(context, giveNothing);
  }
  context.exit = caught(context.exit, [activation.returnCode]);
  const result = state.read(activation.result);
  if (result.kind === "poison") result.report?.(declaration);
  return result.kind === "unset" ? poison : result;
}

function isWithin(node: ts.Node, owner: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) if (at === owner) return true;
  return false;
}

function isAsynchronous(declaration: FunctionNode): boolean {
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Async) !== 0;
}

function isGenerator(declaration: FunctionNode): boolean {
  return !ts.isArrowFunction(declaration) && declaration.asteriskToken !== undefined;
}

function isNamed(declaration: FunctionNode): boolean {
  return declaration.name !== undefined || ts.isVariableDeclaration(declaration.parent);
}

export function nameOf(declaration: FunctionNode): string {
  if (declaration.name !== undefined) return declaration.name.getText();
  const { parent } = declaration;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : "this function";
}
