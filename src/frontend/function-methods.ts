/** Methods of functions: `f.call(null, x)`, `f.apply(null, [x])`, `f.bind(null, x)`, where it is known which function that is. */
import { ts } from "ts-morph";
import { type Binding, type FunctionValue, poison, undefinedValue } from "./binding.ts";
import { type Given, givenArguments, spread } from "./call-arguments.ts";
import type { Context } from "./context.ts";
import { quoted } from "./emit.ts";
import { symbolOf } from "./scope.ts";
import type { Location } from "./state.ts";
import { parametersOf } from "./parameters-of.ts";

/** Other ways to call the function that has them, or to make a function of it. */
export function isWayToCall(name: string): boolean {
  return name === "call" || name === "apply" || name === "bind";
}

/** What the function is given by `call` or `apply`: `this`, and the arguments. */
export function passedOn(
  context: Context,
  name: string,
  node: ts.CallExpression,
): { readonly receiver: Binding; readonly given: readonly Given[] } {
  const [first, ...given] = givenArguments(context, node.arguments);
  const receiver = first?.binding ?? undefinedValue;
  if (name === "call") return { receiver, given };
  const [list] = given;
  if (list === undefined) return { receiver, given };
  return { receiver, given: list.isSpread ? [list] : spread(context, list.binding, list.node) };
}

/** `f.bind(null, x)`: what is bound is kept where the parameters of the function will be. */
export function bound(context: Context, target: FunctionValue, node: ts.CallExpression): Binding {
  const { declaration, environment } = target;
  const [first, ...given] = givenArguments(context, node.arguments);
  const receiver = target.receiver ?? (usesThis(target) ? first?.binding : undefined);
  const variables = new Map<ts.Symbol, Location>();
  const before = target.bound ?? 0;
  for (const [k, { binding, isSpread }] of given.entries()) {
    const parameter = parametersOf(declaration)[before + k];
    const name = parameter?.name;
    const isPlain = parameter?.dotDotDotToken === undefined && name !== undefined && ts.isIdentifier(name);
    const symbol = isPlain ? symbolOf(context, name) : undefined;
    if (symbol === undefined || isSpread) return refuseFunctionMethod(context, "bind", node.expression);
    variables.set(symbol, context.state.create("variable", symbol.name, binding, symbol));
  }
  const bindings = { owner: declaration, variables, parent: environment };
  return {
    kind: "function",
    declaration,
    environment: bindings,
    bound: before + given.length,
    ...(receiver && { receiver }),
  };
}

/** The arguments that are bound to a function, the first ones that it has. */
export function boundArguments(
  context: Context,
  { declaration, environment, bound: count = 0 }: FunctionValue,
): readonly Binding[] {
  return parametersOf(declaration)
    .slice(0, count)
    .map(({ name }) => {
      const symbol = ts.isIdentifier(name) ? symbolOf(context, name) : undefined;
      for (let at = environment; at !== undefined && symbol !== undefined; at = at.parent) {
        const location = at.variables.get(symbol);
        if (location !== undefined) return context.state.read(location);
      }
      return poison;
    });
}

/** Whether it asks what `this` is. */
export function usesThis({ declaration }: FunctionValue): boolean {
  const asks = (node: ts.Node): boolean => {
    if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) return true;
    const isOfItsOwn = ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isClassLike(node);
    return !isOfItsOwn && (ts.forEachChild(node, asks) ?? false);
  };
  return ts.forEachChild(declaration, asks) ?? false;
}

/** `node` is the method: `Math.sin.call`. */
export function refuseFunctionMethod(context: Context, name: string, node: ts.Node): Binding {
  if (!isWayToCall(name)) {
    context.reporter.report("ADJ2014", node, { what: quoted(node) });
    return poison;
  }
  const callee =
    ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)
      ? quoted(node.expression)
      : "the function";
  const hint = name === "bind" ? `write a function that calls ${callee}` : `call ${callee} itself`;
  context.reporter.report("ADJ2014", node, { what: `a call by way of ${quoted(node)}` }, hint);
  return poison;
}
