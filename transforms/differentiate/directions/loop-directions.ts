/** A loop in all directions: what it carries of each is found out by building it (see all-directions.ts). */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { LoopNode, Region, ValueId } from "../../../src/ir/graph.ts";
import { carriedOf, indexOf, nextOf } from "../../../src/ir/walk.ts";
import { type Carrier, carrierOf } from "./carriers.ts";
import { type Atom, type DirectionGroup, type Form, type GroupForm, isRow, rowForm, termsOf } from "./linear-form.ts";
import type { Carrying, DirectionsState, Memory } from "./state.ts";
import { mostTerms } from "./state.ts";
import type { Storage } from "./storage.ts";

/** A slot that is kept as a row. */
interface RowSlot {
  readonly at: number;
  readonly group: DirectionGroup;
  readonly storage: Storage;
}

export interface RegionWalk {
  /** The nodes of a region, in the open one. */
  readonly walk: (region: Region) => void;
  /** The form of a number that a region yields; 0 is one too. */
  readonly yielded: (value: ValueId) => Form;
}

export function loopDirections(
  state: DirectionsState,
  loop: LoopNode,
  memory: Memory,
  { walk, yielded }: RegionWalk,
): void {
  const { build, directions, isDirectional, nameFor } = state.context;
  const depth = state.frames.length;
  const carried = carriedOf(loop);
  const next = nextOf(loop);
  const kept = carried.flatMap((argument, k) => (isDirectional(argument) ? [] : [k]));
  const slots = carried.flatMap((argument, k) => (isDirectional(argument) && !isArray(argument) ? [k] : []));
  const arraySlots = carried.flatMap((argument, k) => (isDirectional(argument) && isArray(argument) ? [k] : []));
  const pick = (values: readonly ValueId[], places: readonly number[]) => places.map((k) => present(values[k]));
  function isArray(value: ValueId): boolean {
    return typeof build.typeOf(value) === "object";
  }
  if (!state.isInLoop) state.cleanAtLoop = new Set(state.clean);

  // What it carries.
  const before = state.versions.snapshot();
  const constants = { zero: build.constant(0), one: build.constant(1) };
  const inits = pick(loop.inits, slots).map(yielded);
  const carriers: Carrier[] = [];
  const rows: RowSlot[] = [];
  const carryings = new Map<string, Carrying>();
  slots.forEach((k, at) => {
    for (const group of directions) {
      const key = `${k} ${group.index}`;
      const carrying = carryingOf(memory.carried.get(key), inits[at]?.get(group.index), group);
      if (carrying === undefined) continue;
      carryings.set(key, carrying);
      if (carrying.kind === "terms") carriers.push(carrierOf(at, group, carrying.atoms, constants));
      else {
        const argument = present(carried[k]);
        const name = nameFor(build.nameOf(argument), group);
        const storage = state.newRow(`slot ${argument} ${group.index}`, group, name, true);
        state.keep(storage, undefined, inits[at]?.get(group.index), group, true);
        rows.push({ at, group, storage });
      }
    }
  });
  const arrays = [...memory.arrays, ...rows.map(({ storage }) => storage.array)].filter((array) => {
    return before.has(array) || rows.some(({ storage }) => storage.array === array);
  });
  const factors = carriers.flatMap(({ at, group, split }) => split(inits[at]?.get(group.index)));
  const versions = arrays.map((array) => state.versions.of({ array }));

  function carryingOf(
    known: Carrying | undefined,
    init: GroupForm | undefined,
    group: DirectionGroup,
  ): Carrying | undefined {
    if (known === undefined && init === undefined) return undefined;
    if (known?.kind === "row") return known;
    const atoms = new Map<string, Atom>(known?.atoms);
    for (const { atom } of termsOf(init)) atoms.set(atom.key, atom);
    return settled(atoms, group);
  }
  function settled(atoms: ReadonlyMap<string, Atom>, { count }: DirectionGroup): Carrying {
    if (count === undefined) return { kind: "terms", atoms };
    const isKnown = [...atoms.values()].every((atom) => state.isKnownAround(atom, depth, before, memory.arrays));
    return isKnown && atoms.size <= mostTerms ? { kind: "terms", atoms } : { kind: "row" };
  }

  /** Binds what stands for the carried numbers and arrays. */
  const bind = (numbers: readonly ValueId[], values: readonly ValueId[]): void => {
    const forms = numbers.map(() => new Map<number, GroupForm>());
    let first = 0;
    for (const { at, group, count, join } of carriers) {
      forms[at]?.set(group.index, join(values.slice(first, first + count)));
      first += count;
    }
    for (const { at, group, storage } of rows) forms[at]?.set(group.index, rowForm(storage));
    numbers.forEach((value, at) => state.forms.set(value, present(forms[at])));
    arrays.forEach((array, k) => state.versions.set({ array }, present(values[first + k])));
  };
  const bindArrays = (of: readonly ValueId[]): void => {
    for (const k of arraySlots) state.arrays.set(present(of[k]), state.arraysOf(present(loop.inits[k])));
  };

  const names = carriers.flatMap(({ at, group, count }) => {
    const name = nameFor(build.nameOf(present(carried[present(slots[at])])), group);
    return Array.from({ length: count }, () => (count === 1 ? name : undefined));
  });
  const inside = [
    ...factors.map((_, k) => build.fresh("number", names[k])),
    ...versions.map((version) => build.twin(version)),
  ];
  const body = build.region([indexOf(loop), ...pick(carried, kept), ...inside], () => {
    state.enter(loop.body, loop);
    loop.body.arguments.forEach((argument) => state.define(argument));
    bind(pick(carried, slots), inside);
    bindArrays(carried);
    const entered = state.versions.snapshot();
    walk(loop.body);
    const forms = pick(next, slots).map(yielded);
    learn(forms);
    const yields = carriers.flatMap(({ at, group, split }) => split(forms[at]?.get(group.index)));
    for (const group of directions) {
      const own = rows.filter((row) => row.group === group);
      const changed = own.filter(({ at, storage }) => !isRow(forms[at]?.get(group.index), storage));
      state.versions.write(
        group,
        changed.map(({ at, storage }) => ({
          storage,
          entry: undefined,
          part: forms[at]?.get(group.index),
          isClean: false,
        })),
      );
    }
    const moved = exchanged();
    for (const [array, version] of state.versions.snapshot()) {
      if (before.has(array) && entered.get(array) !== version) state.learnArray(memory, array);
    }
    state.leave();
    return [
      ...(loop.stops ? [present(loop.body.yields[0])] : []),
      ...pick(next, kept),
      ...yields,
      ...arrays.map((array) => state.versions.of({ array: moved.get(array) ?? array })),
    ];
  });

  /** Compares what the numbers have become with how they were carried. */
  function learn(forms: readonly Form[]): void {
    slots.forEach((k, at) => {
      for (const group of directions) {
        const key = `${k} ${group.index}`;
        const part = forms[at]?.get(group.index);
        const carrying = carryings.get(key);
        if (part === undefined || carrying?.kind === "row") continue;
        const atoms = new Map<string, Atom>(carrying?.atoms);
        const others = termsOf(part).filter(({ atom }) => !atoms.has(atom.key));
        if (carrying !== undefined && others.length === 0) continue;
        for (const { atom } of others) atoms.set(atom.key, atom);
        memory.carried.set(key, settled(atoms, group));
        memory.isNew = true;
      }
    });
  }

  /** Whose last version is the next one of an array: another's where the loop exchanges them. */
  function exchanged(): ReadonlyMap<string, string> {
    const moved = new Map<string, string>();
    for (const k of arraySlots) {
      const to = state.arraysOf(present(carried[k]));
      for (const [group, from] of state.arraysOf(present(next[k]))) {
        const own = to.get(group);
        if (own === undefined || own.array === from.array) continue;
        moved.set(own.array, from.array);
        for (const each of [own, from]) {
          // What was stored in the other may be in it after an odd number of rounds.
          state.clean.delete(each.key);
          if (before.has(each.array)) state.learnArray(memory, each.array);
          if (each.base !== undefined || each.column !== undefined) state.hasFailed = true;
        }
      }
    }
    return moved;
  }

  const results = inside.map((value) => build.twin(value));
  const grown = {
    inits: [...pick(loop.inits, kept), ...factors, ...versions],
    results: [...pick(loop.results, kept), ...results],
    body,
  };
  if (loop.kind === "for") build.push({ ...loop, ...grown });
  else {
    const { condition } = loop;
    const tested = [...pick(condition.arguments, kept), ...inside.map((value) => build.twin(value))];
    build.push({ ...loop, ...grown, condition: { ...condition, arguments: tested } });
  }
  // What was made within is gone.
  state.versions.restore(before);
  bind(pick(loop.results, slots), results);
  bindArrays(loop.results);
}
