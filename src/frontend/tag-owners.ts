/**
 * Which functions can carry tags (function declarations of the module, and module-level constants that hold a function),
 * and what stands in the place of one where a tag is misplaced.
 */
import {
  type ArrowFunction,
  type FunctionDeclaration,
  type FunctionExpression,
  Node,
  type SourceFile,
  ts,
} from "ts-morph";
import type { Comment } from "./comments.ts";

export type FunctionNode = FunctionDeclaration | ArrowFunction | FunctionExpression;

export interface FunctionSource {
  /** `undefined` for `export default function () {}`. */
  readonly name: string | undefined;
  readonly node: FunctionNode;
  /** Where the statement starts. */
  readonly start: number;
}

export interface TagOwners {
  /** By the offset of each JSDoc comment that the parser gives to a function. */
  readonly byComment: ReadonlyMap<number, FunctionSource>;
  /** By where its statement starts, for a comment that the parser gives to the statement before on the same line. */
  readonly byStart: ReadonlyMap<number, FunctionSource>;
}

export function functionsOf(sourceFile: SourceFile): TagOwners {
  const byComment = new Map<number, FunctionSource>();
  const byStart = new Map<number, FunctionSource>();
  const own = (source: FunctionSource, ...nodes: readonly Node[]): void => {
    byStart.set(source.start, source);
    for (const node of nodes) for (const start of jsDocStarts(node)) byComment.set(start, source);
  };
  for (const statement of sourceFile.getStatements()) {
    if (Node.isFunctionDeclaration(statement)) {
      const overloads = statement.getOverloads();
      const source = { name: statement.getName(), node: statement, start: statement.getStart() };
      own(source, statement, ...overloads);
    } else if (Node.isVariableStatement(statement) && statement.getDeclarationKind() === "const") {
      const declarations = statement.getDeclarations();
      const declaration = declarations[0];
      const node = functionIn(declaration?.getInitializer());
      if (declaration === undefined || node === undefined || declarations.length > 1) continue;
      own({ name: declaration.getName(), node, start: statement.getStart() }, statement, declaration, node);
    }
  }
  return { byComment, byStart };
}

/** Where the name of a function stands. */
export function nameNodeOf(node: FunctionNode): Node | undefined {
  if (Node.isFunctionDeclaration(node)) return node.getNameNode();
  return node.getFirstAncestor(Node.isVariableDeclaration)?.getNameNode();
}

/** The function that an initializer is, through parentheses and casts. */
function functionIn(node: Node | undefined): ArrowFunction | FunctionExpression | undefined {
  if (Node.isArrowFunction(node) || Node.isFunctionExpression(node)) return node;
  if (Node.isParenthesizedExpression(node) || Node.isAsExpression(node) || Node.isSatisfiesExpression(node)) {
    return functionIn(node.getExpression());
  }
  return undefined;
}

function jsDocStarts(node: Node): readonly number[] {
  return ts
    .getJSDocCommentsAndTags(node.compilerNode)
    .filter(ts.isJSDoc)
    .map((comment) => comment.pos);
}

/** The function that a comment stands on. */
export function ownerOf(owners: TagOwners, sourceFile: SourceFile, comment: Comment): FunctionSource | undefined {
  const owner = owners.byComment.get(comment.start);
  if (owner !== undefined || comment.kind !== "jsdoc") return owner;
  return owners.byStart.get(nodeAfter(sourceFile, comment)?.getStart(sourceFile.compilerNode) ?? -1);
}

/** For the message of a misplaced tag: what its comment stands on. */
export function describeOwner(sourceFile: SourceFile, comment: Comment): string {
  const node = nodeAfter(sourceFile, comment);
  return node === undefined ? "nothing" : describe(node);
}

/** The outermost node that starts after a comment, in what the comment stands in. */
function nodeAfter(sourceFile: SourceFile, comment: Comment): ts.Node | undefined {
  const { compilerNode } = sourceFile;
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (node.end <= comment.end || node.kind === ts.SyntaxKind.EndOfFileToken) return undefined;
    return node.getStart(compilerNode) >= comment.end ? node : ts.forEachChild(node, visit);
  };
  return ts.forEachChild(compilerNode, visit);
}

function describe(node: ts.Node): string {
  if (ts.isVariableStatement(node)) return describeVariables(node);
  if (ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node) || ts.isAccessor(node)) return "a method";
  if (ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) return "a member";
  if (ts.isClassLike(node)) return "a class";
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return "a type";
  if (ts.isImportDeclaration(node)) return "an import";
  if (ts.isExportDeclaration(node) || ts.isExportAssignment(node)) return "an export";
  if (ts.isFunctionDeclaration(node)) {
    return ts.findAncestor(node.parent, ts.isFunctionLike) === undefined
      ? "a function of a namespace or block"
      : "a function within another one";
  }
  if (ts.isEnumDeclaration(node)) return "an enum";
  if (ts.isStatement(node)) return "a statement";
  return "an expression";
}

function describeVariables(node: ts.VariableStatement): string {
  const { flags, declarations } = node.declarationList;
  if (!ts.isSourceFile(node.parent)) return "a variable of a function";
  if (declarations.length > 1) return "several variables at once";
  const initializer = declarations[0]?.initializer;
  const isFunction =
    initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer));
  if (isFunction) return (flags & ts.NodeFlags.Let) !== 0 ? "a let" : "a var";
  return "a variable that holds no function";
}
