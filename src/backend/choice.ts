import type { GraphBuilder } from "../ir/builder.ts";
import type { Block, BranchItem } from "./blocks.ts";

/** Longer sides than this do not become one expression anyway. */
const mostItems = 8;

/**
 * Whether a branch only chooses a value, as `c ? a : b` does, so that its result is better not merged with one of its
 * sides: `if (!(z > 0)) z = 0` would be right for `h = z > 0 ? z : 0`, but nobody writes it so. An `if` of the source
 * that changes a variable, and an adjoint that one side adds to, stay statements.
 */
export function isChoice(item: BranchItem, builder: GraphBuilder): boolean {
  const [result] = item.results;
  if (item.results.length !== 1 || result === undefined || typeof builder.typeOf(result) === "object") return false;
  if (!isPure(item.then, builder) || !isPure(item.else, builder)) return false;
  const { span, origin } = item.node;
  if (origin === undefined) return !/^(?:\}\s*)?(?:if|else|switch|case|default)\b/.test(span?.text ?? "");
  return !addsTo(item.then, item.else) && !addsTo(item.else, item.then);
}

function isPure(block: Block, builder: GraphBuilder): boolean {
  if (block.end.kind !== "moves" || block.items.length > mostItems) return false;
  return block.items.every((item) => {
    if (item.kind === "branch") return isChoice(item, builder);
    return item.kind === "operation" || item.kind === "load" || item.kind === "length";
  });
}

/** The one side yields what the other leaves unchanged, with something done to it. */
function addsTo(one: Block, other: Block): boolean {
  if (one.end.kind !== "moves" || other.end.kind !== "moves" || other.items.length > 0) return false;
  const [kept, made] = [other.end.moves[0]?.source, one.end.moves[0]?.source];
  return one.items.some(
    (item) => item.kind === "operation" && item.result === made && item.operands.some((each) => each === kept),
  );
}
