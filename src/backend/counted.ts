/**
 * A `while` that begins with `let v = …` and ends each round with a change of `v` is a `for`, if `v` is not used after it:
 *
 *   let top = 0; while (top + size <= height) { …; top += stride }   →  for (let top = 0; top + size <= height; top += stride) { … }
 *
 * The change may have a name by which the body knows it already: `const next = top + stride; …; top = next`.
 */
import type { AssignStatement, Expression, Statement, Variable } from "./code.ts";
import { assignedBy, blocksOf, visitReads, visitStatementReads } from "./code.ts";

export function asCounted(statements: readonly Statement[]): readonly Statement[] {
  const occurrences = new Map<Variable, number>();
  count(statements, occurrences);
  return convert(statements, occurrences);
}

function convert(block: readonly Statement[], occurrences: ReadonlyMap<Variable, number>): readonly Statement[] {
  const result: Statement[] = [];
  for (const statement of block) {
    const inner = withBlocks(statement, (each) => convert(each, occurrences));
    const converted = inner.kind === "while" ? headed(inner, result, occurrences) : undefined;
    result.push(converted ?? inner);
  }
  return result;
}

function headed(
  loop: Extract<Statement, { kind: "while" }>,
  before: Statement[],
  occurrences: ReadonlyMap<Variable, number>,
): Statement | undefined {
  const found = updateOf(loop);
  if (loop.header !== undefined || loop.preamble.length > 0 || found === undefined) return undefined;
  const update = { ...found, value: namedIn(loop.body, found.value) };
  const { variable } = update;
  if (typeof variable.type === "object" || variable.fixedName !== undefined) return undefined;
  if (update.origin !== undefined || !isStep(update, loop.body)) return undefined;
  // The other first values may stand between, if they have nothing to do with it.
  let at = before.length - 1;
  while (at >= 0) {
    const each = before[at];
    if (each?.kind !== "assign" || each.value.kind === "raw") return undefined;
    if (each.variable === variable) break;
    if (reads(each.value, variable)) return undefined;
    at--;
  }
  const first = before[at];
  if (
    first?.kind !== "assign" ||
    before.slice(at + 1).some((each) => each.kind === "assign" && reads(first.value, each.variable))
  ) {
    return undefined;
  }
  const within = new Map<Variable, number>();
  count([loop], within);
  if ((within.get(variable) ?? 0) + 1 !== occurrences.get(variable) || reads(first.value, variable)) return undefined;
  before.splice(at, 1);
  return { ...loop, header: { start: first, update }, body: loop.body.filter((each) => each !== found) };
}

/** What a variable stands for, if the body assigns it once, at its top; another value comes back as it is. */
function namedIn(body: readonly Statement[], value: Expression): Expression {
  if (value.kind !== "variable") return value;
  const declaration = body.find((each) => each.kind === "assign" && each.variable === value.variable);
  return declaration?.kind === "assign" && assignments(body).get(value.variable) === 1 ? declaration.value : value;
}

/** The change of the one variable of the condition that the body changes, if nothing after it has to do with it. */
function updateOf(loop: Extract<Statement, { kind: "while" }>): AssignStatement | undefined {
  const changed = new Set<Variable>();
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      for (const each of assignedBy(statement)) if (reads(loop.condition, each)) changed.add(each);
      blocksOf(statement).forEach(visit);
    }
  };
  visit(loop.body);
  const [variable, ...others] = changed;
  if (variable === undefined || others.length > 0) return undefined;
  for (const statement of [...loop.body].reverse()) {
    if (statement.kind !== "assign") return undefined;
    if (statement.variable === variable) return statement;
    if (reads(statement.value, variable)) return undefined;
  }
  return undefined;
}

/** `v = v op e`, where `e` is made of what the body does not declare. */
function isStep({ variable, value }: AssignStatement, body: readonly Statement[]): boolean {
  if (value.kind !== "operation" || !reads(value, variable)) return false;
  const declared = assignments(body);
  let isFree = true;
  visitReads(value, (each) => {
    if (each !== variable && declared.has(each)) isFree = false;
  });
  return isFree;
}

/** How often each variable is assigned. */
function assignments(block: readonly Statement[], counts = new Map<Variable, number>()): ReadonlyMap<Variable, number> {
  for (const statement of block) {
    for (const each of assignedBy(statement)) counts.set(each, (counts.get(each) ?? 0) + 1);
    for (const inner of blocksOf(statement)) assignments(inner, counts);
  }
  return counts;
}

function reads(expression: Expression, variable: Variable): boolean {
  let found = false;
  visitReads(expression, (each) => {
    if (each === variable) found = true;
  });
  return found;
}

function count(block: readonly Statement[], occurrences: Map<Variable, number>): void {
  const add = (variable: Variable): void => void occurrences.set(variable, (occurrences.get(variable) ?? 0) + 1);
  for (const statement of block) {
    assignedBy(statement).forEach(add);
    visitStatementReads(statement, add);
    for (const inner of blocksOf(statement)) count(inner, occurrences);
  }
}

function withBlocks(statement: Statement, map: (block: readonly Statement[]) => readonly Statement[]): Statement {
  switch (statement.kind) {
    case "for":
    case "do":
      return { ...statement, body: map(statement.body) };
    case "while":
      return { ...statement, preamble: map(statement.preamble), body: map(statement.body) };
    case "if":
      return { ...statement, then: map(statement.then), else: map(statement.else) };
    default:
      return statement;
  }
}
