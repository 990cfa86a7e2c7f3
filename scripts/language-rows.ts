/**
 * The rows of the README's table of the language: which kinds of syntax a row is about, in the words of those who write
 * TypeScript. Whether they are accepted, and which code refuses them, is not said here: the fence says it
 * (src/frontend/fence.ts). `but`: what accepted syntax may still be refused for, where it is met.
 */
import type { FencedKind } from "../src/frontend/fence.ts";

export interface LanguageRow {
  readonly what: string;
  readonly kinds: readonly FencedKind[];
  readonly but?: string;
}
export interface LanguageGroup {
  readonly title: string;
  readonly rows: readonly LanguageRow[];
}

export const languageGroups: readonly LanguageGroup[] = [
  {
    title: "Values and names",
    rows: [
      {
        what: "names of parameters, locals, and constants of modules",
        kinds: ["Identifier"],
        but: "not module variables that change (ADJ2005, ADJ2006), nor globals without source (ADJ2004)",
      },
      {
        what: "numbers, `true`, `false`, `null`",
        kinds: ["NumericLiteral", "TrueKeyword", "FalseKeyword", "NullKeyword"],
      },
      {
        what: "texts and templates",
        kinds: [
          ...(["StringLiteral", "NoSubstitutionTemplateLiteral"] as const),
          ...(["TemplateExpression", "TemplateHead", "TemplateMiddle", "TemplateTail", "TemplateSpan"] as const),
        ],
        but: "known at compile time, and as messages of `throw`; of those of numbers: to read them back, to compare them (ADJ2014)",
      },
      { what: "`10n`", kinds: ["BigIntLiteral"] },
      { what: "`/pattern/`", kinds: ["RegularExpressionLiteral"], but: "run on texts that are known (ADJ2014)" },
      { what: "`` tag`text` ``", kinds: ["TaggedTemplateExpression"] },
    ],
  },
  {
    title: "Expressions",
    rows: [
      {
        what: "arithmetic, comparison, logic and bit operators, assignment, `?:`, comma",
        kinds: [
          ...(["BinaryExpression", "PrefixUnaryExpression", "PostfixUnaryExpression"] as const),
          ...(["ConditionalExpression", "CommaListExpression", "ParenthesizedExpression"] as const),
        ],
        but: "of numbers and booleans (ADJ2007)",
      },
      {
        what: "calls",
        kinds: ["CallExpression"],
        but: "of functions that are known (ADJ2015) and have a source (ADJ2001, ADJ2002, ADJ2018)",
      },
      {
        what: "`new`",
        kinds: ["NewExpression"],
        but: "arrays (ADJ2036), typed arrays, small classes; not `Map`, … (ADJ2014)",
      },
      {
        what: "members and entries: `p.x`, `x[i]`, `p?.x`",
        kinds: ["PropertyAccessExpression", "ElementAccessExpression"],
        but: "members that the source names (ADJ2008, ADJ2009)",
      },
      {
        what: "array literals, spread",
        kinds: ["ArrayLiteralExpression", "SpreadElement", "OmittedExpression"],
        but: "spread of an array of known length (ADJ2012)",
      },
      {
        what: "object literals",
        kinds: ["ObjectLiteralExpression", "PropertyAssignment", "ShorthandPropertyAssignment", "SpreadAssignment"],
        but: "of one structure on all ways (ADJ2010)",
      },
      { what: "computed member names", kinds: ["ComputedPropertyName"], but: "known at compile time (ADJ2014)" },
      { what: "`typeof`, `void`", kinds: ["TypeOfExpression", "VoidExpression"] },
      {
        what: "`as`, `satisfies`, `x!`, `<T>x`",
        kinds: [
          ...(["AsExpression", "SatisfiesExpression", "NonNullExpression"] as const),
          ...(["TypeAssertionExpression", "PartiallyEmittedExpression"] as const),
        ],
      },
      { what: "`delete`", kinds: ["DeleteExpression"] },
      {
        what: "`await`, `for await`, `async` functions",
        kinds: ["AwaitExpression"],
      },
      { what: "`import()`", kinds: ["ImportKeyword"] },
      { what: "`import.meta`, `new.target`", kinds: ["MetaProperty"] },
    ],
  },
  {
    title: "Statements",
    rows: [
      {
        what: "`let`, `const`, `var`, blocks",
        kinds: [
          "VariableStatement",
          "VariableDeclarationList",
          "VariableDeclaration",
          "Block",
          "EmptyStatement",
          "ExpressionStatement",
        ],
      },
      {
        what: "`if`, `switch` with fall-through",
        kinds: ["IfStatement", "SwitchStatement", "CaseBlock", "CaseClause", "DefaultClause"],
        but: "arrays that a branch makes have a length that is known before it (ADJ2033)",
      },
      {
        what: "`for`, `while`, `do`",
        kinds: ["ForStatement", "WhileStatement", "DoStatement"],
        but: "arrays change places in every round (ADJ2034, ADJ2035)",
      },
      { what: "`for … of`", kinds: ["ForOfStatement"], but: "over arrays and generators" },
      {
        what: "`yield`, in functions that are called",
        kinds: ["YieldExpression"],
        but: "as a statement, of generators that are gone through once (ADJ2901)",
      },
      { what: "`for … in`", kinds: ["ForInStatement"], but: "over the members of an object that is known (ADJ2905)" },
      {
        what: "labels, `break`, `continue`, early `return`",
        kinds: ["LabeledStatement", "BreakStatement", "ContinueStatement", "ReturnStatement"],
      },
      { what: "`throw`", kinds: ["ThrowStatement"] },
      { what: "`try`, `catch`, `finally`", kinds: ["TryStatement", "CatchClause"] },
      { what: "`with`", kinds: ["WithStatement"] },
      { what: "`debugger`", kinds: ["DebuggerStatement"] },
    ],
  },
  {
    title: "Functions and patterns",
    rows: [
      {
        what: "functions, arrow functions, closures, methods",
        kinds: ["FunctionDeclaration", "FunctionExpression", "ArrowFunction", "MethodDeclaration", "Parameter"],
      },
      {
        what: "destructuring, with defaults and rest",
        kinds: ["ObjectBindingPattern", "ArrayBindingPattern", "BindingElement"],
      },
    ],
  },
  {
    title: "Classes and enums",
    rows: [
      {
        what: "classes: fields, constructors, private members, `extends`",
        kinds: [
          ...(["ClassDeclaration", "ClassExpression", "Constructor", "PropertyDeclaration"] as const),
          ...(["PrivateIdentifier", "SemicolonClassElement", "HeritageClause", "ExpressionWithTypeArguments"] as const),
        ],
        but: "not of JavaScript's own classes (ADJ2903)",
      },
      { what: "`get` and `set`", kinds: ["GetAccessor", "SetAccessor"] },
      { what: "`this`, `super`", kinds: ["ThisKeyword", "SuperKeyword"], but: "where the object is known (ADJ2903)" },
      { what: "`static { … }`", kinds: ["ClassStaticBlockDeclaration"] },
      { what: "decorators", kinds: ["Decorator"] },
      { what: "an `enum` within a function (one of the module is fine)", kinds: ["EnumDeclaration", "EnumMember"] },
    ],
  },
];

/** Kinds that have no row: they stand outside of functions, are no TypeScript that a model has, or are never parsed. */
export const withoutRow: RegExp =
  /^(SourceFile|Bundle|Module|Namespace|Import|Export|Named(Imports|Exports)|External|Assert|Jsx|Unknown|SyntaxList|Synthetic|NotEmitted|Missing|Count)/;
