/**
 * The fence: for every kind of syntax, whether it may stand in a differentiated function. Asked before any lowering, so
 * that everything outside the language is reported at once. The table is total: a kind that a new TypeScript adds, and
 * that has no line here, does not compile.
 *
 * Types are erased, so what stands in a type is not looked at. What is accepted here may still be refused by the lowering
 * for what it means (a call of something unknown); this table answers for what it is.
 */
import { ts } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import { faultPlace } from "./fault-place.ts";
import { generatorHint } from "./generator-hint.ts";

/** Reports all syntax within a function that cannot be differentiated. */
export function checkFence(functionNode: ts.Node): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    const verdict = fence[kindName(node)];
    if (verdict === "type") return;
    const fault = verdict === "accepted" ? (ofTagged(node, functionNode) ?? faultOf(node)) : verdict;
    if (fault === undefined) return ts.forEachChild(node, visit);
    const made = diagnostic(fault.code, faultPlace(fault.at ?? node), { what: fault.what });
    diagnostics.push(fault.hint === undefined ? made : withHint(made, fault.hint));
  };
  visit(functionNode);
  return diagnostics;
}

export interface Refusal {
  readonly code: "ADJ2901" | "ADJ2902" | "ADJ2903" | "ADJ2904" | "ADJ2905";
  readonly what: string;
  readonly hint?: string;
  readonly at?: ts.Node;
}
export type Verdict = "accepted" | "type" | Refusal;

/** Kinds of nodes: all but tokens, keywords, comments and the marks of ranges. Keywords that are expressions stay. */
export type FencedKind =
  | Exclude<
      keyof typeof ts.SyntaxKind,
      `First${string}` | `Last${string}` | `JSDoc${string}` | `${string}Token` | `${string}Keyword` | `${string}Trivia`
    >
  | "TrueKeyword"
  | "FalseKeyword"
  | "NullKeyword"
  | "ThisKeyword"
  | "SuperKeyword"
  | "ImportKeyword";

const asynchronous = (what: string): Refusal => ({ code: "ADJ2901", what });
const oriented = (what: string): Refusal => ({ code: "ADJ2903", what });
const other = (what: string, hint?: string): Refusal => ({ code: "ADJ2905", what, ...(hint && { hint }) });
const jsx = other("JSX");
const moduleSyntax = other("syntax of modules");

const table = {
  // Values and names.
  Identifier: "accepted",
  NumericLiteral: "accepted",
  StringLiteral: "accepted",
  NoSubstitutionTemplateLiteral: "accepted",
  TemplateExpression: "accepted",
  TemplateHead: "accepted",
  TemplateMiddle: "accepted",
  TemplateTail: "accepted",
  TemplateSpan: "accepted",
  TrueKeyword: "accepted",
  FalseKeyword: "accepted",
  NullKeyword: "accepted",
  BigIntLiteral: { code: "ADJ2904", what: "a bigint" },
  RegularExpressionLiteral: "accepted",
  TaggedTemplateExpression: other("a tagged template", "call the function with the values"),

  // Expressions.
  ParenthesizedExpression: "accepted",
  PrefixUnaryExpression: "accepted",
  PostfixUnaryExpression: "accepted",
  BinaryExpression: "accepted",
  ConditionalExpression: "accepted",
  CommaListExpression: "accepted",
  CallExpression: "accepted",
  NewExpression: "accepted",
  PropertyAccessExpression: "accepted",
  ElementAccessExpression: "accepted",
  ComputedPropertyName: "accepted",
  ArrayLiteralExpression: "accepted",
  ObjectLiteralExpression: "accepted",
  PropertyAssignment: "accepted",
  ShorthandPropertyAssignment: "accepted",
  SpreadAssignment: "accepted",
  SpreadElement: "accepted",
  OmittedExpression: "accepted",
  FunctionExpression: "accepted",
  ArrowFunction: "accepted",
  MethodDeclaration: "accepted",
  TypeOfExpression: "accepted",
  VoidExpression: "accepted",
  AsExpression: "accepted",
  SatisfiesExpression: "accepted",
  NonNullExpression: "accepted",
  TypeAssertionExpression: "accepted",
  PartiallyEmittedExpression: "accepted",
  DeleteExpression: other("delete", "build the object without the member"),
  AwaitExpression: asynchronous("await"),
  YieldExpression: "accepted",
  ThisKeyword: "accepted",
  SuperKeyword: "accepted",
  ImportKeyword: other("import()", "import at the top of the file"),
  MetaProperty: other("a meta property"),
  GetAccessor: "accepted",
  SetAccessor: "accepted",

  // Statements.
  Block: "accepted",
  EmptyStatement: "accepted",
  VariableStatement: "accepted",
  VariableDeclarationList: "accepted",
  VariableDeclaration: "accepted",
  ExpressionStatement: "accepted",
  IfStatement: "accepted",
  DoStatement: "accepted",
  WhileStatement: "accepted",
  ForStatement: "accepted",
  ForOfStatement: "accepted",
  ContinueStatement: "accepted",
  BreakStatement: "accepted",
  ReturnStatement: "accepted",
  SwitchStatement: "accepted",
  CaseBlock: "accepted",
  CaseClause: "accepted",
  DefaultClause: "accepted",
  LabeledStatement: "accepted",
  ThrowStatement: "accepted",
  DebuggerStatement: other("debugger", "take it out"),
  ForInStatement: "accepted",
  WithStatement: other("with"),
  TryStatement: { code: "ADJ2902", what: "try" },
  CatchClause: { code: "ADJ2902", what: "catch" },

  // Functions, patterns, and declarations within a function.
  FunctionDeclaration: "accepted",
  Parameter: "accepted",
  ObjectBindingPattern: "accepted",
  ArrayBindingPattern: "accepted",
  BindingElement: "accepted",
  ClassDeclaration: "accepted",
  ClassExpression: "accepted",
  ClassStaticBlockDeclaration: oriented("a static block of a class"),
  Constructor: "accepted",
  PropertyDeclaration: "accepted",
  PrivateIdentifier: "accepted",
  SemicolonClassElement: "accepted",
  HeritageClause: "accepted",
  Decorator: other("a decorator"),
  EnumDeclaration: other("an enum within a function", "declare it in the module"),
  EnumMember: other("an enum within a function", "declare it in the module"),

  // Types say nothing at run time.
  InterfaceDeclaration: "type",
  TypeAliasDeclaration: "type",
  TypeParameter: "type",
  PropertySignature: "type",
  MethodSignature: "type",
  CallSignature: "type",
  ConstructSignature: "type",
  IndexSignature: "type",
  TypePredicate: "type",
  TypeReference: "type",
  FunctionType: "type",
  ConstructorType: "type",
  TypeQuery: "type",
  TypeLiteral: "type",
  ArrayType: "type",
  TupleType: "type",
  OptionalType: "type",
  RestType: "type",
  UnionType: "type",
  IntersectionType: "type",
  ConditionalType: "type",
  InferType: "type",
  ParenthesizedType: "type",
  ThisType: "type",
  TypeOperator: "type",
  IndexedAccessType: "type",
  MappedType: "type",
  LiteralType: "type",
  NamedTupleMember: "type",
  TemplateLiteralType: "type",
  TemplateLiteralTypeSpan: "type",
  ImportType: "type",
  QualifiedName: "type",
  ExpressionWithTypeArguments: "accepted",
  NotEmittedTypeElement: "type",

  // Modules.
  SourceFile: moduleSyntax,
  Bundle: moduleSyntax,
  ModuleDeclaration: moduleSyntax,
  ModuleBlock: moduleSyntax,
  NamespaceExportDeclaration: moduleSyntax,
  ImportEqualsDeclaration: moduleSyntax,
  ImportDeclaration: moduleSyntax,
  ImportClause: moduleSyntax,
  NamespaceImport: moduleSyntax,
  NamedImports: moduleSyntax,
  ImportSpecifier: moduleSyntax,
  ExportAssignment: moduleSyntax,
  ExportDeclaration: moduleSyntax,
  NamedExports: moduleSyntax,
  NamespaceExport: moduleSyntax,
  ExportSpecifier: moduleSyntax,
  ExternalModuleReference: moduleSyntax,
  ImportAttributes: moduleSyntax,
  ImportAttribute: moduleSyntax,
  AssertClause: moduleSyntax,
  AssertEntry: moduleSyntax,
  ImportTypeAssertionContainer: moduleSyntax,

  // JSX.
  JsxText: jsx,
  JsxTextAllWhiteSpaces: jsx,
  JsxElement: jsx,
  JsxSelfClosingElement: jsx,
  JsxOpeningElement: jsx,
  JsxClosingElement: jsx,
  JsxFragment: jsx,
  JsxOpeningFragment: jsx,
  JsxClosingFragment: jsx,
  JsxAttribute: jsx,
  JsxAttributes: jsx,
  JsxSpreadAttribute: jsx,
  JsxExpression: jsx,
  JsxNamespacedName: jsx,

  // Made by the compiler alone; never parsed.
  Unknown: other("this"),
  SyntaxList: "accepted",
  SyntheticExpression: other("this"),
  SyntheticReferenceExpression: other("this"),
  NotEmittedStatement: "accepted",
  MissingDeclaration: other("this"),
  Count: other("this"),
} satisfies Record<FencedKind, Verdict>;

const fence: Readonly<Record<string, Verdict>> = table;

/** The table, for the README. */
export const fenceTable: Readonly<Record<FencedKind, Verdict>> = table;

/** What refuses the node for what it is. */
export function refusalOf(node: ts.Node): Refusal | undefined {
  const verdict = fence[kindName(node)];
  return typeof verdict === "object" ? verdict : undefined;
}

/** `ts.SyntaxKind` has several names for one number (`FirstStatement`); this is the one that the table has. */
const names: ReadonlyMap<number, string> = new Map(
  Object.entries(ts.SyntaxKind).flatMap(([name, kind]) =>
    typeof kind === "number" && name in fence ? [[kind, name]] : [],
  ),
);

/** Tokens and other keywords have no line of their own: they are part of what they stand in. */
function kindName(node: ts.Node): string {
  return names.get(node.kind) ?? "SyntaxList";
}

/** What an accepted kind can have that is not accepted. */
function faultOf(node: ts.Node): Refusal | undefined {
  if (ts.isForOfStatement(node)) return node.awaitModifier === undefined ? undefined : asynchronous("for await");
  const isFunction =
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node);
  if (!isFunction) return undefined;
  const asyncKeyword = node.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  if (asyncKeyword !== undefined) return { ...asynchronous("an asynchronous function"), at: asyncKeyword };
  return undefined;
}

/** The tagged function gives a value, and not many one by one; those that it calls may. */
function ofTagged(node: ts.Node, functionNode: ts.Node): Refusal | undefined {
  if (node !== functionNode || !(ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node))) return undefined;
  return node.asteriskToken && { ...asynchronous("a generator"), hint: generatorHint, at: node.asteriskToken };
}
