/** The state in which the lowering of a function begins: of a tagged one, or of one that keeps a function of its own. */
import { GraphBuilder } from "../ir/builder.ts";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import { type FunctionNode, unset } from "./binding.ts";
import type { Context, Selection } from "./context.ts";
import { goesOn } from "./exits.ts";
import { Facts } from "./facts.ts";
import { enter } from "./loop-entry.ts";
import { State } from "./state.ts";

/** What all functions of one round share. */
export type Shared = Pick<Context, "names" | "assumptions" | "assignments" | "reporter" | "calls" | "rules">;

export function newContext(
  { names, assumptions, assignments, reporter, calls, rules }: Shared,
  declaration: FunctionNode,
  name: string,
): Context {
  const state: State = new State((location, before) => enter(context, location, before));
  const definitions = new Map<ValueId, GraphNode>();
  const selections = new Map<ValueId, Selection>();
  const context: Context = {
    names,
    builder: new GraphBuilder(),
    state,
    assumptions,
    assignments,
    reporter,
    calls,
    rules,
    ruleTargets: new Map(),
    openRules: new Map(),
    captured: new Map(),
    uncaptured: undefined,
    prologue: [],
    leafRoots: [],
    leafValues: [],
    replaced: new Map(),
    clock: 0,
    lengths: new Map(),
    moduleValues: new Map(),
    prototypes: new Map(),
    loaded: { values: new Map(), environments: new Map(), prototypes: new Map() },
    nests: new Map(),
    keptMembers: [],
    mutations: new Map(),
    substitutes: new Map(),
    textCodes: new Map(),
    definitions,
    facts: new Facts(definitions, selections),
    counters: new Map(),
    openCounters: [],
    entries: new Map(),
    rounds: new Map(),
    given: new Map(),
    givenBack: new Map(),
    asked: new Set(),
    unset: new Set(),
    setEntries: new Map(),
    setInRounds: new Map(),
    selections,
    places: new Map(),
    growths: new Map(),
    orders: [],
    heldApart: [],
    unknownCalls: [],
    unknownResults: [],
    everywhere: new Set(),
    resultNames: new Map(),
    isFolding: false,
    constantSince: undefined,
    isBroken: false,
    exit: goesOn,
    activation: {
      declaration,
      environment: { owner: declaration, variables: new Map(), parent: undefined, age: state.age },
      caller: undefined,
      call: undefined,
      returnCode: 1,
      result: state.create("hidden", name, unset),
      targets: [],
      isModule: false,
    },
    nextCode: 2,
    unrolledRounds: 0,
  };
  return context;
}
