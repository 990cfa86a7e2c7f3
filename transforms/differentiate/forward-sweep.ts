import { assertNever, present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Naming } from "../../src/ir/differential-name.ts";
import type { CallNode, GraphNode, IfNode, LoopNode, OperationNode, Region, ValueId } from "../../src/ir/graph.ts";
import { carriedOf, changedBy, nextOf } from "../../src/ir/walk.ts";
import type { Term } from "../../src/operations/operation.ts";
import type { Activity } from "../analyze/activity.ts";
import type { Pullbacks } from "../analyze/pullback.ts";
import type { JointRegions } from "../analyze/joint-regions.ts";
import type { Solution } from "../analyze/solution-round.ts";
import { mentionsD } from "../../src/operations/terms.ts";
import { instantiate } from "./instantiate.ts";
import type { TangentArrays } from "./tangent-arrays.ts";
import type { TangentCalls } from "./tangent-calls.ts";
import { tangentsAtFixedPoint } from "./tangent-fixed-point.ts";

export interface ForwardParts {
  readonly build: GraphBuilder;
  readonly activity: Activity;
  readonly pullbacks: Pullbacks;
  readonly arrays: TangentArrays;
  /** The derivatives of the functions that are called. */
  readonly calls: TangentCalls;
  readonly naming: Naming;
  readonly solutionOf: (loop: LoopNode) => Solution;
  readonly isSpare: JointRegions["isSpare"];
}

/**
 * The sweep of forward mode (Griewank & Walther, section 3.1): every node of the primal, and after it what it makes of the
 * tangents of its operands. Loops and branches stay what they are; they carry and yield the tangents beside the values.
 */
export class ForwardSweep {
  readonly #parts: ForwardParts;
  /** The tangents of numbers. One that is not there is 0. */
  readonly #tangents = new Map<ValueId, ValueId>();

  constructor(parts: ForwardParts) {
    this.#parts = parts;
  }

  /** The tangent of a number. */
  tangentOf(value: ValueId): ValueId {
    return this.#tangents.get(value) ?? this.#parts.build.constant(0);
  }

  /** The tangent that comes in with a number. */
  enter(value: ValueId, tangent: ValueId): void {
    if (!this.#isArray(value)) this.#tangents.set(value, tangent);
  }

  #set(value: ValueId, tangent: ValueId): void {
    if (this.#isArray(value)) this.#parts.arrays.set(value, tangent);
    else this.#tangents.set(value, tangent);
  }

  /** Adds the nodes of a region to the open one, each with its tangent. */
  run(nodes: readonly GraphNode[]): void {
    const { build } = this.#parts;
    for (const node of nodes) {
      const span = build.at(node.span);
      const origin = build.reversing(node.origin ?? (node.span && { ...node.span, isBeside: true }));
      this.#runNode(node);
      build.reversing(origin);
      build.at(span);
    }
  }

  #runNode(node: GraphNode): void {
    const { build, arrays, activity } = this.#parts;
    switch (node.kind) {
      case "constant":
      case "opaque":
      case "table":
      case "length":
      case "throw":
        return build.push(node);
      case "operation":
        build.push(node);
        return this.#runOperation(node);
      case "load":
        build.push(node);
        if (activity.isActive(node.result) && arrays.has(node.array)) {
          this.#name(node.result, build.load(arrays.of(node.array), node.index));
        }
        return;
      case "store": {
        build.push(node);
        if (!arrays.has(node.array)) return;
        const before = arrays.of(node.array);
        const isVaried = activity.isVaried(node.result);
        const value = isVaried ? this.tangentOf(node.value) : undefined;
        arrays.set(
          node.result,
          value === undefined ? before : build.store(before, node.index, value, node.isInside === true),
        );
        return;
      }
      case "allocate":
        build.push(node);
        return arrays.allocate(node);
      case "grow":
        build.push(node);
        if (arrays.has(node.array))
          arrays.set(node.result, build.grow(arrays.of(node.array), node.length, node.isZeroed));
        return;
      case "call":
        return this.#runCall(node);
      case "for":
      case "while":
        return this.#runLoop(node);
      case "if":
        return this.#runIf(node);
      case "push":
      case "pop":
        throw new TypeError("what is kept on the stack has no tangent");
      default:
        return assertNever(node);
    }
  }

  #runOperation(node: OperationNode): void {
    const { build, activity, pullbacks } = this.#parts;
    if (!activity.isActive(node.result)) return;
    const contributions = pullbacks(node).flatMap((term, k) => {
      const d = this.#tangents.get(present(node.operands[k]));
      return term === undefined || d === undefined ? [] : [{ term, d }];
    });
    const tangent = joined(contributions).reduce<ValueId | undefined>((sum, each) => {
      const next = this.#instantiate(each, node);
      return sum === undefined ? next : build.operation("add", [sum, next]);
    }, undefined);
    if (tangent !== undefined) this.#name(node.result, tangent);
  }

  #instantiate(sum: Joined, node: OperationNode): ValueId {
    const { build } = this.#parts;
    const from = {
      operand: (index: number) => present(node.operands[index]),
      out: () => node.result,
    };
    if (sum.kind === "term") return instantiate(build, sum.term, { ...from, d: sum.d });
    const condition = instantiate(build, sum.condition, { ...from, d: sum.d });
    const side = (terms: readonly Contribution[]) => (): readonly ValueId[] => {
      const parts = terms.flatMap(({ term, d }) => (isZero(term) ? [] : [instantiate(build, term, { ...from, d })]));
      if (parts.length === 0) return [build.constant(0)];
      return [parts.reduce((a, b) => build.operation("add", [a, b]))];
    };
    return present(build.if(condition, side(sum.then), side(sum.else))[0]);
  }

  #runCall(node: CallNode): void {
    const { build, activity, arrays, calls } = this.#parts;
    const derived = calls.of(node, activity, (operand) => {
      const value = present(node.operands[operand]);
      if (!arrays.has(value)) return undefined;
      const type = build.typeOf(arrays.of(value));
      return typeof type === "object" ? type.element : undefined;
    });
    if (derived === undefined) return build.push(node);
    const given = derived.given.map((k) => {
      const operand = present(node.operands[k]);
      return this.#isArray(operand) ? arrays.of(operand) : this.tangentOf(operand);
    });
    const changed = changedBy(node);
    const scalars = node.results.slice(0, node.results.length - node.written.length);
    const tangents = derived.dependents.map((k) => {
      const value = present(node.results[k]);
      return { value, tangent: build.fresh("number", this.#parts.naming(build.nameOf(value))) };
    });
    const after = derived.changed.map((position) => build.twin(present(given[position])));
    build.call(
      derived.callee,
      [...node.operands, ...given],
      [...node.written, ...derived.changed.map((position) => node.operands.length + position)],
      [...scalars, ...tangents.map(({ tangent }) => tangent), ...changed.map(({ next }) => next), ...after],
    );
    for (const { value, tangent } of tangents) this.#tangents.set(value, tangent);
    for (const { array, next } of changed) if (arrays.has(array)) arrays.set(next, arrays.of(array));
    derived.changed.forEach((position, k) => {
      const array = present(node.operands[present(derived.given[position])]);
      const next = changed.find((each) => each.array === array)?.next;
      arrays.set(present(next, "the next version of an array"), present(after[k]));
    });
  }

  #runIf(node: IfNode): void {
    const { build } = this.#parts;
    const places = node.results.flatMap((result, k) => {
      const values = [result, present(node.then.yields[k]), present(node.else.yields[k])];
      return this.#hasTangent(values) ? [k] : [];
    });
    const side = (region: Region): Region =>
      build.region([], () => {
        this.run(region.nodes);
        return [...region.yields, ...places.map((k) => this.#differential(present(region.yields[k])))];
      });
    const [then, otherwise] = [side(node.then), side(node.else)];
    const tangents = places.map((k, at) => {
      const yielded = present(then.yields[node.results.length + at]);
      return this.#freshBeside(present(node.results[k]), yielded);
    });
    build.push({ ...node, then, else: otherwise, results: [...node.results, ...tangents] });
    places.forEach((k, at) => this.#set(present(node.results[k]), present(tangents[at])));
  }

  #runLoop(loop: LoopNode): void {
    const { build } = this.#parts;
    if (loop.fixedPoint !== undefined) return tangentsAtFixedPoint(loop, this.#parts, this);
    const carried = carriedOf(loop);
    const next = nextOf(loop);
    const places = carried.flatMap((argument, k) => {
      const values = [argument, present(next[k]), present(loop.results[k]), present(loop.inits[k])];
      return this.#hasTangent(values) ? [k] : [];
    });
    const inits = places.map((k) => this.#differential(present(loop.inits[k])));
    const inside = places.map((k, at) => this.#freshBeside(present(carried[k]), present(inits[at])));
    places.forEach((k, at) => this.#set(present(carried[k]), present(inside[at])));
    const body = build.region([...loop.body.arguments, ...inside], () => {
      this.run(loop.body.nodes);
      return [...loop.body.yields, ...places.map((k) => this.#differential(present(next[k])))];
    });
    const results = places.map((k, at) => this.#freshBeside(present(loop.results[k]), present(inits[at])));
    const grown = { inits: [...loop.inits, ...inits], results: [...loop.results, ...results], body };
    if (loop.kind === "for") build.push({ ...loop, ...grown });
    else {
      const tested = inits.map((init) => build.fresh(build.typeOf(init)));
      const condition = { ...loop.condition, arguments: [...loop.condition.arguments, ...tested] };
      build.push({ ...loop, ...grown, condition });
    }
    places.forEach((k, at) => this.#set(present(loop.results[k]), present(results[at])));
  }

  /** Whether what these stand for carries a tangent: numbers where one of them is active, arrays as a whole. */
  #hasTangent(values: readonly ValueId[]): boolean {
    const { activity, arrays } = this.#parts;
    const [first] = values;
    if (first === undefined) return false;
    if (this.#isArray(first)) return arrays.has(first);
    return this.#parts.build.typeOf(first) === "number" && values.some((value) => activity.isActive(value));
  }

  #differential(value: ValueId): ValueId {
    return this.#isArray(value) ? this.#parts.arrays.of(value) : this.tangentOf(value);
  }

  /** A tangent of this type, named after its value. */
  #freshBeside(value: ValueId, like: ValueId): ValueId {
    const { build, naming } = this.#parts;
    return build.fresh(build.typeOf(like), naming(build.nameOf(value)) ?? build.nameOf(like));
  }

  #name(value: ValueId, tangent: ValueId): void {
    const { build, naming } = this.#parts;
    const name = naming(build.nameOf(value));
    if (name !== undefined) build.suggestName(tangent, name);
    this.#tangents.set(value, tangent);
  }

  #isArray(value: ValueId): boolean {
    return typeof this.#parts.build.typeOf(value) === "object";
  }
}

/** What an operand adds to the tangent of the result. */
interface Contribution {
  readonly term: Term;
  readonly d: ValueId;
}

type Joined =
  | ({ readonly kind: "term" } & Contribution)
  | {
      readonly kind: "choice";
      readonly condition: Term;
      readonly d: ValueId;
      readonly then: readonly Contribution[];
      readonly else: readonly Contribution[];
    };

/** Choices on one condition become one: `max(x, y)` chooses once between the tangents of x and y. */
function joined(contributions: readonly Contribution[]): readonly Joined[] {
  const choices = new Map<string, Extract<Joined, { kind: "choice" }>>();
  const others: Joined[] = [];
  for (const { term, d } of contributions) {
    if (term.kind !== "choose" || mentionsD(term.condition)) {
      others.push({ kind: "term", term, d });
      continue;
    }
    const key = JSON.stringify(term.condition);
    const before = choices.get(key) ?? { kind: "choice", condition: term.condition, d, then: [], else: [] };
    choices.set(key, {
      ...before,
      then: [...before.then, { term: term.then, d }],
      else: [...before.else, { term: term.else, d }],
    });
  }
  return [...choices.values(), ...others];
}

function isZero(term: Term): boolean {
  return term.kind === "constant" && term.value === 0;
}
