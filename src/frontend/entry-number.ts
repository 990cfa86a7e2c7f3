/** What is stored in an array of numbers: a number, of which it is known that there is one. */
import { ts } from "ts-morph";
import { type Binding, isAbsent, isValue, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { anyNumber, numberOf, quoted, typeOf } from "./emit.ts";

const others = ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.BooleanLike;

/**
 * The binding as an entry. What its type says may be `null`, `undefined` or a boolean is refused: nothing would tell it from a
 * number afterwards. `node` is its expression, or the call that gives all entries of an array.
 */
export function entryNumber(context: Context, binding: Binding, node: ts.Node): Value {
  if (!isMixed(context, binding) || !mayBeOther(context, node)) return numberOf(context, binding, node);
  const hint = "write NaN where there is no number, and ask with Number.isNaN";
  context.reporter.report("ADJ2032", node, { what: quoted(node) }, hint);
  return anyNumber(context);
}

/** A number on one way, and something else on another. */
function isMixed(context: Context, binding: Binding): boolean {
  const kinds = new Set<string>();
  const visit = (part: Binding): void => {
    if (part.kind === "choice") [part.then, part.else].forEach(visit);
    else if (isValue(part)) kinds.add(typeOf(context, part));
    else if (isAbsent(part)) kinds.add("none");
  };
  visit(binding);
  return kinds.size > 1;
}

function mayBeOther(context: Context, node: ts.Node): boolean {
  const type = context.names.checkerOf(node).getTypeAtLocation(node);
  const entry = ts.isCallExpression(node) ? (type.getNumberIndexType() ?? type) : type;
  const parts = entry.isUnion() ? entry.types : [entry];
  return parts.some(({ flags }) => (flags & others) !== 0);
}
