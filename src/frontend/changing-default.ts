/**
 * Defaults of the parameters of a tagged function. The generated function has a copy of what a default names in the module,
 * so that nothing may change the original: neither another function, nor this one where its caller leaves the parameter out.
 */
import { ts } from "ts-morph";
import type { Context } from "./context.ts";
import { mutationOf } from "./module-mutations.ts";
import { reportChange } from "./module-values.ts";
import { symbolOf } from "./scope.ts";

export function refuseChangingDefault(context: Context, value: ts.Node): void {
  const symbol = ts.isIdentifier(value) ? symbolOf(context, value) : undefined;
  const declaration = symbol?.valueDeclaration;
  if (symbol !== undefined && declaration !== undefined && isOfModule(declaration)) {
    const change = mutationOf(context, symbol, declaration.getSourceFile());
    if (change !== undefined) reportChange(context, value, symbol.name, change);
  }
  ts.forEachChild(value, (part) => refuseChangingDefault(context, part));
}

function isOfModule(declaration: ts.Node): boolean {
  return ts.isVariableDeclaration(declaration) && ts.isSourceFile(declaration.parent.parent.parent);
}
