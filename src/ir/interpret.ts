import { assertNever, invariant, present } from "../diagnostics/invariant.ts";
import type {
  CallNode,
  ElementType,
  Graph,
  GraphNode,
  Instead,
  LengthNode,
  LoopNode,
  Output,
  Region,
  RowsLeaf,
  ThrowNode,
  ValueId,
  ValueType,
} from "./graph.ts";
import { depthOf, indicesOf, pairing } from "./nested.ts";
import { changedBy, nextOf, scalarsOf, walkNodes } from "./walk.ts";

/**
 * Runs a graph as it is written, over numbers of any kind: plain doubles (evaluate.ts) or dual numbers
 * (evaluate-dual.ts). Versions of arrays are linear, so stores go in place into one buffer for each chain of versions.
 */
export function interpret<Scalar, Buffer>(
  graph: Graph,
  args: readonly (Scalar | Buffer | Rows<Buffer>)[],
  domain: Domain<Scalar, Buffer>,
  limits: Limits = {},
): Interpretation<Scalar, Buffer> {
  return run(graph, args, domain, limits, {
    functions: graph.functions ?? new Map(),
    stack: [],
    steps: limits.steps ?? Infinity,
  });
}

/** What the calls of one run share. */
interface Shared<Kept> {
  readonly functions: ReadonlyMap<string, Graph>;
  readonly stack: (readonly Kept[])[];
  /** How many nodes may still run. */
  steps: number;
}

function run<Scalar, Buffer>(
  graph: Graph,
  args: readonly (Scalar | Buffer | Rows<Buffer>)[],
  domain: Domain<Scalar, Buffer>,
  limits: Limits,
  shared: Shared<Scalar | Buffer | Rows<Buffer>>,
): Interpretation<Scalar, Buffer> {
  invariant(args.length === graph.parameters.length, `${graph.name} takes ${graph.parameters.length} arguments`);
  type Any = Scalar | Buffer | Rows<Buffer>;
  const values = new Map<ValueId, Any>();
  const pairs = pairDepths(graph);

  const read = (id: ValueId): Any => present(values.get(id), `value ${id} of ${graph.name}`);
  const scalar = (id: ValueId): Scalar => {
    const value = read(id);
    invariant(!(value instanceof Rows) && !domain.isBuffer(value), `value ${id} of ${graph.name} is an array`);
    return value;
  };
  const array = (id: ValueId): Buffer | Rows<Buffer> => {
    const value = read(id);
    invariant(value instanceof Rows || domain.isBuffer(value), `value ${id} of ${graph.name} is no array`);
    return value;
  };
  const buffer = (id: ValueId): Buffer => {
    const value = array(id);
    invariant(!(value instanceof Rows), `value ${id} of ${graph.name} is an array of arrays`);
    return value;
  };
  /** The row at these indices, which is there where the graph asks for it. */
  const rowAt = (from: Buffer | Rows<Buffer>, indices: readonly number[]): Buffer | Rows<Buffer> =>
    indices.reduce<Buffer | Rows<Buffer>>((at, index) => {
      invariant(at instanceof Rows, "a row of what is no array of arrays");
      const row = at.rows[index];
      if (row === undefined) throw new TypeError(`there is no row ${index}`);
      return row;
    }, from);
  /** The innermost array of an entry, and its index there. */
  const entryAt = (id: ValueId, index: ValueId): readonly [Buffer, number] => {
    const indices = indicesOf(number(index), depthOf(typeOf(id)));
    const row = rowAt(array(id), indices.slice(0, -1));
    invariant(!(row instanceof Rows), `an entry of value ${id} of ${graph.name} is an array`);
    return [row, present(indices.at(-1))];
  };
  const lengthOf = (of: Buffer | Rows<Buffer>): number => (of instanceof Rows ? of.rows.length : domain.length(of));
  const number = (id: ValueId): number => Number(domain.primal(scalar(id)));
  const isTrue = (id: ValueId): boolean => Boolean(domain.primal(scalar(id)));
  const typeOf = (id: ValueId): ValueType => present(graph.values.get(id), `value ${id}`).type;

  const runRegion = (region: Region, regionArguments: readonly Any[]): void => {
    region.arguments.forEach((id, k) => values.set(id, present(regionArguments[k])));
    for (const node of region.nodes) {
      if (--shared.steps < 0) throw new StepLimitError(`${graph.name} ran for more than ${limits.steps} steps`);
      runNode(node);
    }
  };

  const runLoop = (
    node: LoopNode,
    first: number,
    step: number,
    goesOn: (index: number, carried: readonly Any[]) => boolean,
  ): void => {
    let carried = node.inits.map(read);
    let trips = 0;
    let stopped = false;
    // The index is summed up as the emitted loop does: `0.1 * 3` is not `0.1 + 0.1 + 0.1`.
    for (let index = first; !stopped && goesOn(index, carried); index += step) {
      runRegion(node.body, [domain.constant(index), ...carried]);
      stopped = node.stops && isTrue(present(node.body.yields[0]));
      carried = nextOf(node).map(read);
      trips++;
    }
    node.results.forEach((id, k) => values.set(id, present(carried[k])));
    values.set(node.trips, domain.constant(trips));
    if (node.stopped !== undefined) values.set(node.stopped, domain.constant(stopped));
  };

  const runCall = (node: CallNode): void => {
    const callee = present(shared.functions.get(node.callee), `the function ${node.callee}`);
    const { returned, final } = run(callee, node.operands.map(read), domain, limits, shared);
    const scalars = returned.kind === "tuple" ? returned.entries : [];
    scalarsOf(node).forEach((id, k) => {
      const given = scalars[k];
      invariant(given?.kind === "scalar", `result ${k} of ${node.callee} is a number or boolean`);
      values.set(id, given.value);
    });
    changedBy(node).forEach(({ next }, k) => values.set(next, present(final.get(present(node.written[k])))));
  };

  const runNode = (node: GraphNode): void => {
    switch (node.kind) {
      case "constant":
        values.set(node.result, domain.constant(node.value));
        return;
      case "operation":
        values.set(node.result, domain.operation(node.operation, node.operands.map(scalar)));
        return;
      case "opaque":
        invariant(limits.opaque !== undefined, `no value is given for ${node.text}`);
        values.set(node.result, domain.constant(limits.opaque(node.text)));
        return;
      case "table":
        values.set(node.result, domain.table(node.element, node.values));
        return;
      case "length":
        values.set(node.result, domain.constant(lengthOf(rowAt(array(node.array), rowIndices(node)))));
        return;
      case "load":
        values.set(node.result, domain.load(...entryAt(node.array, node.index)));
        return;
      case "store":
        domain.store(...entryAt(node.array, node.index), scalar(node.value));
        values.set(node.result, array(node.array));
        return;
      case "allocate": {
        // A stash of a loop that does not run may have a negative number of entries; an array of the source may not.
        const length = number(node.length);
        if (node.like !== undefined) {
          const { value } = present(graph.parameters[node.like]);
          const like = (of: Buffer | Rows<Buffer>): Buffer | Rows<Buffer> =>
            of instanceof Rows ? new Rows(of.rows.map(like)) : domain.allocate(node.element, lengthOf(of), node.filled);
          values.set(node.result, like(array(value)));
          return;
        }
        const isOurs = node.role.kind === "stash" || node.role.kind === "adjoint" || node.role.kind === "tangent";
        const isFilled = node.filled && node.isUnset !== true;
        values.set(node.result, domain.allocate(node.element, isOurs ? Math.max(0, length) : length, isFilled));
        return;
      }
      case "grow": {
        const type = typeOf(node.array);
        invariant(typeof type === "object", "only arrays grow");
        values.set(
          node.result,
          domain.grow(type.element, buffer(node.array), number(node.length), node.isZeroed === true),
        );
        return;
      }
      case "throw":
        throw errorOf(node, (id) => String(domain.primal(scalar(id))));
      case "call":
        return runCall(node);
      case "push":
        shared.stack.push(node.values.map(read));
        return;
      case "pop": {
        const kept = present(shared.stack.pop(), "what a call has kept");
        node.results.forEach((id, k) => values.set(id, present(kept[k])));
        return;
      }
      case "if": {
        const region = isTrue(node.condition) ? node.then : node.else;
        runRegion(region, []);
        const yielded = region.yields.map(read);
        node.results.forEach((id, k) => values.set(id, present(yielded[k])));
        return;
      }
      case "while":
        runLoop(node, 0, 1, (_, carried) => {
          runRegion(node.condition, carried);
          return isTrue(present(node.condition.yields[0]));
        });
        return;
      case "for": {
        const bound = number(node.bound);
        runLoop(node, number(node.start), node.step, (index) => isWithin(index, bound, node.step, node.inclusive));
        return;
      }
      default:
        return assertNever(node);
    }
  };

  /** The indices of the row whose length is asked for: how many there are, their pairs say. */
  function rowIndices({ array: of, at }: LengthNode): readonly number[] {
    if (at === undefined) return [];
    const depth = pairs.get(at) ?? 1;
    invariant(depth < depthOf(typeOf(of)), `value ${of} of ${graph.name} has no rows in ${depth} layers`);
    return indicesOf(number(at), depth);
  }

  runRegion(graph.body, args);
  const final = new Map([...graph.final].map(([parameter, id]) => [parameter, array(id)]));
  return { returned: resolve(graph.returned), final };

  /** Whether something else is given back. */
  function isReplaced({ instead = [] }: { readonly instead?: readonly Instead[] }): boolean {
    return instead.some(({ when }) => isTrue(when));
  }

  function resolve(output: Output): Returned<Scalar, Buffer> {
    switch (output.kind) {
      case "none":
        return { kind: "none" };
      case "scalar":
        return { kind: "scalar", value: isReplaced(output) ? domain.constant(0) : scalar(output.value) };
      case "array":
        return { kind: "array", value: domain.shortened(output.element, buffer(output.value), number(output.length)) };
      case "parameter":
        return { kind: "array", value: array(output.value) };
      case "object":
        return { kind: "object", entries: output.entries.map((entry) => [entry.key, resolve(entry.output)]) };
      case "tuple":
        return { kind: "tuple", entries: output.entries.map(resolve) };
      case "rows":
        return {
          kind: "rows",
          leaves: output.leaves.map(({ path, value, type, lengths }) => {
            const length = lengths.reduce((product, each) => product * number(each), 1);
            return [path, domain.shortened(type.element, buffer(value), length)];
          }),
        };
      case "mixed":
        return isReplaced(output) ? { kind: "none" } : resolve(output.of);
      default:
        return assertNever(output);
    }
  }
}

/** Arrays within an array. */
export class Rows<Buffer> {
  readonly rows: readonly (Buffer | Rows<Buffer>)[];

  constructor(rows: readonly (Buffer | Rows<Buffer>)[]) {
    this.rows = rows;
  }
}

/** How many indices stand in each pair. */
function pairDepths(graph: Graph): ReadonlyMap<ValueId, number> {
  const depths = new Map<ValueId, number>();
  walkNodes(graph.body, (node) => {
    if (node.kind !== "operation" || node.operation !== pairing) return;
    depths.set(node.result, (depths.get(present(node.operands[0])) ?? 1) + 1);
  });
  return depths;
}

/** What the interpreter must know of the numbers that it runs over. A `Scalar` is a number or a boolean. */
export interface Domain<Scalar, Buffer> {
  readonly isBuffer: (value: Scalar | Buffer) => value is Buffer;
  readonly constant: (value: number | boolean) => Scalar;
  /** The value that decides: conditions, indices, bounds. */
  readonly primal: (value: Scalar) => number | boolean;
  readonly operation: (name: string, operands: readonly Scalar[]) => Scalar;
  readonly table: (element: ElementType, values: readonly number[]) => Buffer;
  /** Where `filled` is false the entries are poisoned, so that a read before a store shows. */
  readonly allocate: (element: ElementType, length: number, filled: boolean) => Buffer;
  readonly grow: (element: ElementType, buffer: Buffer, length: number, isZeroed: boolean) => Buffer;
  readonly shortened: (element: ElementType, buffer: Buffer, length: number) => Buffer;
  readonly length: (buffer: Buffer) => number;
  readonly load: (buffer: Buffer, index: number) => Scalar;
  readonly store: (buffer: Buffer, index: number, value: Scalar) => void;
}

export interface Limits {
  /** How many nodes may run before a `StepLimitError` is thrown. */
  readonly steps?: number;
  /** The value of an opaque expression, from its text. */
  readonly opaque?: (text: string) => number;
}

/** Thrown where a run takes more steps than it was given. */
export class StepLimitError extends Error {
  override readonly name = "StepLimitError";
}

export type Returned<Scalar, Buffer> =
  | { readonly kind: "none" }
  | { readonly kind: "scalar"; readonly value: Scalar }
  | { readonly kind: "array"; readonly value: Buffer | Rows<Buffer> }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Returned<Scalar, Buffer>])[] }
  | { readonly kind: "tuple"; readonly entries: readonly Returned<Scalar, Buffer>[] }
  /** Leaf by leaf, entries one after the other. */
  | { readonly kind: "rows"; readonly leaves: readonly (readonly [RowsLeaf["path"], Buffer])[] };

export interface Interpretation<Scalar, Buffer> {
  readonly returned: Returned<Scalar, Buffer>;
  /** What each array parameter holds at the end. */
  readonly final: ReadonlyMap<number, Buffer | Rows<Buffer>>;
}

function isWithin(index: number, bound: number, step: number, inclusive: boolean): boolean {
  if (step > 0) return inclusive ? index <= bound : index < bound;
  return inclusive ? index >= bound : index > bound;
}

function errorOf(node: ThrowNode, textOf: (id: ValueId) => string): Error {
  const message = node.parts.map((part) => (typeof part === "string" ? part : textOf(part))).join("");
  switch (node.errorClass) {
    case "RangeError":
      return new RangeError(message);
    case "TypeError":
      return new TypeError(message);
    default: {
      const error = new Error(message);
      error.name = node.errorClass;
      return error;
    }
  }
}
