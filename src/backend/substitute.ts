/**
 * Joins statements into expressions: a value that is assigned once and used once moves into its use, an `if` that does
 * nothing but choose a value becomes a conditional.
 *
 * A value moves only where it means the same (nothing that it reads changes on the way), is not evaluated more often
 * (never into a loop), and leaves the line readable. Index arithmetic (`i * n + j`) has no name of its own and is
 * repeated at each index, as one writes it; a value that the source names keeps its name unless it is trivial.
 *
 *   t = w[i]; u = t * h; y = y + u        →  y = y + w[i] * h
 *   if (c) { r = a } else { r = b }       →  r = c ? a : b
 */
import { codeFacts, isIndexArithmetic } from "./code-facts.ts";
import { chosen, ternaryDepth } from "./choose.ts";
import type { Expression, IfStatement, Statement, Variable } from "./code.ts";
import { partsOf, visitReads } from "./code.ts";
import { widthOf } from "./width.ts";

const widest = 80;
/** Index arithmetic up to this width is repeated and not named. */
const repeatable = 26;
const repeatableOnce = 16;
/** A conditional inside a larger expression is hard to read beyond this. */
const innerConditional = 36;

/** A statement of the result that may still vanish into its uses. */
interface Slot {
  readonly statement: Statement;
  readonly blocks: readonly (readonly Slot[])[];
  remaining: number;
}

interface Pending {
  readonly value: Expression;
  readonly position: number;
  /** How many loops stand around the assignment. */
  readonly depth: number;
  readonly isRepeatable: boolean;
  readonly hasOrigin: boolean;
  readonly slot: Slot;
}

/** Where an expression is evaluated. */
interface Place {
  readonly position: number;
  readonly host: Variable | undefined;
  /** Evaluated again for each iteration of a loop that begins here and ends there (a bound, a condition). */
  readonly repeatedUntil?: number;
}

export function substitute(statements: readonly Statement[]): readonly Statement[] {
  const facts = codeFacts(statements);
  const pending = new Map<Variable, Pending>();
  const loopEnds: number[] = [];

  function joined(expression: Expression, place: Place, isRoot = true): Expression {
    const room = { left: Math.max(0, widest - widthOf(expression)) };
    return rewrite(expression, place, room, isRoot);
  }

  function rewrite(expression: Expression, place: Place, room: { left: number }, isRoot: boolean): Expression {
    switch (expression.kind) {
      case "constant":
        return expression;
      case "length":
        if (expression.at === undefined) return expression;
        return { ...expression, at: rewrite(expression.at, place, room, false) };
      case "variable":
        return take(expression, place, room, isRoot) ?? expression;
      case "element":
        return { ...expression, index: rewrite(expression.index, place, room, false) };
      case "operation":
        return { ...expression, operands: expression.operands.map((each) => rewrite(each, place, room, false)) };
      case "conditional": {
        const [condition, then, otherwise] = partsOf(expression).map((part) => rewrite(part, place, room, false));
        return { ...expression, condition: condition!, then: then!, else: otherwise! };
      }
      case "raw":
        return {
          ...expression,
          parts: expression.parts.map((part) => (typeof part === "string" ? part : rewrite(part, place, room, false))),
        };
    }
  }

  /** The value of a variable, if it may be evaluated here in its place. */
  function take(
    use: Extract<Expression, { kind: "variable" }>,
    place: Place,
    room: { left: number },
    isRoot: boolean,
  ): Expression | undefined {
    const from = pending.get(use.variable);
    if (from === undefined) return undefined;
    const { value } = from;
    const outermost = loopEnds[from.depth] ?? place.repeatedUntil;
    if (outermost !== undefined && !from.isRepeatable) return undefined;
    const until = Math.max(place.position, outermost ?? 0);
    if (!facts.isUnchanged(value, from.position, until)) return undefined;
    const width = widthOf(value);
    const extra = width - widthOf(use);
    if (extra > room.left) return undefined;
    if (value.kind === "conditional" && !isRoot && width > innerConditional) return undefined;
    const { hint } = use.variable;
    if (hint !== undefined && hint !== place.host?.hint && !isRoot) {
      if (from.hasOrigin ? room.left - extra < widest / 6 : !isTrivial(value)) return undefined;
    }
    room.left -= extra;
    from.slot.remaining--;
    return value;
  }

  function process(block: readonly Statement[]): readonly Slot[] {
    return block.flatMap(processStatement);
  }

  function processStatement(statement: Statement): readonly Slot[] {
    const { position } = statement;
    const here: Place = { position, host: undefined };
    switch (statement.kind) {
      case "assign":
        return [
          settle(statement.variable, {
            ...statement,
            value: joined(statement.value, { position, host: statement.variable }),
          }),
        ];
      case "store": {
        const index = joined(statement.index, here);
        const value = joined(statement.value, here);
        return [done({ ...statement, index, value })];
      }
      case "for": {
        const start = joined(statement.start, here);
        const bound = joined(statement.bound, { ...here, repeatedUntil: statement.end });
        const body = loop(statement.end, () => process(statement.body));
        return [done({ ...statement, start, bound }, [body])];
      }
      case "while": {
        const [preamble, condition, body] = loop(statement.end, () => {
          const before = process(statement.preamble);
          const tested = (statement.preamble.at(-1)?.position ?? position) + 0.5;
          const test = joined(statement.condition, { position: tested, host: undefined });
          return [before, test, process(statement.body)] as const;
        });
        return [done({ ...statement, condition }, [preamble, body])];
      }
      case "do": {
        const body = loop(statement.end, () => process(statement.body));
        return [done(statement, [body])];
      }
      case "if": {
        const condition = joined(statement.condition, here);
        const whole = { ...statement, condition };
        const blocks = [process(statement.then), process(statement.else)];
        return asConditional(whole, blocks) ?? [done(whole, blocks)];
      }
      case "raw": {
        const parts = statement.parts.map((part, k) => {
          if (typeof part === "string") return part;
          const before = statement.parts[k - 1];
          const isWhole =
            statement.parts[k + 1] === ";" && typeof before === "string" && /(?:return|\S =) $/.test(before);
          return joined(part, here, isWhole);
        });
        return [done({ ...statement, parts })];
      }
      default:
        return [done(statement)];
    }
  }

  function loop<T>(end: number, body: () => T): T {
    loopEnds.push(end);
    const result = body();
    loopEnds.pop();
    return result;
  }

  /** An assignment whose value is complete: it waits for its use, if it may move at all. */
  function settle(variable: Variable, statement: Extract<Statement, { kind: "assign" }>): Slot {
    const { value } = statement;
    const uses = facts.uses.get(variable) ?? 0;
    const slot: Slot = { statement, blocks: [], remaining: Number.POSITIVE_INFINITY };
    const isOnce = facts.assignments.get(variable)?.length === 1 && variable.fixedName === undefined;
    if (!isOnce || typeof variable.type === "object" || value.kind === "raw") return slot;
    const isRepeatable = mayRepeat(variable, value, uses);
    if (uses === 1 || isRepeatable) {
      slot.remaining = uses;
      const hasOrigin = statement.origin !== undefined;
      pending.set(variable, {
        value,
        position: statement.position,
        depth: loopEnds.length,
        isRepeatable,
        hasOrigin,
        slot,
      });
    }
    return slot;
  }

  function mayRepeat(variable: Variable, value: Expression, uses: number): boolean {
    if (value.kind === "variable" || value.kind === "constant") return true;
    if (variable.hint !== undefined) return false;
    if (value.kind === "length") return uses === 1 || (facts.indices.has(variable) && !facts.repeated.has(variable));
    // Whole numbers made of a loop's index are as cheap where they are used.
    if (uses === 1 && isIndexArithmetic(value) && widthOf(value) <= repeatableOnce && readsIndex(value)) return true;
    return facts.indices.has(variable) && isIndexArithmetic(value) && widthOf(value) <= repeatable;
  }

  function readsIndex(value: Expression): boolean {
    let found = false;
    visitReads(value, (variable) => {
      if (facts.counters.has(variable)) found = true;
    });
    return found;
  }

  function asConditional(statement: IfStatement, blocks: readonly (readonly Slot[])[]): readonly Slot[] | undefined {
    const [then, otherwise] = blocks.map(onlyAssignment);
    if (then === undefined || otherwise === undefined || then.variable !== otherwise.variable) return undefined;
    const value = chosen(statement.condition, then.value, otherwise.value);
    if (ternaryDepth(value) > 2 || widthOf(value) > widest) return undefined;
    const places = (facts.assignments.get(then.variable) ?? []).filter(
      (place) => place < statement.position || place > statement.end,
    );
    facts.assignments.set(
      then.variable,
      [...places, statement.end].sort((a, b) => a - b),
    );
    const origin = statement.origin ?? then.origin ?? otherwise.origin;
    return [settle(then.variable, { ...then, value, origin, position: statement.end })];
  }

  const slots = process(statements);
  return finished(slots);
}

function done(statement: Statement, blocks: readonly (readonly Slot[])[] = []): Slot {
  return { statement, blocks, remaining: Number.POSITIVE_INFINITY };
}

/** The one assignment that is left of a block, if nothing else is. */
function onlyAssignment(slots: readonly Slot[]): Extract<Statement, { kind: "assign" }> | undefined {
  const left = slots.filter((slot) => slot.remaining > 0);
  const only = left.length === 1 ? left[0]?.statement : undefined;
  return only?.kind === "assign" && only.value.kind !== "raw" ? only : undefined;
}

/** A name, a number, an element, or one operation on such that takes no room. */
function isTrivial(expression: Expression): boolean {
  if (expression.kind === "element") return widthOf(expression) <= 12;
  return partsOf(expression).length === 0 || (expression.kind === "operation" && widthOf(expression) <= 9);
}

function finished(slots: readonly Slot[]): readonly Statement[] {
  return slots
    .filter((slot) => slot.remaining > 0)
    .map(({ statement, blocks }): Statement => {
      const [first = [], second = []] = blocks.map(finished);
      switch (statement.kind) {
        case "for":
        case "do":
          return { ...statement, body: first };
        case "while":
          return { ...statement, preamble: first, body: second };
        case "if":
          return { ...statement, then: first, else: second };
        default:
          return statement;
      }
    });
}
