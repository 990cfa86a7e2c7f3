/** A branch in all directions: what it yields of each is found out by building it (see all-directions.ts). */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { IfNode, Region, ValueId } from "../../../src/ir/graph.ts";
import { type Carrier, carrierOf } from "./carriers.ts";
import { type Atom, type DirectionGroup, type Form, type GroupForm, isRow, rowForm, termsOf } from "./linear-form.ts";
import type { RegionWalk } from "./loop-directions.ts";
import { type DirectionsState, type Memory, mostTerms } from "./state.ts";
import type { Storage } from "./storage.ts";

interface Side {
  readonly region: Region;
  readonly forms: readonly Form[];
  readonly versions: ReadonlyMap<string, ValueId>;
}

interface RowResult {
  readonly at: number;
  readonly group: DirectionGroup;
  readonly storage: Storage;
}

export function branchDirections(
  state: DirectionsState,
  node: IfNode,
  memory: Memory,
  { walk, yielded }: RegionWalk,
): void {
  const { build, directions, isDirectional, nameFor } = state.context;
  const depth = state.frames.length;
  const isArray = (value: ValueId): boolean => typeof build.typeOf(value) === "object";
  const places = (isOurs: (result: ValueId) => boolean) =>
    node.results.flatMap((result, k) => (isOurs(result) ? [k] : []));
  const kept = places((result) => !isDirectional(result));
  const numbers = places((result) => isDirectional(result) && !isArray(result));
  const arrays = places((result) => isDirectional(result) && isArray(result));
  const pick = (values: readonly ValueId[], of: readonly number[]) => of.map((k) => present(values[k]));
  const constants = { zero: build.constant(0), one: build.constant(1) };
  const known = state.versions.snapshot();

  const rows: RowResult[] = numbers.flatMap((k, at) =>
    directions.flatMap((group) => {
      const carrying = memory.carried.get(`${k} ${group.index}`);
      if (carrying?.kind !== "row") return [];
      const result = present(node.results[k]);
      // Where a loop around is built again, the row that it was added to may be none any more, or be read later.
      const own = carrying.in;
      if (own !== undefined && known.has(own.array) && !state.isRowReadLater(own)) return [{ at, group, storage: own }];
      const name = nameFor(build.nameOf(result), group);
      return [{ at, group, storage: state.newRow(`branch ${result} ${group.index}`, group, name) }];
    }),
  );
  const before = state.versions.snapshot();
  const clean = new Set(state.clean);

  const side = (from: Region): Side => {
    state.versions.restore(before);
    state.clean = new Set(clean);
    let forms: readonly Form[] = [];
    const region = build.region([], () => {
      state.enter(from, node);
      walk(from);
      forms = pick(from.yields, numbers).map(yielded);
      for (const group of directions) {
        const own = rows.filter(
          ({ at, group: of, storage }) => of === group && !isRow(forms[at]?.get(group.index), storage),
        );
        state.versions.write(
          group,
          own.map(({ at, storage }) => ({
            storage,
            entry: undefined,
            part: forms[at]?.get(group.index),
            isClean: false,
          })),
        );
      }
      state.leave();
      return pick(from.yields, kept);
    });
    return { region, forms, versions: state.versions.snapshot() };
  };
  const then = side(node.then);
  const cleanAfterThen = state.clean;
  const otherwise = side(node.else);
  state.clean = new Set([...state.clean].filter((array) => cleanAfterThen.has(array)));

  const changed = [...before.keys()].filter((array) => {
    return [then, otherwise].some(({ versions }) => versions.get(array) !== before.get(array));
  });
  const carriers: Carrier[] = [];
  const around = new Set(changed);
  const taken = new Set(rows.map(({ storage }) => storage.key));
  const isOf = (part: GroupForm | undefined, { key }: Atom): boolean => part?.kind === "sum" && part.terms.has(key);
  numbers.forEach((k, at) => {
    for (const group of directions) {
      if (rows.some((row) => row.at === at && row.group === group)) continue;
      const parts = [then, otherwise].map(({ forms }) => forms[at]?.get(group.index));
      if (parts.every((part) => part === undefined)) continue;
      const atoms = new Map<string, Atom>(
        parts.flatMap(termsOf).map(({ atom }) => {
          const isChosen = atom.kind === "unit" && !parts.every((part) => isOf(part, atom));
          return [atom.key, isChosen ? { ...atom, isChosen: true } : atom] as const;
        }),
      );
      // A row that one side knows nothing of may hold what is not finite, or not be there.
      const isKnown = [...atoms.values()].every((atom) => {
        const isOfBoth = atom.kind === "unit" || parts.every((part) => isOf(part, atom));
        return isOfBoth && state.isKnownAround(atom, depth, known, around);
      });
      if (isKnown && atoms.size <= mostTerms) carriers.push(carrierOf(at, group, atoms, constants));
      else {
        const row = rowAddedTo(parts);
        const isFree = row !== undefined && known.has(row.array) && !taken.has(row.key) && !state.isRowReadLater(row);
        if (isFree) taken.add(row.key);
        memory.carried.set(`${k} ${group.index}`, { kind: "row", ...(isFree && { in: row }) });
        memory.isNew = true;
      }
    }
  });
  const whole = ({ region, forms, versions }: Side): Region => ({
    ...region,
    yields: [
      ...region.yields,
      ...carriers.flatMap(({ at, group, split }) => split(forms[at]?.get(group.index))),
      ...changed.map((array) => present(versions.get(array))),
    ],
  });
  const names = carriers.flatMap(({ at, group, count }) => {
    const name = nameFor(build.nameOf(present(node.results[present(numbers[at])])), group);
    return Array.from({ length: count }, () => (count === 1 ? name : undefined));
  });
  const factors = names.map((name) => build.fresh("number", name));
  const versions = changed.map((array) => build.twin(present(before.get(array))));
  build.push({
    ...node,
    then: whole(then),
    else: whole(otherwise),
    results: [...pick(node.results, kept), ...factors, ...versions],
  });

  state.versions.restore(before);
  changed.forEach((array, k) => state.versions.set({ array }, present(versions[k])));
  const forms = numbers.map(() => new Map<number, GroupForm>());
  let first = 0;
  for (const { at, group, count, join } of carriers) {
    forms[at]?.set(group.index, join(factors.slice(first, first + count)));
    first += count;
  }
  for (const { at, group, storage } of rows) forms[at]?.set(group.index, rowForm(storage));
  numbers.forEach((k, at) => state.forms.set(present(node.results[k]), present(forms[at])));
  for (const k of arrays) {
    const [one, other] = [state.arraysOf(present(node.then.yields[k])), state.arraysOf(present(node.else.yields[k]))];
    const isOne = [...one].every(([group, { array }]) => other.get(group)?.array === array);
    if (!isOne) state.hasFailed = true;
    // One that a side has made itself is gone.
    state.arrays.set(present(node.results[k]), isOne ? one : new Map());
  }
}

/** The row of a number that both sides have as it is, and add something to. */
function rowAddedTo(parts: readonly (GroupForm | undefined)[]): Storage | undefined {
  const [one, other] = parts.map((part) =>
    termsOf(part).flatMap(({ atom, coefficient }) => {
      return atom.kind === "row" && atom.entry === undefined && coefficient === "one" ? [atom.storage] : [];
    }),
  );
  return one?.find(({ key }) => other?.some((each) => each.key === key) === true);
}
