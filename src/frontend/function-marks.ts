/** The marks that stand on a function: in the JSDoc of it, of the constant that holds it, or of one of its overloads. */
import { ts } from "ts-morph";
import type { Checkpoint } from "../ir/graph.ts";
import type { Comment } from "./comments.ts";
import { type Mark, marksOf } from "./marks.ts";
import { placeIn } from "./place.ts";

/** `@nondiff`: every call of it is a constant to the derivative. */
export function isNondiff(declaration: ts.Node): boolean {
  if (!declaration.getSourceFile().text.includes("@nondiff")) return false;
  return marksOn(declaration).some(({ name }) => name === "nondiff");
}

/** `@checkpoint`: the reverse of every call of it runs it again. */
export function checkpointOn(declaration: ts.Node): Checkpoint | undefined {
  const file = declaration.getSourceFile();
  if (!file.text.includes("@checkpoint")) return undefined;
  const mark = marksOn(declaration).find(({ name }) => name === "checkpoint");
  return mark && { mark: placeIn(file, mark.start, mark.start + mark.name.length + 1) };
}

function marksOn(declaration: ts.Node): readonly Mark[] {
  const { text } = declaration.getSourceFile();
  return jsDocsOf(declaration).flatMap((comment) => marksOf(text, comment));
}

/** The comments that the parser gives to a function, and to the overloads beside it. */
export function jsDocsOf(declaration: ts.Node): readonly Comment[] {
  const own = [declaration, ...overloadsOf(declaration)].flatMap((node) => ts.getJSDocCommentsAndTags(node));
  return own.filter(ts.isJSDoc).map(({ pos, end }) => ({ kind: "jsdoc", start: pos, end }));
}

function overloadsOf(declaration: ts.Node): readonly ts.Node[] {
  const { parent } = declaration;
  if (ts.isFunctionDeclaration(declaration) && (ts.isSourceFile(parent) || ts.isBlock(parent))) {
    const { name } = declaration;
    return parent.statements.filter(
      (each) => each !== declaration && ts.isFunctionDeclaration(each) && each.name?.text === name?.text,
    );
  }
  if (!ts.isMethodDeclaration(declaration) || !ts.isClassLike(parent)) return [];
  const name = declaration.name.getText();
  return parent.members.filter(
    (each) => each !== declaration && ts.isMethodDeclaration(each) && each.name.getText() === name,
  );
}
