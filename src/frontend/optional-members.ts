/**
 * Members that only some objects of a pool (pools.ts) have: a number or boolean, and beside it whether it is there.
 *
 *     ps.push({ x }); ps.push({ x, weight: 2 });     weight: an array of numbers; hasWeight: one of 0 and 1
 *
 * Which members these are is learnt from the entries as they are added; the next round of the lowering makes the pool so.
 */
import { capitalized } from "../ir/capitalized.ts";
import type { Shape } from "../ir/signature.ts";
import { type Binding, type Cell, isAbsent, isValue, known, scalar, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { numberOfAbsent, typeOf } from "./emit.ts";
import { optionalOf } from "./optional.ts";

type Path = readonly (string | number)[];
type OptionalShape = Extract<Shape, { kind: "optional" }>;

/** In the path of a leaf: whether the member before is there. */
export const isThere = "?";

/** What the array of a leaf is called. */
export function nameOfLeaf(path: Path): string | undefined {
  const names = path.filter((key) => typeof key === "string");
  const last = names.at(-1);
  return last === isThere ? `has${capitalized(String(names.at(-2)))}` : last;
}

/** The shape of a number or boolean that may be missing, or of what is missing. */
export function optionalShape(context: Context, binding: Binding): OptionalShape | undefined {
  if (isAbsent(binding)) return { kind: "optional", of: { kind: "number" }, absent: textOf(binding.value) };
  const optional = optionalOf(binding);
  if (optional === undefined) return undefined;
  return { kind: "optional", of: { kind: typeOf(context, optional.value) }, absent: textOf(optional.absent.value) };
}

function textOf(absent: null | undefined): "null" | "undefined" {
  return absent === null ? "null" : "undefined";
}

/** Whether there is a number or boolean, and which; undefined where it is something else. */
export function partsOf(
  { of, absent }: OptionalShape,
  binding: Binding,
): { readonly isSet: Value; readonly value: Value } | undefined {
  if (isValue(binding)) return { isSet: known(true), value: binding };
  if (isAbsent(binding)) {
    const nothing = { kind: "known", value: absent === "null" ? null : undefined } as const;
    return { isSet: known(false), value: of.kind === "boolean" ? known(false) : numberOfAbsent(nothing) };
  }
  const optional = optionalOf(binding);
  return optional && { isSet: scalar(optional.isSet), value: optional.value };
}

/** The shape that both have; undefined where they differ in more than in members that may be missing. */
export function joined(a: Shape, b: Shape): Shape | undefined {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  if (a.kind === "optional" || b.kind === "optional") return joinedOptional(a, b);
  if (a.kind === "rows" && b.kind === "rows") {
    const of = joined(a.of, b.of);
    return of && a.size === b.size ? { ...a, of } : undefined;
  }
  if (a.kind === "tuple" && b.kind === "tuple" && a.elements.length === b.elements.length) {
    const elements = a.elements.flatMap((element, k) => joined(element, b.elements[k] ?? element) ?? []);
    return elements.length === a.elements.length ? { kind: "tuple", elements } : undefined;
  }
  return a.kind === "object" && b.kind === "object" ? joinedObject(a.members, b.members) : undefined;
}

type ObjectMembers = Extract<Shape, { kind: "object" }>["members"];

function joinedObject(a: ObjectMembers, b: ObjectMembers): Shape | undefined {
  const names = new Set([...a, ...b].map(({ name }) => name));
  const members = [...names].flatMap((name) => {
    const [one, other] = [a, b].map((members) => members.find((member) => member.name === name)?.shape);
    const shape = one && other ? joined(one, other) : mayBeMissing(one ?? other);
    return shape === undefined ? [] : [{ name, shape }];
  });
  return members.length === names.size ? { kind: "object", members } : undefined;
}

function joinedOptional(a: Shape, b: Shape): Shape | undefined {
  const [one, other] = [mayBeMissing(a), mayBeMissing(b)];
  if (one === undefined || other === undefined || one.of.kind !== other.of.kind) return undefined;
  const absents = new Set([a, b].flatMap((shape) => (shape.kind === "optional" ? [shape.absent] : [])));
  const [absent, ...others] = absents;
  return absent === undefined || others.length > 0 ? undefined : { ...one, absent };
}

function mayBeMissing(shape: Shape | undefined): OptionalShape | undefined {
  if (shape?.kind === "optional") return shape.absent === "undefined" || shape.absent === "null" ? shape : undefined;
  const isOne = shape?.kind === "number" || shape?.kind === "boolean";
  return isOne ? { kind: "optional", of: shape, absent: "undefined" } : undefined;
}

/** Whether some member in it may be missing. */
export function holdsOptional(shape: Shape): boolean {
  switch (shape.kind) {
    case "optional":
      return true;
    case "rows":
      return holdsOptional(shape.of);
    case "object":
      return shape.members.some((member) => holdsOptional(member.shape));
    case "tuple":
      return shape.elements.some(holdsOptional);
    default:
      return false;
  }
}

/** Whether an object in a pool may be without the member. */
export function mayLackInPool({ nest }: Cell, name: string): boolean {
  const shape = nest?.shape;
  return (
    shape?.kind === "object" && shape.members.some((member) => member.name === name && holdsOnlySome(member.shape))
  );
}

function holdsOnlySome(shape: Shape): boolean {
  return shape.kind === "optional" && shape.absent !== "null";
}
