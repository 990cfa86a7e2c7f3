/**
 * The functions that forward mode calls: each does what the function of the model does, and gives the tangents of its
 * results beside. One for each function and what is active in its calls; a recursive call finds its own.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import type { Naming } from "../../src/ir/differential-name.ts";
import type { CallNode, ElementType, Graph, Parameter, ValueId } from "../../src/ir/graph.ts";
import { scalarsOf } from "../../src/ir/walk.ts";
import { type Activity, activity } from "../analyze/activity.ts";
import { type CallFlows, resultsOfFunction } from "../analyze/call-flows.ts";
import { exposeSolutions } from "../normalize/expose-entries.ts";
import { FunctionNames } from "./function-names.ts";
import { tangentSweep } from "./tangent-sweep.ts";

export interface TangentCall {
  readonly callee: string;
  /** The operands whose tangents go in, after the operands themselves. */
  readonly given: readonly number[];
  /** Positions in `given`: arrays of tangents that are changed. */
  readonly changed: readonly number[];
  /** The numbers among the results whose tangents come out. */
  readonly dependents: readonly number[];
}

export class TangentCalls {
  readonly #functions: ReadonlyMap<string, Graph>;
  readonly #flows: CallFlows;
  readonly #naming: Naming;
  readonly #derived = new Map<string, TangentCall>();
  readonly #pending: (() => void)[] = [];
  readonly #graphs = new Map<string, Graph>();
  readonly #names: FunctionNames;

  constructor(functions: ReadonlyMap<string, Graph>, flows: CallFlows, naming: Naming) {
    this.#functions = functions;
    this.#flows = flows;
    this.#naming = naming;
    this.#names = new FunctionNames(functions.keys());
  }

  get flows(): CallFlows {
    return this.#flows;
  }

  /**
   * What a call becomes; none where nothing in it has a tangent. `elementOf`: what the tangents of the operand, an array,
   * are kept in; none where it has none.
   */
  of(
    call: CallNode,
    active: Activity,
    elementOf: (operand: number) => ElementType | undefined,
  ): TangentCall | undefined {
    const graph = present(this.#functions.get(call.callee), `the function ${call.callee}`);
    const isArray = (k: number): boolean => typeof graph.parameters[k]?.type === "object";
    const scalars = scalarsOf(call).length;
    const dependents = call.results.flatMap((value, k) => (k < scalars && active.isActive(value) ? [k] : []));
    const written = call.written.filter((k) => elementOf(k) !== undefined);
    if (dependents.length === 0 && written.length === 0) return undefined;
    const wanted = new Set([...dependents, ...written.map((k) => scalars + call.written.indexOf(k))]);
    const flows = this.#flows(call);
    const given = call.operands.flatMap((operand, k) => {
      if (written.includes(k)) return [k];
      const reaches = flows.some((flow) => flow.operand === k && wanted.has(flow.result));
      const isGiven = isArray(k) ? elementOf(k) !== undefined : active.isActive(operand);
      return reaches && isGiven ? [k] : [];
    });
    const elements = given.map((k) => (isArray(k) ? elementOf(k) : undefined));
    const changed = given.flatMap((k, position) => (written.includes(k) ? [position] : []));
    const key = `${call.callee} | ${given.join()} | ${elements.join()} | ${dependents.join()}`;
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const derived: TangentCall = { callee: this.#names.take(`${call.callee}Tangent`), given, changed, dependents };
    this.#derived.set(key, derived);
    this.#pending.push(() => this.#graphs.set(derived.callee, this.#tangentFunction(graph, derived, elements)));
    return derived;
  }

  /** The derivatives of all that was asked for, and of what these ask for. */
  graphs(): ReadonlyMap<string, Graph> {
    for (let build = this.#pending.pop(); build !== undefined; build = this.#pending.pop()) build();
    return this.#graphs;
  }

  #tangentFunction(primal: Graph, call: TangentCall, elements: readonly (ElementType | undefined)[]): Graph {
    const exposed = exposeSolutions(primal);
    const { graph } = exposed;
    const build = new GraphBuilder(graph.values);
    const naming = this.#naming;
    const valueOf = (parameter: number): ValueId => present(graph.parameters[parameter]).value;
    const results = resultsOfFunction(graph);
    const changed = call.changed.map((position) => present(call.given[position]));
    const finals = changed.map((k) => present(graph.final.get(k), "the last version of a parameter"));
    const dependents = call.dependents.map((k) => present(results[k]));
    const facts = activity(graph, call.given.map(valueOf), [...dependents, ...finals], undefined, this.#flows);

    const seeds = call.given.map((k, position): Parameter => {
      const { value } = present(graph.parameters[k]);
      const element = elements[position];
      const type = element === undefined ? "number" : ({ kind: "array", element } as const);
      const name = naming(build.nameOf(value)) ?? "tangent";
      const written = call.changed.includes(position);
      return { path: [name], value: build.fresh(type, name), type, written, span: graph.span };
    });
    const given = new Map(call.given.map((k, position) => [k, present(seeds[position]).value] as const));
    const { arrays, sweep } = tangentSweep(exposed, {
      build,
      activity: facts,
      given,
      ownsGiven: true,
      outputs: [],
      naming,
      calls: this,
    });
    let tangents: readonly ValueId[] = [];
    const body = build.region([...graph.body.arguments, ...seeds.map(({ value }) => value)], () => {
      for (const [k, seed] of given) sweep.enter(valueOf(k), seed);
      arrays.enter();
      sweep.run(graph.body.nodes);
      tangents = dependents.map((value) => sweep.tangentOf(value));
      return [];
    });
    const before = graph.returned.kind === "tuple" ? graph.returned.entries : [];
    const first = graph.parameters.length;
    const seedFinals = call.given.flatMap((k, position): readonly (readonly [number, ValueId])[] => {
      if (elements[position] === undefined) return [];
      const last = call.changed.includes(position) ? arrays.of(present(graph.final.get(k))) : undefined;
      return [[first + position, last ?? present(seeds[position]).value]];
    });
    const lengths = call.given.flatMap((k, position) => {
      const length = graph.lengths?.get(k);
      return length === undefined ? [] : [[first + position, length] as const];
    });
    return {
      ...graph,
      name: call.callee,
      parameters: [...graph.parameters, ...seeds],
      body,
      returned: {
        kind: "tuple",
        entries: [...before, ...tangents.map((value) => ({ kind: "scalar", value }) as const)],
      },
      final: new Map([...graph.final, ...seedFinals]),
      lengths: new Map([...(graph.lengths ?? []), ...lengths]),
      values: build.values,
    };
  }
}
