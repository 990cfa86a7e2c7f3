/**
 * A graph that is linear in some of its parameters (a Jacobian-vector product in the vector, a vector-Jacobian product in
 * the seed), for all unit vectors at once: what does not depend on the direction runs once, and what does becomes a linear
 * form (linear-form.ts), or rows in which the directions stand one beside the other (storage.ts).
 *
 *   for each direction { p; for (t) { q; y = q * y + z } }  ->  p; for (t) { q; for each direction: y[d] = q * y[d] + z[d] }
 *
 * Method: one walk over the graph. A loop, or a branch, carries forms as long as their atoms are known around it; where
 * they are not, rows. What it carries shows when its body has been built: then it is built again with that, until it fits.
 * A form may name a row that is about to be overwritten while the form is still to be read: then it is made a row of its
 * own first. `hasFailed` tells where the graph is not linear in a way that it knows.
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import type {
  AllocateNode,
  GraphNode,
  IfNode,
  LoadNode,
  OperationNode,
  Region,
  StoreNode,
  ValueId,
} from "../../../src/ir/graph.ts";
import { pairing } from "../../../src/ir/nested.ts";
import { indexOf, resultsOf, walkNodes } from "../../../src/ir/walk.ts";
import { firstStores } from "../../analyze/first-stores.ts";
import { storesOutside } from "../../analyze/stores-outside.ts";
import { branchDirections } from "./branch-directions.ts";
import { touches } from "./dependence.ts";
import { GuardedBranches } from "./guarded-branch.ts";
import {
  addForms,
  coefficientValue,
  entryKey,
  type EntryIndex,
  type Form,
  type GroupForm,
  mapForm,
  negated,
  rowForm,
  scaled,
  sumOf,
  termsOf,
  zeroForm,
} from "./linear-form.ts";
import { loopDirections } from "./loop-directions.ts";
import { type DirectionsContext, DirectionsState, type Frame } from "./state.ts";
import type { Storage } from "./storage.ts";

export class AllDirections {
  readonly state: DirectionsState;
  readonly #context: DirectionsContext;
  readonly #guarded: GuardedBranches;
  readonly #mayStoreOutside: (store: StoreNode) => boolean;
  readonly #isFirst: (store: StoreNode) => boolean;
  readonly #constants = new Map<ValueId, number>();
  readonly #pairs = new Map<ValueId, readonly ValueId[]>();
  readonly #places = new Map<string, { readonly place: ValueId; readonly frame: Frame }>();
  /** How many nodes store to the arrays of a group. */
  readonly #stores = new Map<ValueId, number>();
  readonly #regions = {
    walk: (region: Region) => this.#walk(region),
    yielded: (value: ValueId) => this.#yielded(value),
  };

  constructor(context: DirectionsContext) {
    this.#context = context;
    this.state = new DirectionsState(context);
    this.#guarded = new GuardedBranches(context);
    this.#isFirst = firstStores(context.graph, context.groups);
    this.#mayStoreOutside = storesOutside(context.graph, context.isDirectional);
    walkNodes(context.graph.body, (node) => {
      if (node.kind === "constant" && typeof node.value === "number") this.#constants.set(node.result, node.value);
      if (node.kind === "store") {
        const { id } = context.groups.groupOf(node.array);
        this.#stores.set(id, (this.#stores.get(id) ?? 0) + 1);
      }
      if (node.kind === "operation" && node.operation === pairing) {
        const [outer, inner] = [present(node.operands[0]), present(node.operands[1])];
        this.#pairs.set(node.result, [...(this.#pairs.get(outer) ?? [outer]), inner]);
      }
    });
  }

  /** Adds the body of the graph to the open region. */
  run(): void {
    const { build, directions, graph } = this.#context;
    const { state } = this;
    graph.body.arguments.forEach((value) => state.define(value));
    for (const { index, seed, count } of directions) {
      // Loops may hand it on as they do with other arrays.
      if (count !== undefined) state.arrays.set(seed, new Map());
      if (count === undefined) state.forms.set(seed, new Map([[index, { kind: "number", value: build.constant(1) }]]));
    }
    state.enter(graph.body, undefined);
    this.#walk(graph.body);
  }

  #walk(region: Region): void {
    const { build, isDirectional } = this.#context;
    const { state } = this;
    const frame = present(state.frames.at(-1));
    for (const [place, node] of region.nodes.entries()) {
      frame.place = place;
      const span = build.at(node.span);
      const origin = build.reversing(node.origin);
      if (touches(node, isDirectional)) this.#visit(node);
      else build.push(node);
      for (const result of resultsOf(node)) state.define(result);
      build.reversing(origin);
      build.at(span);
    }
    frame.place = region.nodes.length;
  }

  #visit(node: GraphNode): void {
    const { state } = this;
    switch (node.kind) {
      case "operation":
        return this.#visitOperation(node);
      case "load":
        return this.#visitLoad(node);
      case "store":
        return this.#visitStore(node);
      case "allocate":
        return this.#visitAllocate(node);
      case "grow": {
        const { build, directions } = this.#context;
        const arrays = state.arraysOf(node.array);
        for (const [group, storage] of arrays) {
          const { count } = present(directions[group]);
          const length = count === undefined ? node.length : build.operation("mul", [node.length, count]);
          state.versions.set(storage, build.grow(state.versions.of(storage), length));
        }
        state.arrays.set(node.result, arrays);
        return;
      }
      case "for":
      case "while":
        return state.untilSettled(node, (memory) => loopDirections(state, node, memory, this.#regions));
      case "if":
        if (this.#context.isDirectional(node.condition)) return this.#visitGuarded(node);
        return state.untilSettled(node, (memory) => branchDirections(state, node, memory, this.#regions));
      default:
        state.hasFailed = true;
    }
  }

  /** The form of what is stored, yielded or added: what does not depend on the directions is 0, or it is not linear. */
  #yielded(value: ValueId): Form {
    if (this.#context.isDirectional(value)) return this.state.formOf(value);
    if (this.#constants.get(value) !== 0) this.state.hasFailed = true;
    return zeroForm;
  }

  #visitOperation(node: OperationNode): void {
    const { build, isDirectional } = this.#context;
    const { state } = this;
    const [x, y] = [present(node.operands[0]), node.operands[1] ?? present(node.operands[0])];
    const isMapped = isDirectional(x) && !isDirectional(y);
    switch (node.operation) {
      case "add":
        return state.setForm(node.result, addForms(build, this.#yielded(x), this.#yielded(y)));
      case "sub":
        return state.setForm(node.result, addForms(build, this.#yielded(x), negated(build, this.#yielded(y))));
      case "neg":
        return state.setForm(node.result, negated(build, this.#yielded(x)));
      case "mul":
        if (isDirectional(x) && isDirectional(y)) break;
        return state.setForm(node.result, scaled(build, state.formOf(isMapped ? x : y), isMapped ? y : x));
      case "div":
        if (!isMapped) break;
        return state.setForm(
          node.result,
          mapForm(build, state.formOf(x), (value) => build.operation("div", [value, y])),
        );
      default:
    }
    // What is not linear may only decide which way a branch goes; it is built where that is.
    if (!this.#guarded.note(node)) state.hasFailed = true;
  }

  #entryOf(array: ValueId, index: ValueId): EntryIndex {
    const constant = this.#constants.get(index);
    if (constant !== undefined) return { constant };
    const indices = this.#pairs.get(index);
    if (indices === undefined) return index;
    return this.#placeIn(array, index, indices);
  }

  /** The place of an entry in rows, computed once for the regions that the walk is in. */
  #placeIn(array: ValueId, index: ValueId, indices: readonly ValueId[]): ValueId {
    const { frames } = this.state;
    const key = `${this.#context.groups.groupOf(array).id} ${index}`;
    const known = this.#places.get(key);
    if (known !== undefined && frames.includes(known.frame)) return known.place;
    const place = this.#context.placeOf(array, indices);
    this.state.define(place);
    this.#places.set(key, { place, frame: present(frames.at(-1)) });
    return place;
  }

  #visitLoad({ array, index, result }: LoadNode): void {
    const { directions } = this.#context;
    const { state } = this;
    const buffer = this.#context.groups.bufferOf(array);
    const seeded = directions.find(({ seed }) => seed === buffer);
    if (seeded !== undefined) {
      const entry = this.#entryOf(array, index);
      // Places in rows are made anew where they are asked for; the index tells which are the same.
      const key = `unit ${typeof entry === "object" ? entryKey(entry) : this.#context.keyOf(index)}`;
      const part = sumOf([{ atom: { kind: "unit", key, entry }, coefficient: "one" }]);
      return state.setForm(result, new Map([[seeded.index, part]]));
    }
    const form = new Map<number, GroupForm>();
    for (const [group, storage] of state.arraysOf(array)) {
      if (state.clean.has(storage.key) && !state.isInLoop) continue;
      const entry = this.#entryOf(array, index);
      const isNumber = directions[group]?.count === undefined;
      form.set(
        group,
        isNumber ? { kind: "number", value: state.versions.loadNumber(storage, entry) } : rowForm(storage, entry),
      );
    }
    state.setForm(result, form);
  }

  #visitStore(node: StoreNode): void {
    const { directions } = this.#context;
    const { state } = this;
    const form = this.#yielded(node.value);
    const arrays = state.arraysOf(node.array);
    const isInRows = this.#pairs.has(node.index);
    for (const [index, storage] of arrays) {
      const group = present(directions[index]);
      // Outside of its array it is lost; in a matrix there is another's entry.
      const { base, directionStride = "none", column } = storage;
      const isAlongRow = column !== undefined && column.entryStride !== "none";
      const isAmongOthers = isInRows || base !== undefined || directionStride !== "none" || isAlongRow;
      if (isAmongOthers && this.#mayStoreOutside(node)) state.hasFailed = true;
      const isClean = this.#isCleanAt(node, storage);
      if (group.count !== undefined) state.keepBefore(storage);
      state.keep(storage, this.#entryOf(node.array, node.index), form.get(index), group, isClean);
      if (form.has(index) || !isClean) state.clean.delete(storage.key);
    }
    state.arrays.set(node.result, arrays);
  }

  /**
   * Whether there are zeros where is stored: in a matrix, which is made at the beginning, if nothing is stored to the entry
   * before; else the array is new, this is the one node that stores to it, and it stands in one loop, whose index is that
   * of the entry, or in none.
   */
  #isCleanAt(node: StoreNode, storage: Storage): boolean {
    const { array, index } = node;
    const { state } = this;
    if (storage.isInMatrix === true && this.#isFirst(node)) return true;
    if (this.#stores.get(this.#context.groups.groupOf(array).id) !== 1) return false;
    if (!state.isInLoop) return state.clean.has(storage.key);
    const loops = state.frames.flatMap(({ owner }) =>
      owner?.kind === "for" || owner?.kind === "while" ? [owner] : [],
    );
    const [only, ...others] = loops;
    return only !== undefined && others.length === 0 && indexOf(only) === index && state.cleanAtLoop.has(storage.key);
  }

  #visitAllocate(node: AllocateNode): void {
    const { build, blockOf, directions, graph, groups, nameFor, placeOf } = this.#context;
    const { state } = this;
    const arrays = new Map<number, Storage>();
    for (const group of directions) {
      const block = state.frames.length > 1 ? undefined : blockOf(node.result, group);
      if (block !== undefined) {
        arrays.set(group.index, block);
        state.clean.add(block.key);
        continue;
      }
      const { count } = group;
      const like = node.like === undefined ? undefined : graph.parameters[node.like];
      const length = like === undefined ? node.length : placeOf(like.value, []);
      const size = count === undefined ? length : build.operation("mul", [length, count]);
      const { role } = node;
      const isResult = role.kind === "gradient" || role.kind === "value";
      const own = build.allocate(
        "f64",
        size,
        isResult ? { kind: "tangent" } : role,
        true,
        nameFor(build.nameOf(node.result), group),
      );
      const key = `array ${groups.bufferOf(node.result)} ${group.index}`;
      const storage: Storage = { key, array: key, entryStride: count };
      state.versions.set(storage, own);
      state.clean.add(key);
      arrays.set(group.index, storage);
    }
    state.arrays.set(node.result, arrays);
  }

  /** A branch that keeps 0 times infinity from being NaN: of each number that the form has. */
  #visitGuarded(node: IfNode): void {
    const { build, directions } = this.#context;
    const { state } = this;
    const guard = this.#guarded.of(node);
    if (guard === undefined) {
      state.hasFailed = true;
      return;
    }
    const results = node.results.map(() => new Map<number, GroupForm>());
    for (const [index, part] of state.formOf(guard.of)) {
      const group = present(directions[index]);
      const terms = termsOf(part);
      if (part.kind === "number") {
        guard.build(part.value).forEach((value, k) => results[k]?.set(index, { kind: "number", value }));
      } else if (terms.every(({ atom }) => atom.kind === "unit")) {
        const mapped = terms.map(({ coefficient }) => guard.build(coefficientValue(build, coefficient)));
        results.forEach((result, k) => {
          const own = terms.map(({ atom }, at) => ({ atom, coefficient: present(mapped[at]?.[k]) }));
          result.set(index, sumOf(own));
        });
      } else {
        const from = state.rowWith(guard.of, index, part);
        const to = node.results.map((result) => state.rowFor(result, index));
        state.versions.writeMapped(group, from, to, guard.build);
        to.forEach((storage, k) => results[k]?.set(index, rowForm(storage)));
      }
    }
    node.results.forEach((result, k) => state.setForm(result, present(results[k])));
  }
}
