/**
 * What is a number on some ways and `null`, `undefined` or a boolean on others. 0 stands for the number where there is none:
 * it has no derivative.
 */
import type { ts } from "ts-morph";
import type { Instead, Output, ValueId } from "../ir/graph.ts";
import { type Binding, isAbsent, isValue, known, scalar, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { conditionOf, idOf, numberOf, typeOf } from "./emit.ts";

/** What there is on one way. */
type Kind = "number" | "boolean" | "null" | "undefined";

/** All that it can be; undefined where it may be something else too. */
export function kindsOf(context: Context, binding: Binding): ReadonlySet<Kind> | undefined {
  if (binding.kind !== "choice") {
    const kind = kindOf(context, binding);
    return kind && new Set([kind]);
  }
  const [one, other] = [kindsOf(context, binding.then), kindsOf(context, binding.else)];
  return one && other && new Set([...one, ...other]);
}

function kindOf(context: Context, binding: Binding): Kind | undefined {
  if (isValue(binding)) return typeOf(context, binding);
  if (isAbsent(binding)) return binding.value === null ? "null" : "undefined";
  return undefined;
}

/** As it is given back, where a number is among `kinds`. */
export function mixedResult(context: Context, binding: Binding, kinds: ReadonlySet<Kind>, node: ts.Node): Output {
  const partOf = (each: Binding, leaf: (part: Binding) => Binding): Binding =>
    each.kind === "choice"
      ? branch(
          context,
          scalar(each.condition),
          () => partOf(each.then, leaf),
          () => partOf(each.else, leaf),
        )
      : leaf(each);
  const is = (part: Binding, kind: Kind): boolean => kindOf(context, part) === kind;
  const condition = (leaf: (part: Binding) => Value): ValueId =>
    idOf(context, conditionOf(context, partOf(binding, leaf), node));
  const number = numberOf(
    context,
    partOf(binding, (part) => (is(part, "number") ? part : known(0))),
    node,
  );
  const value = idOf(context, number);
  const others = (["boolean", "null", "undefined"] as const).filter((kind) => kinds.has(kind));
  const instead = others.map((kind): Instead => {
    const when = condition((part) => known(is(part, kind)));
    if (kind !== "boolean") return { when, as: kind };
    const only = onlyBoolean(context, binding);
    if (only !== undefined) return { when, as: only ? "true" : "false" };
    const as = condition((part) => (isValue(part) && is(part, "boolean") ? part : known(false)));
    return { when, as };
  });
  return { kind: "scalar", value, instead };
}

/** The boolean that it is where it is one, if that is the same on all ways. */
function onlyBoolean(context: Context, binding: Binding): boolean | undefined {
  const found = new Set<boolean | undefined>();
  const visit = (part: Binding): void => {
    if (part.kind === "choice") {
      visit(part.then);
      visit(part.else);
    } else if (kindOf(context, part) === "boolean") {
      found.add(part.kind === "known" ? part.value === true : undefined);
    }
  };
  visit(binding);
  return found.size === 1 ? [...found][0] : undefined;
}
