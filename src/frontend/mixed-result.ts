/**
 * What is a number on some ways and `null`, `undefined` or a boolean on others, or an array, object or tuple on some. 0 stands
 * for the number where there is none, and whatever there is for the parts of the others: it has no derivative.
 */
import type { ts } from "ts-morph";
import type { Instead, Output, ValueId } from "../ir/graph.ts";
import { type Binding, isAbsent, isValue, known, scalar, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { optionalOf } from "./optional.ts";
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
  const optional = optionalOf(binding);
  // Of what may be null, the number is 0 where it is.
  const part =
    optional?.absent.value === null
      ? optional.value
      : eachWay(context, binding, (way) => (kindOf(context, way) === "number" ? way : known(0)));
  const value = idOf(context, numberOf(context, part, node));
  return { kind: "scalar", value, instead: insteadOf(context, binding, kinds, node) };
}

/** An array, object or tuple, and what there is on the ways without. */
export function partedResult(
  context: Context,
  binding: Binding,
  node: ts.Node,
): { readonly present: Binding; readonly instead: readonly Instead[] } {
  const kinds = new Set<Kind>();
  const presentIn = (part: Binding): Binding | undefined => {
    if (part.kind === "choice") {
      const [one, other] = [presentIn(part.then), presentIn(part.else)];
      if (one === undefined || other === undefined || one === other) return one ?? other;
      return one === part.then && other === part.else
        ? part
        : { kind: "choice", condition: part.condition, then: one, else: other };
    }
    const kind = kindOf(context, part);
    if (kind === undefined || kind === "number") return part;
    kinds.add(kind);
    return undefined;
  };
  const present = presentIn(binding) ?? binding;
  return { present, instead: insteadOf(context, binding, kinds, node) };
}

function eachWay(context: Context, binding: Binding, leaf: (way: Binding) => Binding): Binding {
  if (binding.kind !== "choice") return leaf(binding);
  return branch(
    context,
    scalar(binding.condition),
    () => eachWay(context, binding.then, leaf),
    () => eachWay(context, binding.else, leaf),
  );
}

function insteadOf(context: Context, binding: Binding, kinds: ReadonlySet<Kind>, node: ts.Node): readonly Instead[] {
  const condition = (leaf: (way: Binding) => Value): ValueId =>
    idOf(context, conditionOf(context, eachWay(context, binding, leaf), node));
  const is = (way: Binding, kind: Kind): boolean => kindOf(context, way) === kind;
  const others = (["boolean", "null", "undefined"] as const).filter((kind) => kinds.has(kind));
  return others.map((kind): Instead => {
    const when = condition((way) => known(is(way, kind)));
    if (kind !== "boolean") return { when, as: kind };
    const only = onlyBoolean(context, binding);
    if (only !== undefined) return { when, as: only ? "true" : "false" };
    const as = condition((way) => (isValue(way) && is(way, "boolean") ? way : known(false)));
    return { when, as };
  });
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
