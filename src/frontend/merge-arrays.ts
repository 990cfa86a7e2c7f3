/** Where the two sides of a branch meet: arrays of both sides that go on as one, in one buffer. */
import type { AllocateNode, GraphNode, GrowNode, ValueId } from "../ir/graph.ts";
import { walkUses } from "../ir/walk.ts";
import { rootLength } from "./arrays.ts";
import { isValue, isWhole, type Root, scalar, type Value, type View } from "./binding.ts";
import type { Context } from "./context.ts";
import { isSameNumber, resolve } from "./emit.ts";
import { copyFill, zeroFill } from "./loop-spare.ts";
import { isInside, type Merge, mergeBindings, placeOf, result, type Side } from "./merge.ts";

/** Two roots that stand for the same place: arrays that changed places in a loop on one side. */
export function mergePlaces(context: Context, merge: Merge, a: Root, b: Root): Root | undefined {
  if (placeOf(a) !== placeOf(b) || a.element !== b.element) return undefined;
  if (a.count !== undefined || b.count !== undefined) return undefined;
  const key = `${a.memory.serial} ${b.memory.serial}`;
  const before = merge.roots.get(key);
  if (before !== undefined) return before;
  const then = versionOn(context, merge, "then", a);
  const otherwise = versionOn(context, merge, "else", b);
  if (then === undefined || otherwise === undefined) return undefined;
  const length = mergeLengths(context, merge, a, b);
  if (length === undefined) return undefined;
  const version = result(context, merge, then, otherwise, a.name);
  const memory = context.state.create("memory", a.memory.name, scalar(version));
  const hasRoom = a.hasRoom || b.hasRoom || length !== a.length ? (true as const) : undefined;
  const root: Root = { ...a, memory, length, hasRoom, origin: placeOf(a), allocated: undefined };
  merge.roots.set(key, root);
  return root;
}

/**
 * A typed array that takes the place of another on one side: `if (temp.length < n) temp = new Float64Array(n)`. It is put into
 * the buffer of the other, which grows for it; at the end of the side if the other is read until then. Where the other is used
 * later under another name, it is one of two instead.
 */
export function mergeReplaced(context: Context, merge: Merge, a: View, b: View): Root | undefined {
  const side = isMadeOn(merge, a.root) ? "then" : "else";
  const [fresh, old] = side === "then" ? [a, b] : [b, a];
  const { assumptions, state, reporter } = context;
  const source = fresh.root.source;
  if (source === undefined || assumptions.isKeptApart(source) || !isWhole(fresh) || !isWhole(old)) return undefined;
  if (!isMadeOn(merge, fresh.root) || isMadeOn(merge, old.root) || !areReplaceable(fresh.root, old.root))
    return undefined;
  const key = `${a.root.memory.serial} ${b.root.memory.serial}`;
  const before = merge.roots.get(key);
  if (before !== undefined) return before;
  const other = side === "then" ? "else" : "then";
  const own = versionOn(context, merge, side, old.root);
  const kept = versionOn(context, merge, other, old.root);
  const made = versionOn(context, merge, side, fresh.root);
  // What either side stores to the other would have to be seen under its own name.
  if (own?.kind !== "scalar" || kept?.kind !== "scalar" || made === undefined || own.id !== kept.id) return undefined;
  const nodes = side === "then" ? merge.branch.thenNodes : merge.branch.elseNodes;
  const length =
    lengthIfOther(context, merge, side, fresh.root, old.root) ?? mergeLengths(context, merge, a.root, b.root);
  const position = nodes.findIndex((each) => each.kind === "allocate" && each.result === fresh.root.allocated);
  const put = isRead(context, nodes.slice(position + 1), own.id) ? copyInto : growInto;
  const into = length && put(context, nodes, position, own.id, made);
  if (into === undefined || length === undefined) return undefined;
  context.growths.set(into.grown, { node: source, name: old.root.name ?? fresh.root.name ?? "this array" });
  const name = old.root.name ?? fresh.root.name;
  const version =
    side === "then" ? result(context, merge, into.made, kept, name) : result(context, merge, kept, into.made, name);
  const memory = state.create("memory", name ?? "array", scalar(version));
  const { origin: _, ...rest } = old.root;
  const root: Root = {
    ...rest,
    name,
    memory,
    length,
    hasRoom: true,
    source,
    origin: placeOf(old.root),
    allocated: undefined,
  };
  merge.roots.set(key, root);
  merge.afterwards.push(() => {
    state.write(old.root.memory, {
      kind: "poison",
      report: (at) => {
        assumptions.noteKeptApart(source);
        reporter.report("ADJ2035", at, { name: name ?? "this array" });
      },
    });
  });
  return root;
}

/** `if (temp.length !== n) temp = new Float64Array(n)`: after it the length is `n`. */
function lengthIfOther(context: Context, merge: Merge, side: Side, fresh: Root, old: Root): Value | undefined {
  const test = context.definitions.get(resolve(context, merge.branch.condition));
  if (test?.kind !== "operation" || test.operation !== (side === "then" ? "ne" : "eq")) return undefined;
  const [length, before] = [rootLength(context, fresh), rootLength(context, old)];
  const has = (value: Value): boolean => test.operands.some((id) => isSameNumber(context, scalar(id), value));
  const isSeen = length.kind === "known" || !isInside(context, merge, length.id);
  return isSeen && has(length) && has(before) ? length : undefined;
}

function isMadeOn(merge: Merge, { memory }: Root): boolean {
  return memory.age >= merge.age;
}

function areReplaceable(fresh: Root, old: Root): boolean {
  const isPlain = ({ kind, count, pool, readOnly, isShared, element }: Root): boolean =>
    kind === "local" &&
    element !== "number" &&
    !readOnly &&
    isShared !== true &&
    count === undefined &&
    pool === undefined;
  return isPlain(fresh) && isPlain(old) && fresh.element === old.element && fresh.length !== undefined;
}

function isRead(context: Context, nodes: readonly GraphNode[], version: ValueId): boolean {
  let found = false;
  walkUses({ arguments: [], nodes, yields: [] }, (value) => (found ||= resolve(context, value) === version));
  return found;
}

/** The version of the buffer that has the room, and the one that has the contents too. */
interface Into {
  readonly grown: ValueId;
  readonly made: Value;
}

/** The buffer of `old` takes the place of a new array: it grows, and is filled with zeros. */
function growInto(context: Context, nodes: GraphNode[], position: number, old: ValueId, made: Value): Into | undefined {
  const node = nodes[position];
  if (node?.kind !== "allocate") return undefined;
  const grow = grownFor(context, node, old);
  nodes.splice(position, 1, grow, ...zeroFill(context, node, grow.result));
  return { grown: grow.result, made };
}

/** When nothing reads `old` any more, it grows, and gets what the new array has. */
function copyInto(context: Context, nodes: GraphNode[], position: number, old: ValueId, made: Value): Into | undefined {
  const node = nodes[position];
  if (node?.kind !== "allocate" || made.kind !== "scalar") return undefined;
  const grow = grownFor(context, node, old);
  const copied = context.builder.fresh(context.builder.typeOf(old), context.builder.nameOf(old));
  nodes.push(grow, ...copyFill(context, node, grow.result, made.id, copied));
  return { grown: grow.result, made: scalar(copied) };
}

function grownFor({ builder }: Context, { length, span }: AllocateNode, old: ValueId): GrowNode {
  const result = builder.fresh(builder.typeOf(old), builder.nameOf(old));
  return { kind: "grow", array: old, length, isZeroed: true, result, span };
}

/** The version of an array at the end of a side. */
function versionOn({ state }: Context, merge: Merge, side: Side, { memory }: Root): Value | undefined {
  const version = memory.age < merge.age ? (merge.seen[side](memory) ?? state.read(memory)) : memory.current;
  return isValue(version) ? version : undefined;
}

function mergeLengths(context: Context, merge: Merge, a: Root, b: Root): Value | undefined {
  const [then, otherwise] = [rootLength(context, a), rootLength(context, b)];
  if (isSameNumber(context, then, otherwise)) return a.length ?? then;
  const length = mergeBindings(context, merge, then, otherwise, `${a.name ?? "array"}Length`);
  return isValue(length) ? length : undefined;
}
