/**
 * What a loop tests at its head. Where it tests nothing there, its first statement may:
 *   while (true) { if (k >= n) break; rest }  is  while (!(k >= n)) { rest }
 */
import { ts } from "ts-morph";
import { bare } from "./counter-syntax.ts";

export interface LoopHead {
  readonly condition: ts.Expression | undefined;
  /** The loop goes on where the condition does not hold. */
  readonly isNegated: boolean;
  readonly body: readonly ts.Statement[];
}

export function loopHead(loop: ts.ForStatement | ts.WhileStatement, labels: readonly string[]): LoopHead {
  const plain = plainHead(loop);
  const [first, ...rest] = ts.isBlock(loop.statement) ? loop.statement.statements : [];
  if (plain.condition !== undefined && plain.condition.kind !== ts.SyntaxKind.TrueKeyword) return plain;
  if (first === undefined || !ts.isIfStatement(first) || first.elseStatement !== undefined) return plain;
  if (!isBreak(first.thenStatement, labels)) return plain;
  const { expression } = first;
  const isNot = ts.isPrefixUnaryExpression(expression) && expression.operator === ts.SyntaxKind.ExclamationToken;
  return { condition: bare(isNot ? expression.operand : expression), isNegated: !isNot, body: rest };
}

/** The same as the source has it. */
export function plainHead(loop: ts.ForStatement | ts.WhileStatement): LoopHead {
  const condition = ts.isForStatement(loop) ? loop.condition : loop.expression;
  return { condition, isNegated: false, body: [loop.statement] };
}

function isBreak(statement: ts.Statement, labels: readonly string[]): boolean {
  if (ts.isBreakStatement(statement)) return statement.label === undefined || labels.includes(statement.label.text);
  const [only, ...others] = ts.isBlock(statement) ? statement.statements : [];
  return only !== undefined && others.length === 0 && isBreak(only, labels);
}
