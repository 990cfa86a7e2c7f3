/** How the types of a signature are written in the generated file, which knows the globals and the exports of the model. */
import { Node, type SourceFile, SymbolFlags, ts, type TypeNode } from "ts-morph";
import type { Shape } from "../ir/signature.ts";
import { shapeText } from "./shapes.ts";

export interface TypeText {
  readonly text: string;
  /** Names in the text that the model exports. */
  readonly imports: readonly string[];
}

/** As in the source, if every name in it is a global or exported by the model; else written out. */
export function typeTextOf(typeNode: TypeNode | undefined, shape: Shape): TypeText {
  const expanded = { text: shapeText(shape), imports: [] };
  if (typeNode === undefined || holdsEnum(shape)) return expanded;
  const imports = new Set<string>();
  for (const name of [typeNode, ...typeNode.getDescendants()]) {
    if (Node.isTypeQuery(name) || Node.isImportTypeNode(name)) return expanded;
    if (!Node.isIdentifier(name) || !isReference(name)) continue;
    const origin = originOf(name, typeNode.getSourceFile());
    if (origin === "elsewhere") return expanded;
    if (origin === "model") imports.add(name.getText());
  }
  return { text: typeNode.getText(), imports: [...imports] };
}

/** A text of an enum cannot be compared with a literal, but can be given where one is asked for. */
function holdsEnum(shape: Shape): boolean {
  if (shape.kind === "object") return shape.members.some((member) => holdsEnum(member.shape));
  if (shape.kind === "tuple") return shape.elements.some(holdsEnum);
  if (shape.kind === "optional") return holdsEnum(shape.of);
  return shape.kind === "text" && shape.isEnum === true;
}

/** Not the name of a member or of a tuple element. */
function isReference(name: Node): boolean {
  const parent = name.getParent();
  return Node.isTypeReference(parent) || Node.isQualifiedName(parent) || Node.isExpressionWithTypeArguments(parent);
}

function originOf(name: Node, sourceFile: SourceFile): "global" | "model" | "elsewhere" {
  if (Node.isQualifiedName(name.getParent())) return "elsewhere";
  const symbol = name.getSymbol();
  const resolved = symbol?.isAlias() ? symbol.getAliasedSymbol() : symbol;
  if (resolved === undefined || resolved.hasFlags(SymbolFlags.TypeParameter)) return "elsewhere";
  const declarations = resolved.getDeclarations();
  const isGlobal = declarations.every((declaration) => {
    const file = declaration.getSourceFile();
    return file.isDeclarationFile() && !ts.isExternalModule(file.compilerNode);
  });
  if (isGlobal) return "global";
  const exported = sourceFile.getSymbol()?.getExport(name.getText());
  const target = exported?.isAlias() ? exported.getAliasedSymbol() : exported;
  return target !== undefined && target === resolved ? "model" : "elsewhere";
}
