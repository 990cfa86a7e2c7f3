/** Second places of diagnostics: where a name is declared, and where the tagged function calls what is at fault. */
import { ts } from "ts-morph";
import type { Activation } from "./context.ts";
import type { Names } from "./names.ts";

/** The name in its declaration; none for what is JavaScript's own. */
export function declarationOf(names: Names, name: ts.Identifier): ts.Node | undefined {
  const own = names.at(name);
  const symbol = own && names.resolved(own);
  const declaration = symbol?.valueDeclaration ?? symbol?.declarations?.[0] ?? own?.declarations?.[0];
  if (declaration === undefined || /(^|\/)lib\.[^/]*\.d\.ts$/.test(declaration.getSourceFile().fileName))
    return undefined;
  const named = ts.isExportAssignment(declaration) ? declaration : ts.getNameOfDeclaration(declaration);
  return named ?? declaration;
}

/** The outermost of the calls that led to where the lowering is. */
export function callIn(activation: Activation): ts.Node | undefined {
  let call: ts.Node | undefined;
  for (let at: Activation | undefined = activation; at !== undefined; at = at.caller) call = at.call ?? call;
  return call;
}
