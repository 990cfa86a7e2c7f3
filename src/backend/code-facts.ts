/** Facts about statements that decide whether an expression may be evaluated later than where it stands. */
import type { Expression, Statement, Variable } from "./code.ts";
import { assignedBy, blocksOf, expressionsOf, partsOf, visitReads, visitStatementReads } from "./code.ts";

export interface CodeFacts {
  /** The places where each variable is assigned, ascending. */
  readonly assignments: Map<Variable, number[]>;
  readonly uses: ReadonlyMap<Variable, number>;
  /** Numbers that are read as indices (or in the text of the frame) alone, or by arithmetic that leads there. */
  readonly indices: ReadonlySet<Variable>;
  /** What loops read again in each round: bounds and conditions. */
  readonly repeated: ReadonlySet<Variable>;
  /** The indices of counted loops. */
  readonly counters: ReadonlySet<Variable>;
  /** Whether what the expression reads is the same at every place between the two. */
  readonly isUnchanged: (expression: Expression, from: number, to: number) => boolean;
}

export function codeFacts(statements: readonly Statement[]): CodeFacts {
  const assignments = new Map<Variable, number[]>();
  const uses = new Map<Variable, number>();
  const stores = new Map<Variable, number[]>();
  const families = new Map<Variable, Variable>();
  const inOrder: Statement[] = [];
  const familyOf = (array: Variable): Variable => {
    let root = array;
    for (let up = families.get(root); up !== undefined; up = families.get(root)) root = up;
    return root;
  };

  const visit = (statement: Statement): void => {
    inOrder.push(statement);
    for (const variable of assignedBy(statement)) push(assignments, variable, statement.position);
    visitStatementReads(statement, (variable) => uses.set(variable, (uses.get(variable) ?? 0) + 1));
    if (statement.kind === "assign" && statement.value.kind === "variable") {
      // Two names of one array: a store through either changes both.
      const [to, from] = [familyOf(statement.variable), familyOf(statement.value.variable)];
      if (typeof to.type === "object" && to !== from) families.set(to, from);
    }
    for (const block of blocksOf(statement)) block.forEach(visit);
  };
  statements.forEach(visit);
  for (const statement of inOrder) {
    const changed = changedBy(statement);
    for (const array of changed) push(stores, familyOf(array), statement.position);
  }

  const isUnchanged = (expression: Expression, from: number, to: number): boolean => {
    switch (expression.kind) {
      case "constant":
        return true;
      case "raw":
        return false;
      case "variable":
        return !hasBetween(assignments.get(expression.variable), from, to);
      case "length":
        if (hasBetween(assignments.get(expression.array), from, to)) return false;
        return expression.at === undefined || isUnchanged(expression.at, from, to);
      case "element": {
        const { array, index } = expression;
        if (hasBetween(assignments.get(array), from, to)) return false;
        return !hasBetween(stores.get(familyOf(array)), from, to) && isUnchanged(index, from, to);
      }
      default:
        return partsOf(expression).every((part) => isUnchanged(part, from, to));
    }
  };
  const counters = new Set(inOrder.flatMap((statement) => (statement.kind === "for" ? [statement.index] : [])));
  const repeated = new Set<Variable>();
  for (const statement of inOrder) {
    if (statement.kind === "for") visitReads(statement.bound, (variable) => repeated.add(variable));
    if (statement.kind === "while") visitReads(statement.condition, (variable) => repeated.add(variable));
  }
  return { assignments, uses, repeated, counters, indices: indexVariables(inOrder), isUnchanged };
}

/** The arrays whose entries a statement itself changes. */
function changedBy(statement: Statement): readonly Variable[] {
  if (statement.kind === "store") return [statement.array];
  if (statement.kind === "raw") return statement.writes;
  return statement.kind === "assign" && statement.value.kind === "raw" ? (statement.value.writes ?? []) : [];
}

const arithmetic: readonly string[] = ["add", "sub", "mul"];

/** Sums, differences and products of variables and constants. */
export function isIndexArithmetic(expression: Expression): boolean {
  if (expression.kind === "constant" || expression.kind === "variable" || expression.kind === "length") return true;
  return (
    expression.kind === "operation" &&
    arithmetic.includes(expression.operation) &&
    expression.operands.every(isIndexArithmetic)
  );
}

/** Backwards, so that what a variable is used for is known before what it is made of. */
function indexVariables(inOrder: readonly Statement[]): ReadonlySet<Variable> {
  const read = new Set<Variable>();
  const other = new Set<Variable>();
  const visit = (expression: Expression, isIndex: boolean): void => {
    if (expression.kind === "variable") (isIndex ? read : other).add(expression.variable);
    else if (expression.kind === "element") visit(expression.index, true);
    else if (expression.kind === "length") for (const part of partsOf(expression)) visit(part, true);
    else if (expression.kind === "raw") for (const part of partsOf(expression)) visit(part, true);
    else for (const part of partsOf(expression)) visit(part, false);
  };
  for (const statement of [...inOrder].reverse()) {
    if (statement.kind === "store") {
      visit(statement.index, true);
      visit(statement.value, false);
    } else if (statement.kind === "assign" && isIndexArithmetic(statement.value)) {
      const isIndex = read.has(statement.variable) && !other.has(statement.variable);
      for (const part of partsOf(statement.value)) visit(part, isIndex);
      if (statement.value.kind === "variable") visit(statement.value, isIndex);
    } else {
      const isIndex = statement.kind === "for" || statement.kind === "raw";
      for (const expression of expressionsOf(statement)) visit(expression, isIndex);
    }
  }
  return new Set([...read].filter((variable) => !other.has(variable)));
}

function push(lists: Map<Variable, number[]>, variable: Variable, place: number): void {
  const list = lists.get(variable);
  if (list === undefined) lists.set(variable, [place]);
  else list.push(place);
}

/** Whether the ascending list has a number strictly between the two. */
function hasBetween(list: readonly number[] | undefined, from: number, to: number): boolean {
  if (list === undefined) return false;
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  const found = list[low];
  return found !== undefined && found < to;
}
