import { invariant, present } from "../diagnostics/invariant.ts";
import type {
  ArrayRole,
  ArrayType,
  ElementType,
  GraphNode,
  LoopNode,
  NodeBase,
  Origin,
  Region,
  Span,
  ValueId,
  ValueInfo,
  ValueType,
} from "./graph.ts";
import { capitalized } from "./capitalized.ts";
import { makeValueId } from "./ids.ts";

interface OpenRegion {
  readonly arguments: readonly ValueId[];
  readonly nodes: GraphNode[];
}

/**
 * Builds regions of nodes and owns the identity of their values. `at` and `reversing` set the span and origin of the
 * nodes that follow. A transform starts one with the values of the graph that it reads, so ids never clash.
 */
export class GraphBuilder {
  readonly values: Map<ValueId, ValueInfo>;
  readonly #open: OpenRegion[] = [];
  #next: number;
  #span: Span | undefined;
  #origin: Origin | undefined;

  constructor(values: ReadonlyMap<ValueId, ValueInfo> = new Map()) {
    this.values = new Map(values);
    this.#next = 0;
    for (const id of values.keys()) if (id >= this.#next) this.#next = id + 1;
  }

  fresh(type: ValueType, name?: string): ValueId {
    const id = makeValueId(this.#next++);
    this.values.set(id, { type, name: name && plainName(name) });
    return id;
  }

  /** A new value of the same type and names. */
  twin(value: ValueId): ValueId {
    const id = makeValueId(this.#next++);
    this.values.set(id, present(this.values.get(value), `value ${value}`));
    return id;
  }

  typeOf(value: ValueId): ValueType {
    return present(this.values.get(value), `value ${value}`).type;
  }

  nameOf(value: ValueId): string | undefined {
    return this.values.get(value)?.name;
  }

  /** Gives a name to a value that has none yet. */
  suggestName(value: ValueId, name: string): void {
    const info = present(this.values.get(value), `value ${value}`);
    if (info.name === undefined) this.values.set(value, { ...info, name: plainName(name) });
  }

  /** Sets the source place of the nodes that follow; gives the one before back. */
  at(span: Span | undefined): Span | undefined {
    const before = this.#span;
    this.#span = span;
    return before;
  }

  /** Sets the primal statement that the nodes that follow belong to; gives the one before back. */
  reversing(origin: Origin | undefined): Origin | undefined {
    const before = this.#origin;
    this.#origin = origin;
    return before;
  }

  /** Runs `fill` with a new region open; `fill` gives the yields back. */
  region(args: readonly ValueId[], fill: () => readonly ValueId[]): Region {
    this.#open.push({ arguments: args, nodes: [] });
    const yields = fill();
    const open = present(this.#open.pop());
    return { arguments: open.arguments, nodes: open.nodes, yields };
  }

  /** Adds a node that is already whole (a clone, or a loop or branch whose regions are built). */
  push(node: GraphNode): void {
    const open = this.#open.at(-1);
    invariant(open !== undefined, "no region is open");
    open.nodes.push(node);
  }

  /** How many nodes the open region has. */
  get count(): number {
    return present(this.#open.at(-1), "an open region").nodes.length;
  }

  get depth(): number {
    return this.#open.length;
  }

  place(): NodeBase {
    return this.#origin === undefined ? { span: this.#span } : { span: this.#span, origin: this.#origin };
  }

  constant(value: number | boolean): ValueId {
    const result = this.fresh(typeof value === "number" ? "number" : "boolean");
    this.push({ kind: "constant", value, result, ...this.place() });
    return result;
  }

  operation(operation: string, operands: readonly ValueId[], type: ValueType = "number", name?: string): ValueId {
    const result = this.fresh(type, name);
    this.push({ kind: "operation", operation, operands, result, ...this.place() });
    return result;
  }

  /** Of the array, or of the row of it at an index. */
  length(array: ValueId, at?: ValueId): ValueId {
    const result = this.fresh("number");
    this.push({ kind: "length", array, ...(at !== undefined && { at }), result, ...this.place() });
    return result;
  }

  load(array: ValueId, index: ValueId, name?: string): ValueId {
    const result = this.fresh("number", name);
    this.push({ kind: "load", array, index, result, ...this.place() });
    return result;
  }

  store(array: ValueId, index: ValueId, value: ValueId, isInside = false): ValueId {
    const result = this.fresh(this.typeOf(array), this.nameOf(array));
    this.push({ kind: "store", array, index, value, ...(isInside && { isInside }), result, ...this.place() });
    return result;
  }

  allocate(element: ElementType, length: ValueId, role: ArrayRole, filled: boolean, name?: string): ValueId {
    const result = this.fresh({ kind: "array", element }, name);
    this.push({ kind: "allocate", element, length, role, filled, result, ...this.place() });
    return result;
  }

  /** An array with the layers and lengths of the parameter `like`, and its members if it is a gradient. */
  allocateLike(
    type: ArrayType,
    like: number,
    length: ValueId,
    role: ArrayRole,
    filled: boolean,
    name?: string,
  ): ValueId {
    const { element, layers = [[]] } = type;
    if (role.kind !== "gradient" && layers.length === 1) return this.allocate(element, length, role, filled, name);
    const own: ArrayType = role.kind === "gradient" ? type : { kind: "array", element, layers: layers.map(() => []) };
    const result = this.fresh(own, name);
    this.push({ kind: "allocate", element, length, role, filled, like, result, ...this.place() });
    return result;
  }

  grow(array: ValueId, length: ValueId, isZeroed?: true): ValueId {
    const result = this.fresh(this.typeOf(array), this.nameOf(array));
    this.push({ kind: "grow", array, length, isZeroed, result, ...this.place() });
    return result;
  }

  call(callee: string, operands: readonly ValueId[], written: readonly number[], results: readonly ValueId[]): void {
    this.push({ kind: "call", callee, operands, written, results, ...this.place() });
  }

  table(element: ElementType, values: readonly number[], name?: string): ValueId {
    const result = this.fresh({ kind: "array", element }, name);
    this.push({ kind: "table", element, values, result, ...this.place() });
    return result;
  }

  /** A branch; gives its results. The types are those of what `then` yields. */
  if(
    condition: ValueId,
    then: () => readonly ValueId[],
    otherwise: () => readonly ValueId[],
    names: readonly (string | undefined)[] = [],
  ): readonly ValueId[] {
    const thenRegion = this.region([], then);
    const elseRegion = this.region([], otherwise);
    return this.ifOf(condition, thenRegion, elseRegion, names);
  }

  ifOf(
    condition: ValueId,
    then: Region,
    otherwise: Region,
    names: readonly (string | undefined)[] = [],
  ): readonly ValueId[] {
    invariant(then.yields.length === otherwise.yields.length, "the branches yield the same number of values");
    const results = then.yields.map((value, k) => {
      const type = this.typeOf(value);
      return this.fresh(type, names[k] ?? (typeof type === "object" ? this.nameOf(value) : undefined));
    });
    this.push({ kind: "if", condition, then, else: otherwise, results, ...this.place() });
    return results;
  }

  /**
   * A counted loop. `fill` gets the index and the carried, and gives the next values of the carried (with the flag
   * that stops the loop first, if `stops`).
   */
  for(
    range: { start: ValueId; bound: ValueId; step: number; inclusive: boolean; stops?: boolean; indexName?: string },
    inits: readonly ValueId[],
    fill: (index: ValueId, carried: readonly ValueId[]) => readonly ValueId[],
    names: readonly (string | undefined)[] = [],
  ): LoopNode {
    const index = this.fresh("number", range.indexName);
    const carried = inits.map((init, k) => this.fresh(this.typeOf(init), names[k] ?? this.nameOf(init)));
    const body = this.region([index, ...carried], () => fill(index, carried));
    const { start, bound, step, inclusive } = range;
    const node: LoopNode = {
      kind: "for",
      start,
      bound,
      step,
      inclusive,
      ...this.#loop(inits, carried, body, range.stops ?? false),
      ...this.place(),
    };
    this.push(node);
    return node;
  }

  while(
    inits: readonly ValueId[],
    condition: (carried: readonly ValueId[]) => ValueId,
    fill: (iteration: ValueId, carried: readonly ValueId[]) => readonly ValueId[],
    stops = false,
    names: readonly (string | undefined)[] = [],
    marks: Pick<LoopNode, "fixedPoint"> = {},
  ): LoopNode {
    const tested = inits.map((init, k) => this.fresh(this.typeOf(init), names[k] ?? this.nameOf(init)));
    const conditionRegion = this.region(tested, () => [condition(tested)]);
    const iteration = this.fresh("number");
    const carried = inits.map((init, k) => this.fresh(this.typeOf(init), names[k] ?? this.nameOf(init)));
    const body = this.region([iteration, ...carried], () => fill(iteration, carried));
    const node: LoopNode = {
      kind: "while",
      condition: conditionRegion,
      ...this.#loop(inits, carried, body, stops),
      ...marks,
      ...this.place(),
    };
    this.push(node);
    return node;
  }

  #loop(inits: readonly ValueId[], carried: readonly ValueId[], body: Region, stops: boolean) {
    invariant(body.yields.length === inits.length + (stops ? 1 : 0), "a loop yields a value for each it carries");
    return {
      inits,
      body,
      stops,
      results: carried.map((value) => this.fresh(this.typeOf(value), this.nameOf(value))),
      trips: this.fresh("number"),
      stopped: stops ? this.fresh("boolean") : undefined,
    };
  }
}

const isIdentifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** What a variable can be called: `energy` of the private member `#energy`, `meanRate` of `"mean-rate"`, nothing of `0`. */
function plainName(name: string): string | undefined {
  if (isIdentifier.test(name)) return name;
  const [first, ...words] = name.split(/[^\p{ID_Continue}$]+/u).filter((word) => word !== "");
  const plain = first === undefined ? "" : first + words.map(capitalized).join("");
  return isIdentifier.test(plain) ? plain : undefined;
}
