/** What a model imports from adjoint-gen itself: it is known by the module that it is imported from, whether that is found or not. */
import { ts } from "ts-morph";
import type { Mode } from "../ir/signature.ts";
import type { Builtin } from "./binding.ts";
import type { Names } from "./names.ts";

/** What gives a derivative: `grad(f, "w")`. */
const modes: readonly Mode[] = ["grad", "vjp", "jvp", "hvp", "jacobian", "hessian"];
const ownModule = "adjoint-gen";
/** What means something where it is lowered. */
const lowered: ReadonlySet<string> = new Set(["stopGradient", ...modes]);

/** What the name is of, if it is imported from there, through whatever files of the project. */
export function ownImport(names: Names, name: ts.Identifier): Builtin | undefined {
  const checker = names.checkerOf(name);
  const seen = new Set<ts.Symbol>();
  for (let at = names.at(name); at !== undefined && !seen.has(at); at = checker.getImmediateAliasedSymbol(at)) {
    seen.add(at);
    if ((at.flags & ts.SymbolFlags.Alias) === 0) return undefined;
    const found = at.declarations?.map(partOf).find((part) => part !== undefined);
    if (found !== undefined) return found === "*" ? { kind: "builtin", name: ownModule } : builtinOf(found);
  }
  return undefined;
}

export /** `grad` of `grad(f, "w")`, where that is adjoint-gen's. */
function isOfOwnImport(names: Names, callee: ts.Expression): boolean {
  const name = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  return ts.isIdentifier(name) && ownImport(names, name) !== undefined;
}

function builtinOf(name: string): Builtin | undefined {
  return lowered.has(name) ? { kind: "builtin", name: `${ownModule}.${name}` } : undefined;
}

/** What a declaration takes from the module: `*` for all of it. */
function partOf(declaration: ts.Declaration): string | undefined {
  if (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration)) {
    const { moduleSpecifier } = ts.isImportSpecifier(declaration)
      ? declaration.parent.parent.parent
      : declaration.parent.parent;
    return isOfOwn(moduleSpecifier) ? (declaration.propertyName ?? declaration.name).text : undefined;
  }
  if (ts.isNamespaceImport(declaration)) return isOfOwn(declaration.parent.parent.moduleSpecifier) ? "*" : undefined;
  if (ts.isNamespaceExport(declaration)) return isOfOwn(declaration.parent.moduleSpecifier) ? "*" : undefined;
  return undefined;
}

function isOfOwn(specifier: ts.Expression | undefined): boolean {
  return specifier !== undefined && ts.isStringLiteralLike(specifier) && specifier.text === ownModule;
}
