import type { ValueId } from "../ir/graph.ts";
import type { Block, Carried, End, Move } from "./blocks.ts";

/**
 * Drops moves that change nothing: what a loop carries from a constant, and sets to the same constant wherever it goes
 * on, is still that constant (an exit code that is set before `break` alone). Such a move becomes one of the carried
 * value to itself, which keeps it alive and is not printed.
 */
export function withoutUnchanged(
  body: Block,
  carried: readonly Carried[],
  constants: ReadonlyMap<ValueId, number | boolean>,
): Block {
  const replaced = new Map<ValueId, { readonly source: ValueId; readonly value: number | boolean }>();
  const ends = endsOf(body);
  for (const { init, arguments: within, result } of carried) {
    const value = constants.get(init);
    const [own] = within;
    if (value === undefined || own === undefined) continue;
    const isUnchanged = ends.every((end) => {
      if (end.kind !== "moves" || end.exit === true) return true;
      const move = end.moves.find(({ target }) => target === result);
      return move === undefined || move.source === own || Object.is(constants.get(move.source), value);
    });
    if (isUnchanged) replaced.set(result, { source: own, value });
  }
  if (replaced.size === 0) return body;
  const moved = (move: Move): Move => {
    const own = replaced.get(move.target);
    return own !== undefined && Object.is(constants.get(move.source), own.value)
      ? { ...move, source: own.source }
      : move;
  };
  const visit = (block: Block): Block => {
    const { end } = block;
    if (end.kind === "moves") return { ...block, end: { ...end, moves: end.moves.map(moved) } };
    if (end.kind !== "branch") return block;
    return { ...block, end: { ...end, then: visit(end.then), else: visit(end.else) } };
  };
  return visit(body);
}

function endsOf({ end }: Block): readonly End[] {
  return end.kind === "branch" ? [...endsOf(end.then), ...endsOf(end.else)] : [end];
}
