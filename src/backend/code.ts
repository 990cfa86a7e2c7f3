/**
 * The code that is about to be printed: expressions over named, assignable variables, and structured statements.
 *
 * The graph has values that never change; JavaScript has variables. `variables.ts` decides which values share one, and
 * from there on the back end works on this small language. Every pass over it gives new statements.
 */
import type { Absent, Span, ValueType } from "../ir/graph.ts";

/** One variable of the printed function. Its name is found last (scopes.ts); `hint` is what it would like to be called. */
export interface Variable {
  readonly id: number;
  readonly type: ValueType;
  readonly hint: string | undefined;
  /** The function of the source whose result it holds. */
  readonly returnedBy?: string | undefined;
  /** The name that it has in any case: parameters, tables of the module. Such a variable is not declared. */
  readonly fixedName: string | undefined;
  /** What may stand there in place of a value. */
  readonly absent?: Absent | undefined;
}

/** For each index of a nested array, the members behind it. */
export type Layers = readonly (readonly (string | number)[])[];

export type Expression =
  | { readonly kind: "constant"; readonly value: number | boolean }
  | { readonly kind: "variable"; readonly variable: Variable }
  /** `helper`: the function of the module that it is a call of. */
  | {
      readonly kind: "operation";
      readonly operation: string;
      readonly operands: readonly Expression[];
      readonly helper?: string;
    }
  /** Of a nested array, the index is a pair, and between its parts and behind them stand members: `layers`. */
  | { readonly kind: "element"; readonly array: Variable; readonly index: Expression; readonly layers?: Layers }
  /** `at`: of the row there. */
  | { readonly kind: "length"; readonly array: Variable; readonly at?: Expression; readonly layers?: Layers }
  | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly then: Expression;
      readonly else: Expression;
    }
  /** Text around expressions, evaluated where it stands and never moved. */
  | {
      readonly kind: "raw";
      readonly parts: readonly (string | Expression)[];
      /** Arrays whose entries its evaluation changes. */
      readonly writes?: readonly Variable[];
    };

export interface StatementBase {
  readonly origin: Span | undefined;
  /** Its place in program order. What stands inside a statement has places between `position` and `end`. */
  readonly position: number;
}

export interface AssignStatement extends StatementBase {
  readonly kind: "assign";
  readonly variable: Variable;
  readonly value: Expression;
}
export interface StoreStatement extends StatementBase {
  readonly kind: "store";
  readonly array: Variable;
  readonly index: Expression;
  readonly value: Expression;
  readonly layers?: Layers;
}
/** `[a, b] = [b, a]`: all sources are read before any target is written. */
export interface RotateStatement extends StatementBase {
  readonly kind: "rotate";
  readonly targets: readonly Variable[];
  readonly sources: readonly Variable[];
}
export interface LoopStatement extends StatementBase {
  readonly end: number;
  /** What the line above it says. */
  readonly mark?: "@fixedpoint";
}
export interface ForStatement extends LoopStatement {
  readonly kind: "for";
  readonly index: Variable;
  readonly start: Expression;
  readonly bound: Expression;
  readonly step: number;
  readonly inclusive: boolean;
  readonly body: readonly Statement[];
}
/** `preamble` runs before each test of the condition; it is empty where the condition became one expression. */
export interface WhileStatement extends LoopStatement {
  readonly kind: "while";
  readonly preamble: readonly Statement[];
  readonly condition: Expression;
  readonly body: readonly Statement[];
  /** Makes it `for (let start; condition; update)`. */
  readonly header?: { readonly start: AssignStatement; readonly update: AssignStatement };
}
export interface DoStatement extends LoopStatement {
  readonly kind: "do";
  readonly body: readonly Statement[];
  readonly condition: Expression;
}
export interface IfStatement extends StatementBase {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: readonly Statement[];
  readonly else: readonly Statement[];
  readonly end: number;
  /** What it does in forward mode, and else in reverse mode. */
  readonly isByMode?: true | undefined;
}
export interface JumpStatement extends StatementBase {
  readonly kind: "break" | "continue";
}
/** Statement text around expressions. `writes` are the arrays whose entries it changes. */
export interface RawStatement extends StatementBase {
  readonly kind: "raw";
  readonly parts: readonly (string | Expression)[];
  readonly writes: readonly Variable[];
  /** Control does not come back from it. */
  readonly leaves: boolean;
  /** It sets something up: no comment says what it reverses. */
  readonly isSetUp: boolean;
  /** What a comment behind it says. */
  readonly note?: string;
}
/** `const { W1: dW1, b1: db1 } = out.grad;` */
export interface BindStatement extends StatementBase {
  readonly kind: "bind";
  readonly source: string;
  readonly entries: readonly { readonly key: string; readonly variable: Variable }[];
}

export type Statement =
  | AssignStatement
  | StoreStatement
  | RotateStatement
  | ForStatement
  | WhileStatement
  | DoStatement
  | IfStatement
  | JumpStatement
  | RawStatement
  | BindStatement;

/** Calls `visit` for every variable that the expression reads, arrays included. */
export function visitReads(expression: Expression, visit: (variable: Variable) => void): void {
  if (expression.kind === "variable") visit(expression.variable);
  if (expression.kind === "element" || expression.kind === "length") visit(expression.array);
  for (const part of partsOf(expression)) visitReads(part, visit);
}

/** The expressions right inside an expression. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "operation":
      return expression.operands;
    case "element":
      return [expression.index];
    case "length":
      return expression.at === undefined ? [] : [expression.at];
    case "conditional":
      return [expression.condition, expression.then, expression.else];
    case "raw":
      return expression.parts.filter((part): part is Expression => typeof part !== "string");
    default:
      return [];
  }
}

/** The expressions of a statement itself, without those of the statements inside it. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "assign":
      return [statement.value];
    case "store":
      return [statement.index, statement.value];
    case "for":
      return [statement.start, statement.bound];
    case "while": {
      const { header, condition } = statement;
      return header === undefined ? [condition] : [header.start.value, condition, header.update.value];
    }
    case "do":
    case "if":
      return [statement.condition];
    case "raw":
      return statement.parts.filter((part): part is Expression => typeof part !== "string");
    default:
      return [];
  }
}

/** The blocks right inside a statement. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case "for":
    case "do":
      return [statement.body];
    case "while":
      return [statement.preamble, statement.body];
    case "if":
      return [statement.then, statement.else];
    default:
      return [];
  }
}

/** The variables that a statement itself assigns or binds. */
export function assignedBy(statement: Statement): readonly Variable[] {
  switch (statement.kind) {
    case "assign":
      return [statement.variable];
    case "rotate":
      return statement.targets;
    case "for":
      return [statement.index];
    case "while":
      return statement.header === undefined ? [] : [statement.header.start.variable];
    case "bind":
      return statement.entries.map((entry) => entry.variable);
    default:
      return [];
  }
}

/** The variables that a statement itself reads, arrays that it changes included. */
export function visitStatementReads(statement: Statement, visit: (variable: Variable) => void): void {
  for (const expression of expressionsOf(statement)) visitReads(expression, visit);
  if (statement.kind === "store") visit(statement.array);
  if (statement.kind === "rotate") statement.sources.forEach(visit);
  if (statement.kind === "raw") statement.writes.forEach(visit);
}
