/** What the types of root parameters say beside their shapes: of which class an object is an instance. */
import { ts } from "ts-morph";
import type { Prototype } from "./binding.ts";
import type { Context } from "./context.ts";
import type { Names } from "./names.ts";
import { moduleBinding } from "./module-values.ts";

/** The type of a member of an object or tuple. */
export function memberType(
  context: Context,
  type: ts.Type | undefined,
  name: string,
  node: ts.Node,
): ts.Type | undefined {
  const member = type?.getProperty(name);
  return member && context.names.checkerOf(node).getTypeOfSymbolAtLocation(member, node);
}

/** Where an instance of a class finds its methods. */
export function prototypeOfType(context: Context, type: ts.Type, node: ts.Node): Prototype | undefined {
  const symbol = type.getSymbol();
  const declaration = symbol?.valueDeclaration;
  if (symbol === undefined || declaration === undefined || !ts.isClassLike(declaration)) return undefined;
  const binding = moduleBinding(context, symbol, node);
  if (binding.kind !== "class") return undefined;
  const overriding = overrideOf(context.names, declaration);
  if (overriding !== undefined) {
    const what = `an instance of ${symbol.name}, of which ${overriding} is overridden by a class that extends it`;
    context.reporter.report("ADJ1020", node, { what: node.getText(), type: what });
  }
  return binding.prototype;
}

/** A method or accessor of the class that a class of the program overrides: which one runs is not known then. */
function overrideOf(
  names: Names,
  declaration: ts.ClassLikeDeclaration,
  own: ReadonlySet<string> = methodsOf(declaration),
): string | undefined {
  const file = declaration.getSourceFile();
  const symbol = declaration.name && names.at(declaration.name);
  const extendsIt = (node: ts.ClassLikeDeclaration): boolean => {
    const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    const named = base && names.at(base.expression);
    return named !== undefined && names.resolved(named) === symbol;
  };
  const visit = (node: ts.Node): string | undefined => {
    if (ts.isClassLike(node) && extendsIt(node)) {
      const found = [...methodsOf(node)].find((name) => own.has(name)) ?? overrideOf(names, node, own);
      if (found !== undefined) return found;
    }
    return ts.forEachChild(node, visit);
  };
  for (const each of [file, ...names.filesBeside(file)]) {
    const found = /\bextends\b/.test(each.text) ? visit(each) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function methodsOf(declaration: ts.ClassLikeDeclaration): ReadonlySet<string> {
  const methods = declaration.members.filter((member) => ts.isMethodDeclaration(member) || ts.isAccessor(member));
  return new Set(methods.map(({ name }) => name.getText()));
}
