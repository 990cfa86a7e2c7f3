/**
 * The derivatives of the functions that are called: a forward function that does what the function does and keeps what its
 * reverse needs on a stack, and a reverse function that takes it from there. One pair for each function and what is active
 * in its calls; a recursive call finds its own pair. Where every call of a function and its reverse run in the same place,
 * there is one joint function in the place of the two, which keeps nothing.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { CallNode, ElementType, Graph, ValueId } from "../../src/ir/graph.ts";
import { scalarsOf } from "../../src/ir/walk.ts";
import type { Activity } from "../analyze/activity.ts";
import type { CallFlows } from "../analyze/call-flows.ts";
import { FunctionNames } from "./function-names.ts";
import { jointFunction } from "./joint-function.ts";
import { reverseFunction } from "./reverse-function.ts";

/** What is active in the calls of a function: places among its parameters, and among its results. */
export interface CallActivity {
  /** The numbers and arrays that it is given of which the adjoint is wanted. */
  readonly independents: readonly number[];
  /** The numbers that it gives back, and the arrays that it leaves, whose adjoints come in. */
  readonly dependents: readonly number[];
}

export interface DerivedCall extends AdjointsOfCall {
  readonly forward: string;
  readonly reverse: string;
  /** Arrays that the reverse reads again. */
  readonly reread: readonly number[];
}

export interface JointCall extends AdjointsOfCall {
  readonly joint: string;
}

export interface AdjointsOfCall {
  /** The results whose adjoints go in, as numbers; then the arrays whose adjoints go in and are changed. */
  readonly seeds: readonly number[];
  readonly shadowed: readonly { readonly parameter: number; readonly element: ElementType }[];
  /** The numbers whose adjoints come out. */
  readonly gradients: readonly number[];
}

/**
 * Which numbers are active in any of the calls of a function: one pair of functions serves them all, and what a call has no
 * use for is 0, or is not looked at. Where a call asks for more than those before it, the derivative is built again.
 */
export class CallPatterns {
  readonly #known = new Map<string, CallActivity>();
  readonly #split = new Set<string>();
  readonly #joint = new Set<string>();
  #hasGrown = false;

  with(key: string, { independents, dependents }: CallActivity): CallActivity {
    const before = this.#known.get(key);
    const after = {
      independents: united(before?.independents ?? [], independents),
      dependents: united(before?.dependents ?? [], dependents),
    };
    const isSame =
      before?.independents.length === after.independents.length && before.dependents.length === after.dependents.length;
    if (isSame) return before;
    if (before !== undefined) this.#hasGrown = true;
    this.#known.set(key, after);
    return after;
  }

  /** A function has a pair, or is joint: where one call asks for a pair, all get it. */
  readonly isSplit = (callee: string): boolean => this.#split.has(callee);

  noteSplit(callee: string): void {
    if (this.#joint.delete(callee)) this.#hasGrown = true;
    this.#split.add(callee);
  }

  noteJoint(callee: string): void {
    if (this.#split.has(callee)) this.#hasGrown = true;
    else this.#joint.add(callee);
  }

  /** Whether one has grown since the last call. */
  takeGrown(): boolean {
    const hasGrown = this.#hasGrown;
    this.#hasGrown = false;
    return hasGrown;
  }
}

function united(one: readonly number[], other: readonly number[]): readonly number[] {
  return [...new Set([...one, ...other])].sort((a, b) => a - b);
}

export class DerivedCalls {
  readonly #functions: ReadonlyMap<string, Graph>;
  readonly #flows: CallFlows;
  readonly #patterns: CallPatterns;
  readonly #derived = new Map<string, DerivedCall>();
  readonly #joint = new Map<string, JointCall>();
  readonly #pending: (() => void)[] = [];
  readonly #graphs = new Map<string, Graph>();
  readonly #names: FunctionNames;

  constructor(functions: ReadonlyMap<string, Graph>, flows: CallFlows, patterns: CallPatterns) {
    this.#patterns = patterns;
    this.#functions = functions;
    this.#flows = flows;
    this.#names = new FunctionNames(functions.keys());
  }

  get flows(): CallFlows {
    return this.#flows;
  }

  get isSplit(): (callee: string) => boolean {
    return this.#patterns.isSplit;
  }

  /** The pair for a call with active results. `elementOf`: what the adjoints of the operand, an array, are kept in. */
  of(call: CallNode, activity: Activity, elementOf: (operand: number) => ElementType): DerivedCall {
    this.#patterns.noteSplit(call.callee);
    const asked = this.#asked("", call, activity, elementOf);
    return this.#derived.get(asked.key) ?? this.#make(asked, call);
  }

  /** The joint function for such a call. */
  joint(call: CallNode, activity: Activity, elementOf: (operand: number) => ElementType): JointCall {
    this.#patterns.noteJoint(call.callee);
    const asked = this.#asked("joint ", call, activity, elementOf);
    return this.#joint.get(asked.key) ?? this.#makeJoint(asked, call);
  }

  #asked(kind: string, call: CallNode, activity: Activity, elementOf: (operand: number) => ElementType): Asked {
    const flows = this.#flows(call);
    const graph = present(this.#functions.get(call.callee), `the function ${call.callee}`);
    const isArray = (k: number): boolean => typeof graph.parameters[k]?.type === "object";
    const scalars = scalarsOf(call).length;
    const active = call.results.flatMap((value, k) => (activity.isActive(value) ? [k] : []));
    const given = call.operands.flatMap((value, k) => {
      const reaches = flows.some(({ operand, result }) => operand === k && active.includes(result));
      return activity.isActive(value) && reaches ? [k] : [];
    });
    const changed = active.filter((k) => k >= scalars).map((k) => present(call.written[k - scalars]));
    const shadowed = graph.parameters.flatMap((_, k) => {
      return isArray(k) && (given.includes(k) || changed.includes(k)) ? [k] : [];
    });
    const elements = shadowed.map(elementOf);
    const key = `${kind}${call.callee} | ${shadowed.join()} | ${elements.join()}`;
    const numbers = this.#patterns.with(key, {
      independents: given.filter((k) => !isArray(k)),
      dependents: active.filter((k) => k < scalars),
    });
    // An array that has an adjoint, and is written to, has one before and after.
    const left = call.written.flatMap((position, k) => (shadowed.includes(position) ? [scalars + k] : []));
    const pattern = {
      independents: [...numbers.independents, ...shadowed],
      dependents: [...numbers.dependents, ...left],
    };
    const adjoints = {
      seeds: numbers.dependents,
      shadowed: shadowed.map((parameter, k) => ({ parameter, element: present(elements[k]) })),
      gradients: numbers.independents,
    };
    return { key, graph, active: pattern, adjoints };
  }

  #make({ key, graph, active, adjoints }: Asked, call: CallNode): DerivedCall {
    const isArray = (k: number): boolean => typeof graph.parameters[k]?.type === "object";
    const pair: DerivedCall = {
      ...adjoints,
      forward: this.#names.take(`${call.callee}Forward`),
      reverse: this.#names.take(`${call.callee}Reverse`),
      reread: graph.parameters.flatMap((_, k) => (isArray(k) && graph.unsteady?.has(k) === false ? [k] : [])),
    };
    this.#derived.set(key, pair);
    this.#pending.push(() => {
      const { forward, reverse } = reverseFunction(graph, active, pair, this);
      this.#graphs.set(pair.forward, forward);
      this.#graphs.set(pair.reverse, reverse);
    });
    return pair;
  }

  #makeJoint({ key, graph, active, adjoints }: Asked, call: CallNode): JointCall {
    const made: JointCall = { ...adjoints, joint: this.#names.take(`${call.callee}Joint`) };
    this.#joint.set(key, made);
    this.#pending.push(() => {
      this.#graphs.set(made.joint, jointFunction(graph, active, made, this));
    });
    return made;
  }

  /** The derivatives of all that was asked for, and of what these ask for. */
  graphs(): ReadonlyMap<string, Graph> {
    for (let build = this.#pending.pop(); build !== undefined; build = this.#pending.pop()) build();
    return this.#graphs;
  }
}

/** What a call asks for. */
interface Asked {
  readonly key: string;
  readonly graph: Graph;
  readonly active: CallActivity;
  readonly adjoints: AdjointsOfCall;
}

/** The calls that one graph makes: values have numbers of their own in each graph. */
export class CallsOfGraph {
  readonly #derived: DerivedCalls;
  /** By the first result of the call. */
  readonly #pairs = new Map<ValueId, DerivedCall>();

  constructor(derived: DerivedCalls) {
    this.#derived = derived;
  }

  /** See `DerivedCalls.of`. */
  of(call: CallNode, activity: Activity, elementOf: (operand: number) => ElementType): DerivedCall {
    const pair = this.#derived.of(call, activity, elementOf);
    this.#pairs.set(present(call.results[0]), pair);
    return pair;
  }

  /** See `DerivedCalls.joint`. */
  joint(call: CallNode, activity: Activity, elementOf: (operand: number) => ElementType): JointCall {
    return this.#derived.joint(call, activity, elementOf);
  }

  /** What the reverse of the call was made with, if it has one. */
  pairOf(call: CallNode): DerivedCall | undefined {
    return call.results[0] === undefined ? undefined : this.#pairs.get(call.results[0]);
  }
}
