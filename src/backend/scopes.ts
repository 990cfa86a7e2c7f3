/**
 * Where each variable is declared, and what it is called.
 *
 * A variable is declared in the innermost block around all of its uses: by its first assignment if that stands in this
 * block itself, else on its own before the statement that holds the first use. It is `const` if it is assigned once.
 * Names are given outside in; blocks beside each other may use one name again, a block never shadows.
 * What has no name of its own gets none that a variable in its block, or within, has.
 */
import { present } from "../diagnostics/invariant.ts";
import {
  assignedBy,
  blocksOf,
  expressionsOf,
  visitReads,
  type Expression,
  type Statement,
  type Variable,
} from "./code.ts";
import { holdingsOf } from "./holdings.ts";
import { nameScopes } from "./names.ts";
import { anything, indexWishes, unnamed, wishesFor } from "./wishes.ts";

export interface Scopes {
  readonly nameOf: (variable: Variable) => string;
  /** How the statement declares the variable that it assigns, if it does. */
  readonly declaredBy: (statement: Statement, variable: Variable) => "const" | "let" | undefined;
  /** Variables that are declared without a value before the statement. */
  readonly declaredBefore: (statement: Statement) => readonly Variable[];
}

interface Block {
  readonly parent: Block | undefined;
  readonly depth: number;
  /** The place of its statement in the parent. */
  readonly at: number;
  readonly statements: readonly Statement[];
  readonly children: Block[];
  readonly variables: Variable[];
}

interface Home {
  block: Block;
  /** The first statement of the block in which it occurs. */
  at: number;
  assignments: number;
}

export function scopesOf(
  statements: readonly Statement[],
  taken: Iterable<string>,
  /** Variables that something around the statements declares. */
  given: ReadonlyMap<Variable, string> = new Map(),
): Scopes {
  const homes = new Map<Variable, Home>();
  const indices = new Map<Block, Variable>();
  const top: Block = { parent: undefined, depth: 0, at: 0, statements, children: [], variables: [] };

  const occurs = (variable: Variable, block: Block, at: number, isAssigned: boolean): void => {
    if (variable.fixedName !== undefined || given.has(variable)) return;
    const home = homes.get(variable);
    if (home === undefined) {
      homes.set(variable, { block, at, assignments: isAssigned ? 1 : 0 });
      return;
    }
    if (isAssigned) home.assignments++;
    let other = block;
    while (home.block !== other) {
      if (home.block.depth >= other.depth) {
        home.at = home.block.at;
        home.block = present(home.block.parent);
      } else other = present(other.parent);
    }
  };
  const read = (expression: Expression, block: Block, at: number): void =>
    visitReads(expression, (variable) => occurs(variable, block, at, false));

  /** What a loop's header reads besides its own index is read where the loop stands. */
  const readHeader = (expression: Expression, index: Variable, block: Block, at: number): void =>
    visitReads(expression, (variable) => {
      if (variable !== index) occurs(variable, block, at, false);
    });

  const visitBlock = (block: Block): void => {
    block.statements.forEach((statement, at) => {
      const headed = indexOf(statement);
      const index = headed?.variable;
      const isLate = statement.kind === "do" || index !== undefined;
      for (const expression of expressionsOf(statement)) {
        if (!isLate) read(expression, block, at);
        else if (index !== undefined) readHeader(expression, index, block, at);
      }
      if (statement.kind === "store") occurs(statement.array, block, at, false);
      if (statement.kind === "raw") for (const array of statement.writes) occurs(array, block, at, false);
      if (statement.kind === "rotate") for (const source of statement.sources) occurs(source, block, at, false);
      if (index === undefined) for (const each of assignedBy(statement)) occurs(each, block, at, true);
      for (const inner of blocksOf(statement)) {
        if (inner.length === 0 && index === undefined) continue;
        const child: Block = {
          parent: block,
          depth: block.depth + 1,
          at,
          statements: inner,
          children: [],
          variables: [],
        };
        block.children.push(child);
        if (headed !== undefined && inner === headed.body) indices.set(child, headed.variable);
        visitBlock(child);
      }
      if (statement.kind === "do") for (const expression of expressionsOf(statement)) read(expression, block, at);
    });
  };
  visitBlock(top);

  const before = new Map<Statement, Variable[]>();
  const declaring = new Map<Variable, Statement>();
  const indexVariables = new Set(indices.values());
  for (const [variable, home] of homes) {
    if (indexVariables.has(variable)) continue;
    home.block.variables.push(variable);
    const first = present(home.block.statements[home.at]);
    const isDeclaration = (first.kind === "assign" || first.kind === "bind") && assignedBy(first).includes(variable);
    const isReadFirst = first.kind === "assign" && readsItself(first.value, variable);
    if (isDeclaration && !isReadFirst) declaring.set(variable, first);
    else before.set(first, [...(before.get(first) ?? []), variable]);
  }

  const names = new Map<Variable, string>(given);
  const holdingOf = holdingsOf(statements);
  const givenAway = [...taken];
  const scope = nameScopes(givenAway);
  const nameOf = (variable: Variable): string => names.get(variable) ?? variable.fixedName ?? unnamed;
  const hinted = hintsWithin(top, indices);
  const known = new Set([...givenAway, ...(hinted.get(top) ?? [])]);
  const other = anything.find((each) => !known.has(each)) ?? present(anything[0]);
  const nameVariable = (variable: Variable, block: Block): string => {
    if (variable.hint !== undefined) return scope.take(variable.hint);
    return scope.take(wishesFor(variable, holdingOf(variable), nameOf, other), hinted.get(block));
  };
  const nameBlock = (block: Block, loops: number): void => {
    const index = indices.get(block);
    if (index !== undefined) {
      names.set(
        index,
        scope.take(index.hint ?? indexWishes(loops), index.hint === undefined ? hinted.get(block) : undefined),
      );
    }
    const ordered = [...block.variables].sort((a, b) => (homes.get(a)?.at ?? 0) - (homes.get(b)?.at ?? 0));
    for (const variable of ordered) names.set(variable, nameVariable(variable, block));
    for (const child of block.children) {
      const isLoop = indices.has(child);
      scope.within(() => nameBlock(child, isLoop ? loops + 1 : loops));
    }
  };
  nameBlock(top, 0);

  return {
    nameOf,
    declaredBy: (statement, variable) =>
      declaring.get(variable) === statement ? (homes.get(variable)?.assignments === 1 ? "const" : "let") : undefined,
    declaredBefore: (statement) => before.get(statement) ?? [],
  };
}

/** For each block, the names that the variables in it and in the blocks within have of their own. */
function hintsWithin(top: Block, indices: ReadonlyMap<Block, Variable>): ReadonlyMap<Block, ReadonlySet<string>> {
  const hints = new Map<Block, Set<string>>();
  const visit = (block: Block): ReadonlySet<string> => {
    const index = indices.get(block);
    const own = [...block.variables, ...(index === undefined ? [] : [index])];
    const found = new Set(own.flatMap(({ hint }) => (hint === undefined ? [] : [hint])));
    for (const child of block.children) for (const hint of visit(child)) found.add(hint);
    hints.set(block, found);
    return found;
  };
  visit(top);
  return hints;
}

/** The variable that a loop's header declares. */
function indexOf(
  statement: Statement,
): { readonly variable: Variable; readonly body: readonly Statement[] } | undefined {
  if (statement.kind === "for") return { variable: statement.index, body: statement.body };
  if (statement.kind !== "while" || statement.header === undefined) return undefined;
  return { variable: statement.header.start.variable, body: statement.body };
}

function readsItself(expression: Expression, variable: Variable): boolean {
  let found = false;
  visitReads(expression, (each) => {
    if (each === variable) found = true;
  });
  return found;
}
