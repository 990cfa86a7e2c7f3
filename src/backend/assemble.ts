/**
 * Blocks and variables to statements, one statement for each value: every definition is an assignment, every move that
 * is not within one variable too. What can be joined into expressions is joined afterwards (substitute.ts).
 *
 * The moves at the end of a block are made at once, as far as JavaScript sees: they are put in an order in which no
 * variable is written before it is read; a cycle of arrays is rotated, one of scalars goes through a temporary.
 */
import { present } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { LengthNode, Origin, Span, ValueId } from "../ir/graph.ts";
import { isNested, pairing } from "../ir/nested.ts";
import { indexOf } from "../ir/walk.ts";
import { rowOf } from "../operations/table.ts";
import type { Block, Blocks, Item, Move } from "./blocks.ts";
import type { Expression, Layers, Statement, Variable } from "./code.ts";

export function assemble(
  { block, constants, pairs }: Blocks,
  builder: GraphBuilder,
  variableOf: (value: ValueId) => Variable,
  helperOf: (operation: string) => string,
): readonly Statement[] {
  let position = 0;
  const next = (): number => ++position;

  const expressionOf = (value: ValueId): Expression => {
    const constant = constants.get(value);
    const pair = pairs.get(value);
    if (pair !== undefined) return { kind: "operation", operation: pairing, operands: pair.map(expressionOf) };
    return constant === undefined
      ? { kind: "variable", variable: variableOf(value) }
      : { kind: "constant", value: constant };
  };
  const rawParts = (parts: readonly (string | ValueId)[]): readonly (string | Expression)[] =>
    parts.map((part) => (typeof part === "string" ? part : expressionOf(part)));

  function statementsOf(of: Block): Statement[] {
    const statements = of.items.flatMap(statementsOfItem);
    const { end } = of;
    if (end.kind === "moves") {
      const origin = lastOrigin(of);
      statements.push(...inOrder(end.moves, origin));
      if (end.exit === true) statements.push({ kind: "break", origin: undefined, position: next() });
      else if (end.exit !== false) {
        const at = next();
        const then: Statement[] = [{ kind: "break", origin: undefined, position: next() }];
        const condition = expressionOf(end.exit);
        statements.push({ kind: "if", condition, then, else: [], origin: undefined, position: at, end: next() });
      }
    }
    if (end.kind === "branch") {
      const at = next();
      const then = statementsOf(end.then);
      const otherwise = statementsOf(end.else);
      const origin = reversed(end.origin);
      const condition = expressionOf(end.condition);
      statements.push({ kind: "if", condition, then, else: otherwise, origin, position: at, end: next() });
    }
    return statements;
  }

  function statementsOfItem(item: Item): readonly Statement[] {
    const origin = originOf(item);
    switch (item.kind) {
      case "loop": {
        const { node } = item;
        const moves = item.carried.map(({ init, result }) => ({ target: result, source: init }));
        const statements = inOrder(moves, origin);
        const at = next();
        const mark = node.fixedPoint === undefined ? {} : ({ mark: "@fixedpoint" } as const);
        if (node.kind === "for") {
          const body = statementsOf(item.body);
          const { step, inclusive } = node;
          const [start, bound] = [expressionOf(node.start), expressionOf(node.bound)];
          const index = variableOf(indexOf(node));
          statements.push({
            kind: "for",
            index,
            start,
            bound,
            step,
            inclusive,
            body,
            origin,
            position: at,
            end: next(),
            ...mark,
          });
        } else {
          const tested = present(item.condition, "condition of a while");
          const preamble = statementsOf(tested);
          const condition: Expression =
            tested.end.kind === "test" ? expressionOf(tested.end.value) : { kind: "constant", value: true };
          const body = statementsOf(item.body);
          statements.push({ kind: "while", preamble, condition, body, origin, position: at, end: next(), ...mark });
        }
        return statements;
      }
      case "branch": {
        const at = next();
        const then = statementsOf(item.then);
        const otherwise = statementsOf(item.else);
        const condition = expressionOf(item.node.condition);
        const mark = item.node.isByMode === true ? ({ isByMode: true } as const) : {};
        return [{ kind: "if", condition, then, else: otherwise, origin, position: at, end: next(), ...mark }];
      }
      case "template": {
        const parts = rawParts(item.parts);
        if (parts.length === 0) return [];
        const writes = item.writes.map(variableOf);
        if (item.result !== undefined) return [assign(variableOf(item.result), { kind: "raw", parts, writes }, origin)];
        return [{ kind: "raw", parts, writes, leaves: false, isSetUp: true, origin, position: next() }];
      }
      case "bind": {
        const entries = item.entries.map(({ key, value }) => ({ key, variable: variableOf(value) }));
        return [{ kind: "bind", source: item.source, entries, origin, position: next() }];
      }
      case "throw": {
        const parts = [`throw new ${item.errorClass}(`, ...messageParts(item.parts), ");"];
        return [{ kind: "raw", parts, writes: [], leaves: true, isSetUp: false, origin, position: next() }];
      }
      case "operation": {
        const { operation } = item;
        const operands = item.operands.map(expressionOf);
        const isHelper = rowOf(operation).notation.kind === "helper";
        const helper = isHelper ? { helper: helperOf(operation) } : {};
        return [assign(variableOf(item.result), { kind: "operation", operation, operands, ...helper }, origin)];
      }
      case "opaque":
        return [assign(variableOf(item.result), { kind: "raw", parts: [item.text] }, origin)];
      case "length":
        return [assign(variableOf(item.result), lengthOf(item), origin)];
      case "load": {
        const [array, index] = [variableOf(item.array), expressionOf(item.index)];
        const value: Expression = { kind: "element", array, index, ...layersOf(item.array) };
        return [assign(variableOf(item.result), value, origin)];
      }
      case "store": {
        const [index, value] = [expressionOf(item.index), expressionOf(item.value)];
        const array = variableOf(item.array);
        return [{ kind: "store", array, index, value, ...layersOf(item.array), origin, position: next() }];
      }
      case "table":
        return []; // declared by the module
    }
  }

  function lengthOf({ array, at }: LengthNode): Expression {
    const whole = { kind: "length", array: variableOf(array) } as const;
    return at === undefined ? whole : { ...whole, at: expressionOf(at), ...layersOf(array) };
  }

  function layersOf(array: ValueId): { readonly layers?: Layers } {
    const type = builder.typeOf(array);
    return isNested(type) ? { layers: type.layers } : {};
  }

  function assign(variable: Variable, value: Expression, origin: Span | undefined): Statement {
    return { kind: "assign", variable, value, origin, position: next() };
  }

  function messageParts(parts: readonly (string | ValueId)[]): readonly (string | Expression)[] {
    if (parts.every((part) => typeof part === "string")) return [JSON.stringify(parts.join(""))];
    const inner = parts.flatMap((part) =>
      typeof part === "string" ? [part.replace(/[\\`]|\$(?=\{)/g, "\\$&")] : ["${", expressionOf(part), "}"],
    );
    return ["`", ...inner, "`"];
  }

  /** The moves, one after the other. */
  function inOrder(moves: readonly Move[], origin: Span | undefined): Statement[] {
    let waiting = moves
      .map(({ target, source }) => ({ target: variableOf(target), source: expressionOf(source) }))
      .filter(({ target, source }) => source.kind !== "variable" || source.variable !== target);
    const statements: Statement[] = [];
    const reads = (source: Expression, variable: Variable) =>
      source.kind === "variable" && source.variable === variable;
    while (waiting.length > 0) {
      const free = waiting.filter(
        (move) => !waiting.some((other) => other !== move && reads(other.source, move.target)),
      );
      if (free.length > 0) {
        for (const { target, source } of free) statements.push(assign(target, source, origin));
        waiting = waiting.filter((move) => !free.includes(move));
        continue;
      }
      // What is left are cycles, and moves out of them have been made: each target is read by one other move.
      const cycle = [present(waiting[0])];
      for (;;) {
        const following = waiting.find((move) => reads(present(cycle.at(-1)).source, move.target));
        if (following === undefined || cycle.includes(following)) break;
        cycle.push(following);
      }
      statements.push(...rotation(cycle, origin));
      waiting = waiting.filter((move) => !cycle.includes(move));
    }
    return statements;
  }

  function rotation(cycle: readonly { target: Variable; source: Expression }[], origin: Span | undefined): Statement[] {
    const first = present(cycle[0]);
    const targets = cycle.map(({ target }) => target);
    if (typeof first.target.type === "object") {
      const sources = cycle.map(({ source }) => {
        return present(source.kind === "variable" ? source.variable : undefined, "a variable in a cycle");
      });
      return [{ kind: "rotate", targets, sources, origin, position: next() }];
    }
    const spare = variableOf(builder.fresh(first.target.type, first.target.hint));
    const kept: Expression = { kind: "variable", variable: spare };
    return [
      assign(spare, { kind: "variable", variable: first.target }, origin),
      ...cycle.map(({ target, source }, k) => assign(target, k === cycle.length - 1 ? kept : source, origin)),
    ];
  }

  return statementsOf(block);
}

/** The origin of the last item of a block, to which the moves at its end belong. */
function lastOrigin(block: Block): Span | undefined {
  const last = block.items.at(-1);
  return last && originOf(last);
}

function originOf(item: Item): Origin | undefined {
  return reversed(item.kind === "loop" || item.kind === "branch" ? item.node.origin : item.origin);
}

/** What stands beside a statement in forward mode reverses nothing: it is code like any other. */
function reversed(origin: Origin | undefined): Origin | undefined {
  return origin?.isBeside === true ? undefined : origin;
}
