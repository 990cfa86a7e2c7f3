/**
 * Arrays that change places in a loop. Each variable that goes round whole arrays is a place; at the end of the body every
 * place must hold another of the buffers that came in, or an array that was made in this round. The buffer that no place
 * holds any more then serves for the array of the next round: instead of allocating in the loop, two buffers alternate.
 */
import { present } from "../diagnostics/invariant.ts";
import type { ValueId } from "../ir/graph.ts";
import { allocateUnfilled, load, rootLength, storeInside } from "./arrays.ts";
import {
  type Binding,
  type Environment,
  isValue,
  isWhole,
  known,
  poison,
  type Root,
  scalar,
  type Value,
  type View,
  wholeView,
} from "./binding.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { idOf, isSameNumber, operate, resolve, sameBinding } from "./emit.ts";
import { factsOf, simplified } from "./exit-facts.ts";
import { membersOfFunctions } from "./function-members.ts";
import { carry, carryOut, type ClosingLoop, closeScalar, lost } from "./loop-carry.ts";
import type { PlaceEntry } from "./loop-entry.ts";
import { allocationOf, largestOf, outsideOf, useSpare } from "./loop-spare.ts";
import { leaveOutGrowth, mostEntries } from "./room-in-loop.ts";
import type { Location } from "./state.ts";

export interface Place {
  readonly key: string;
  readonly entry: PlaceEntry;
  readonly final: Binding;
}

export interface Places {
  /** What a binding of the body is after the loop. */
  readonly after: (final: Binding) => Binding;
  /** When the loop stands in the graph. */
  readonly finish: () => void;
}

type Source = { readonly kind: "place"; readonly place: Place } | { readonly kind: "fresh"; readonly root: Root };

export function closePlaces(context: Context, closing: ClosingLoop, places: readonly Place[]): Places {
  const { builder, state } = context;
  const byRoot = new Map(places.map((place) => [place.entry.binding.root, place]));
  const staying = factsOf(closing.exit, closing.isLeaving, false);
  const leaving = factsOf(closing.exit, closing.isLeaving, true);
  const landed = new Map<Root, View>();
  const finishers: (() => void)[] = [];

  const placeOf = (root: Root): Place | undefined => {
    for (let at: Root | undefined = root; at !== undefined; at = at.origin) {
      const place = byRoot.get(at);
      if (place !== undefined) return place;
    }
    return undefined;
  };
  const isCountedInLoop = (root: Root): boolean => isCountedIn(closing, root);
  /** How many entries it has at the end of the round. */
  const lengthIn = (root: Root): Value => {
    const count = isCountedInLoop(root) ? root.count?.current : undefined;
    return count !== undefined && isValue(count) ? count : rootLength(context, root);
  };
  const sourceOf = (place: Place): Source | undefined => {
    const final = simplified(context, place.final, staying);
    if (final.kind !== "view" || final.offset !== undefined) return undefined;
    if (final.isConstant === true) return undefined;
    if (final.length !== undefined && !isSameNumber(context, final.length, lengthIn(final.root))) return undefined;
    const from = placeOf(final.root);
    if (from !== undefined) return { kind: "place", place: from };
    return allocationOf(closing, final.root) === undefined ? undefined : { kind: "fresh", root: final.root };
  };
  const versionIn = (root: Root): ValueId | undefined => {
    const version = root.memory.current;
    return version.kind === "scalar" ? resolve(context, version.id) : undefined;
  };
  const isStored = ({ entry }: Place): boolean => {
    return closing.copied.get(entry)?.isStored ?? versionIn(entry.binding.root) !== entry.argument;
  };
  /** The root that the place holds at the end of a round. */
  const heldBy = (place: Place): Root => {
    const final = simplified(context, place.final, staying);
    return final.kind === "view" ? final.root : place.entry.binding.root;
  };
  const currentOf = (place: Place): ValueId => present(versionIn(heldBy(place)), "version");

  const none: Places = { after: () => poison, finish: () => {} };
  const sources = new Map<Place, Source>();
  let varies = false;
  for (const place of places) {
    const source = sourceOf(place);
    const isTaken = [...sources.values()].some((other) =>
      source?.kind === "place"
        ? other.kind === "place" && other.place === source.place
        : other.kind === "fresh" && other.root === source?.root,
    );
    if (source === undefined || isTaken) return broken(context, closing, place);
    const from = source.kind === "place" ? source.place.entry.before.root : source.root;
    if (from.element !== place.entry.before.root.element) return broken(context, closing, place);
    const isAsLong = isSameNumber(context, lengthIn(heldBy(place)), rootLength(context, place.entry.binding.root));
    varies ||= !isAsLong || isCountedInLoop(heldBy(place));
    sources.set(place, source);
  }
  const isMaking = [...sources.values()].some(({ kind }) => kind === "fresh");
  const needsRoom = varies && isMaking && places.some(({ entry }) => !entry.binding.root.hasRoom);
  if (needsRoom) noteRoom(context, closing, [...sources.values()]);
  if (varies && places.some(({ entry }) => entry.length === undefined)) {
    context.assumptions.noteLengthsVary(closing.node);
    return none;
  }
  if (needsRoom) return none;
  if (places.some((place) => heldBy(place).hasRoom && !place.entry.binding.root.hasRoom)) {
    context.assumptions.noteGrowsIn(closing.node);
    return none;
  }
  const capacity = varies && isMaking ? capacityOf(context, closing, [...sources]) : undefined;
  const dropped = places.filter(
    (place) => ![...sources.values()].some((source) => source.kind === "place" && source.place === place),
  );

  for (const [place, source] of sources) {
    const isStaying = source.kind === "place" && source.place === place && heldBy(place) === place.entry.binding.root;
    if (isStaying && !closing.copied.has(place.entry)) {
      if (!closeStaying(place)) return none;
    } else if (!closeMoving(place, source)) {
      return broken(context, closing, place);
    }
  }

  /** The variable holds the same array in all rounds. */
  function closeStaying(place: Place): boolean {
    const { before, argument, binding, label, length } = place.entry;
    const { memory } = before.root;
    if (length !== undefined) closeLength(place, rootLength(context, binding.root));
    const version = versionIn(binding.root);
    const sharing = places.filter((other) => other.entry.before.root === before.root);
    const isDirect = closing.frame.imports.has(memory) || sharing.length > 1;
    const init = state.read(memory);
    landed.set(binding.root, before);
    if (init.kind !== "scalar") return true;
    const directly = closing.last.get(memory);
    const isChanged = directly !== undefined && closing.frame.imports.get(memory)?.entry?.binding !== directly;
    if (isDirect && (version !== argument || isChanged || sharing.some(isStored))) {
      context.assumptions.noteParts(closing.node, label);
      return false;
    }
    if (version === argument) {
      context.substitutes.set(argument, init.id);
      return true;
    }
    const result = carry(context, closing, place.key, argument, init.id, scalar(present(version)));
    finishers.push(() => state.write(memory, scalar(result)));
    return true;
  }

  /** The variable holds another array in the next round. */
  function closeMoving(place: Place, source: Source): boolean {
    const { before, argument, binding } = place.entry;
    const next = currentOf(place);
    const init = initOf(place);
    if (init === undefined || (varies && isMaking && capacity === undefined)) return false;
    if (source.kind === "fresh" && !replaceBySpare(place, source.root)) return false;
    const result = carry(context, closing, place.key, argument, init.version, scalar(next));
    const memory = state.create("memory", binding.root.name ?? "array", scalar(result));
    const role = source.kind === "place" ? source.place.entry.binding.root : source.root;
    const length = closeLength(place, lengthIn(heldBy(place))) ?? rootLength(context, before.root);
    landed.set(role, wholeView({ ...binding.root, memory, readOnly: false, origin: init.root, length }));
    return true;
  }

  function closeLength(place: Place, next: Value): Value | undefined {
    const { length, label } = place.entry;
    if (length === undefined) return undefined;
    const last = closeScalar(context, closing, `${place.key} length`, label, length, next);
    return isValue(last) ? last : undefined;
  }

  /** The buffer that the place starts with: the one that it has, or a copy if that is needed under another name. */
  function initOf(place: Place): { readonly version: ValueId; readonly root: Root } | undefined {
    const { before, label } = place.entry;
    const { root } = before;
    const isShared =
      root.kind !== "local" ||
      root.readOnly ||
      closing.frame.imports.has(root.memory) ||
      context.assumptions.isCopiedBefore(closing.node, label) ||
      places.some((other) => other !== place && other.entry.before.root === root);
    const forget = (): void =>
      state.write(root.memory, {
        kind: "poison",
        report: (at) => {
          context.assumptions.noteCopyBefore(closing.node, label);
          context.reporter.report("ADJ2035", at, { name: root.name ?? label });
        },
      });
    // What the loop stores to the buffer would have to be seen under the other name.
    if (isShared && (rolesOf(place).some(isStored) || isDirectlyStored(root))) return undefined;
    if (!isShared) finishers.push(forget);
    if (!isShared && capacity === undefined) {
      const version = state.read(root.memory);
      return version.kind === "scalar" ? { version: version.id, root } : undefined;
    }
    const { node } = closing;
    const length = rootLength(context, root);
    // Nothing is seen of what lies beyond the end.
    const copy = allocateUnfilled(context, root.element, capacity ?? length, place.entry.binding.root.name ?? label);
    countedLoop(context, node, known(0), length, "k", (k) => {
      storeInside(context, copy, k, load(context, before, k, node), node);
    });
    const version = state.read(copy.root.memory);
    return version.kind === "scalar" ? { version: version.id, root: copy.root } : undefined;
  }

  function isDirectlyStored(root: Root): boolean {
    const last = closing.last.get(root.memory);
    const entry = closing.frame.imports.get(root.memory)?.entry;
    return last !== undefined && entry !== undefined && !sameBinding(context, last, entry.binding);
  }

  /** The places that a buffer goes through, until it is dropped. */
  function rolesOf(place: Place): readonly Place[] {
    const roles: Place[] = [];
    for (let at: Place | undefined = place; at !== undefined && !roles.includes(at);) {
      const here: Place = at;
      roles.push(here);
      at = places.find((other) => {
        const source = sources.get(other);
        return source?.kind === "place" && source.place === here;
      });
    }
    return roles;
  }

  /** The array that is made in each round takes the buffer that was dropped in the round before. */
  function replaceBySpare(place: Place, fresh: Root): boolean {
    const own = dropped.includes(place)
      ? place
      : dropped.find((other) => other.entry.before.root.element === fresh.element);
    if (own === undefined) return false;
    dropped.splice(dropped.indexOf(own), 1);
    const length = idOf(context, capacity ?? rootLength(context, place.entry.before.root));
    const spare = builder.allocate(fresh.element, length, { kind: "local" }, false, fresh.name);
    if (isCountedInLoop(fresh)) leaveOutGrowth(context, closing, fresh);
    const kept = versionIn(own.entry.binding.root);
    return kept !== undefined && useSpare(context, closing, fresh, spare, scalar(kept)) !== undefined;
  }

  /** An array that was made in the last round and is used after the loop: it is made before the loop. */
  function exportFresh(root: Root): View | undefined {
    const length = root.length === undefined ? undefined : outsideOf(context, closing, root.length);
    const version = versionIn(root);
    if (length === undefined || version === undefined) return undefined;
    const spare = builder.allocate(root.element, idOf(context, length), { kind: "local" }, true, root.name);
    const result = useSpare(context, closing, root, spare, scalar(version));
    if (result === undefined) return undefined;
    const memory = state.create("memory", root.name ?? "array", scalar(result));
    return wholeView({ ...root, memory, length, allocated: spare, origin: undefined });
  }

  const visited = new Set<Environment>();
  /** What was made in the loop lives on outside of it. */
  const exportLocation = (location: Location): void => {
    if (location.age < closing.frame.age || location.frame === state.frame) return;
    location.frame = state.frame;
    location.current = exported(location.current);
  };
  const exported = (binding: Binding): Binding => {
    if (binding.kind === "scalar") return carryOut(context, closing, binding);
    if (binding.kind === "choice") {
      const condition = carryOut(context, closing, scalar(binding.condition));
      const [then, otherwise] = [exported(binding.then), exported(binding.else)];
      if (condition.kind === "known") return condition.value ? then : otherwise;
      return { kind: "choice", condition: condition.id, then, else: otherwise };
    }
    if (binding.kind === "aggregate") {
      for (const member of binding.cell.members.values()) exportLocation(member);
      return binding;
    }
    if (binding.kind === "function") {
      for (let at = binding.environment; at !== undefined && !visited.has(at); at = at.parent) {
        visited.add(at);
        for (const each of [...at.variables.values(), ...membersOfFunctions(at)]) exportLocation(each);
      }
      return binding;
    }
    if (binding.kind !== "view") return binding;
    const out = (part: Value | undefined) => part && carryOut(context, closing, part);
    const root = placeOf(binding.root)?.entry.binding.root ?? binding.root;
    const before = landed.get(root) ?? (root.memory.age < closing.frame.age ? wholeView(root) : exportFresh(root));
    if (before === undefined) {
      const name = root.name ?? "this array";
      return { kind: "poison", report: (at) => context.reporter.report("ADJ2035", at, { name }) };
    }
    landed.set(root, before);
    if (isWhole(binding)) return before;
    const { isConstant } = binding;
    const [offset, length, reach] = [out(binding.offset), out(binding.length), out(binding.reach)];
    return { ...before, offset, length, reach, isConstant };
  };

  return {
    after: (final) => {
      const [stay, leave] = [
        exported(simplified(context, final, staying)),
        exported(simplified(context, final, leaving)),
      ];
      const { stopped } = closing;
      if (stopped === undefined || sameBinding(context, stay, leave)) return stay;
      return { kind: "choice", condition: stopped, then: leave, else: stay };
    },
    finish: () => finishers.forEach((finisher) => finisher()),
  };
}

function broken(context: Context, closing: ClosingLoop, place: Place): Places {
  const { before, binding, label } = place.entry;
  const name = binding.root.name ?? label;
  const isCounted = place.final.kind === "view" && place.final.root.count !== undefined;
  const after = lost(context, closing, name, isCounted ? undefined : copyFirst(before, label));
  return { after: () => after, finish: () => {} };
}

/** What is to be written in place of a variable that begins as a parameter, which keeps its place. */
function copyFirst({ root, rows }: View, label: string): string | undefined {
  if (root.kind !== "parameter" || root.name === undefined || rows !== undefined) return undefined;
  const another = root.element === "number" ? "entry by entry" : `with ${label}.set(…)`;
  return `begin with a copy, let ${label} = ${root.name}.slice(), and swap copies of one length alone; copy another array into it ${another}`;
}

/** Whatever array has a buffer is not as long as the buffer: that has room for the longest. */
function noteRoom({ assumptions }: Context, { node }: ClosingLoop, sources: readonly Source[]): void {
  assumptions.noteGrowsIn(node);
  for (const source of sources) {
    const made = source.kind === "fresh" ? source.root.source : undefined;
    if (made !== undefined) assumptions.noteLongerBuffer(made);
  }
}

/** Room for the longest of all arrays that change places. */
function capacityOf(
  context: Context,
  closing: ClosingLoop,
  sources: readonly (readonly [Place, Source])[],
): Value | undefined {
  const came = new Map<ValueId, Value>();
  for (const [{ entry }] of sources)
    if (entry.length !== undefined) came.set(entry.length.argument, entry.length.before);
  let capacity: Value | undefined;
  for (const [place, source] of sources) {
    const before = rootLength(context, place.entry.before.root);
    const made = source.kind === "fresh" ? roomOf(context, closing, source.root, came) : before;
    if (made === undefined) return undefined;
    for (const length of [before, made]) {
      const isNew = capacity === undefined || !isSameNumber(context, capacity, length);
      if (isNew) capacity = capacity === undefined ? length : operate(context, "max", capacity, length);
    }
  }
  return capacity;
}

function roomOf(
  context: Context,
  closing: ClosingLoop,
  root: Root,
  came: ReadonlyMap<ValueId, Value>,
): Value | undefined {
  return isCountedIn(closing, root)
    ? mostEntries(context, closing, root, came)
    : largestOf(context, closing, rootLength(context, root));
}

function isCountedIn({ frame }: ClosingLoop, { count }: Root): boolean {
  return count !== undefined && count.age >= frame.age;
}
