/** Names: from an identifier to the location or constant that it stands for. */
import { ts } from "ts-morph";
import { isVar } from "./assignments.ts";
import type { Binding, Environment, FunctionNode } from "./binding.ts";
import { poison, undefinedValue } from "./binding.ts";
import type { Activation, Context } from "./context.ts";
import type { Location } from "./state.ts";

/** What a name means: its symbol, with imports and re-exports followed. */
export function symbolOf(context: Context, name: ts.Node): ts.Symbol | undefined {
  const symbol = context.names.at(name);
  return symbol && context.names.resolved(symbol);
}

/** What a function that is made here closes over: of the module itself no variables, whose names are asked for by symbol. */
export function environmentAround({ activation }: Context): Environment | undefined {
  const { environment, isModule } = activation;
  const isPlain = environment.variables.size === 0 && environment.receiver === undefined;
  return isModule && isPlain && environment.parent === undefined ? undefined : environment;
}

/**
 * The activation with a scope of its own for one round of a loop: functions that are made in it keep its variables. It has its
 * own copies of those of the header, as they are now.
 */
export function roundOf({ state }: Context, activation: Activation, header: readonly Location[]): Activation {
  const { environment } = activation;
  const variables = new Map<ts.Symbol, Location>();
  for (const location of header) {
    const { symbol, name } = location;
    if (symbol !== undefined) variables.set(symbol, state.create("variable", name, state.read(location), symbol));
  }
  const own = { variables, parent: environment, age: state.age, members: undefined };
  return { ...activation, environment: { ...environment, ...own } };
}

/** The location of a parameter or local variable that is in scope. */
export function locate(context: Context, symbol: ts.Symbol): Location | undefined {
  let environment: Environment | undefined = context.activation.environment;
  for (; environment !== undefined; environment = environment.parent) {
    const location = environment.variables.get(symbol);
    if (location !== undefined) return located(context, environment, symbol, location);
  }
  return undefined;
}

/** In a function of its own, a variable from around it comes in as a parameter does. */
export function located(context: Context, environment: Environment, symbol: ts.Symbol, location: Location): Location {
  if (context.state.owns(location)) return location;
  const inside = context.captured.get(location);
  if (inside !== undefined) return inside;
  context.uncaptured?.(environment, symbol);
  context.isBroken = true;
  return context.state.create("variable", location.name, poison, symbol);
}

export function declare(context: Context, name: ts.Identifier, binding: Binding): Location | undefined {
  const symbol = context.names.at(name);
  if (symbol === undefined) return undefined;
  const { variables } = context.activation.environment;
  const location = context.state.create("variable", name.text, binding, symbol);
  variables.set(symbol, location);
  return location;
}

/** Declares the `var`s of a function that is entered: they belong to all of it. */
export function hoistVariables(context: Context, body: ts.Node): void {
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isVariableDeclaration(node) && isVar(node)) hoistNames(context, node.name);
    ts.forEachChild(node, visit);
  };
  if (/\bvar\b/.test(body.getText())) visit(body);
}

function hoistNames(context: Context, name: ts.BindingName): void {
  if (ts.isIdentifier(name)) {
    const symbol = context.names.at(name);
    if (symbol === undefined || context.activation.environment.variables.has(symbol)) return;
    declare(context, name, undefinedValue);
    return;
  }
  for (const element of name.elements) if (ts.isBindingElement(element)) hoistNames(context, element.name);
}

/** The function declared within a function that is in scope: it can be called before the line that declares it. */
export function localFunction(context: Context, declaration: FunctionNode): Binding | undefined {
  let environment: Environment | undefined = context.activation.environment;
  for (; environment !== undefined; environment = environment.parent) {
    if (isWithin(declaration, environment.owner)) return { kind: "function", declaration, environment };
  }
  return undefined;
}

function isWithin(node: ts.Node, owner: ts.Node): boolean {
  for (let at: ts.Node | undefined = node.parent; at !== undefined; at = at.parent) if (at === owner) return true;
  return false;
}
