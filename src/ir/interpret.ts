import { assertNever, invariant, present } from "../diagnostics/invariant.ts";
import type {
  ElementType,
  Graph,
  GraphNode,
  LoopNode,
  Output,
  Region,
  ThrowNode,
  ValueId,
  ValueType,
} from "./graph.ts";
import { nextOf } from "./walk.ts";

/**
 * Runs a graph as it is written, over numbers of any kind: plain doubles (evaluate.ts) or dual numbers
 * (evaluate-dual.ts). Versions of arrays are linear, so stores go in place into one buffer for each chain of versions.
 */
export function interpret<Scalar, Buffer>(
  graph: Graph,
  args: readonly (Scalar | Buffer)[],
  domain: Domain<Scalar, Buffer>,
  limits: Limits = {},
): Interpretation<Scalar, Buffer> {
  invariant(args.length === graph.parameters.length, `${graph.name} takes ${graph.parameters.length} arguments`);
  const values = new Map<ValueId, Scalar | Buffer>();
  let steps = limits.steps ?? Infinity;

  const read = (id: ValueId): Scalar | Buffer => present(values.get(id), `value ${id} of ${graph.name}`);
  const scalar = (id: ValueId): Scalar => {
    const value = read(id);
    invariant(!domain.isBuffer(value), `value ${id} of ${graph.name} is an array`);
    return value;
  };
  const buffer = (id: ValueId): Buffer => {
    const value = read(id);
    invariant(domain.isBuffer(value), `value ${id} of ${graph.name} is no array`);
    return value;
  };
  const number = (id: ValueId): number => Number(domain.primal(scalar(id)));
  const isTrue = (id: ValueId): boolean => Boolean(domain.primal(scalar(id)));
  const typeOf = (id: ValueId): ValueType => present(graph.values.get(id), `value ${id}`).type;

  const runRegion = (region: Region, regionArguments: readonly (Scalar | Buffer)[]): void => {
    region.arguments.forEach((id, k) => values.set(id, present(regionArguments[k])));
    for (const node of region.nodes) {
      if (--steps < 0) throw new StepLimitError(`${graph.name} ran for more than ${limits.steps} steps`);
      runNode(node);
    }
  };

  const runLoop = (
    node: LoopNode,
    first: number,
    step: number,
    goesOn: (index: number, carried: readonly (Scalar | Buffer)[]) => boolean,
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
        values.set(node.result, domain.constant(domain.length(buffer(node.array))));
        return;
      case "load":
        values.set(node.result, domain.load(buffer(node.array), number(node.index)));
        return;
      case "store":
        domain.store(buffer(node.array), number(node.index), scalar(node.value));
        values.set(node.result, buffer(node.array));
        return;
      case "allocate": {
        // A stash of a loop that does not run may have a negative number of entries; an array of the source may not.
        const length = number(node.length);
        const isOurs = node.role.kind === "stash" || node.role.kind === "adjoint";
        values.set(node.result, domain.allocate(node.element, isOurs ? Math.max(0, length) : length, node.filled));
        return;
      }
      case "grow": {
        const type = typeOf(node.array);
        invariant(typeof type === "object", "only arrays grow");
        values.set(node.result, domain.grow(type.element, buffer(node.array), number(node.length)));
        return;
      }
      case "throw":
        throw errorOf(node, (id) => String(domain.primal(scalar(id))));
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

  runRegion(graph.body, args);
  const final = new Map([...graph.final].map(([parameter, id]) => [parameter, buffer(id)]));
  return { returned: resolve(graph.returned), final };

  function resolve(output: Output): Returned<Scalar, Buffer> {
    switch (output.kind) {
      case "none":
        return { kind: "none" };
      case "scalar":
        return { kind: "scalar", value: scalar(output.value) };
      case "array":
        return { kind: "array", value: domain.shortened(output.element, buffer(output.value), number(output.length)) };
      case "parameter":
        return { kind: "array", value: buffer(output.value) };
      case "object":
        return { kind: "object", entries: output.entries.map((entry) => [entry.key, resolve(entry.output)]) };
      case "tuple":
        return { kind: "tuple", entries: output.entries.map(resolve) };
      default:
        return assertNever(output);
    }
  }
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
  readonly grow: (element: ElementType, buffer: Buffer, length: number) => Buffer;
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
  | { readonly kind: "array"; readonly value: Buffer }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Returned<Scalar, Buffer>])[] }
  | { readonly kind: "tuple"; readonly entries: readonly Returned<Scalar, Buffer>[] };

export interface Interpretation<Scalar, Buffer> {
  readonly returned: Returned<Scalar, Buffer>;
  /** What each array parameter holds at the end. */
  readonly final: ReadonlyMap<number, Buffer>;
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
