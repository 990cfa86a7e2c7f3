/** What all files of the lowering share while one function is lowered. */
import type { ts } from "ts-morph";
import type { GraphBuilder } from "../ir/builder.ts";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import type { Place } from "../ir/signature.ts";
import type { ArrayBinding } from "./arrays.ts";
import type { Assignments } from "./assignments.ts";
import type { Assumptions } from "./assumptions.ts";
import type { Binding, Environment, FunctionNode, Nest, Prototype, Root, Value, View } from "./binding.ts";
import type { Calls } from "./calls.ts";
import type { Exit, ExitCode } from "./exits.ts";
import type { Facts } from "./facts.ts";
import type { HeldApart } from "./identity.ts";
import type { LoadedObject, Scope } from "./load/values.ts";
import type { Names } from "./names.ts";
import type { Reporter } from "./reporter.ts";
import type { Rule, RuleBook } from "./rules.ts";
import type { Frame, State, Location } from "./state.ts";

export interface Context {
  readonly names: Names;
  readonly builder: GraphBuilder;
  readonly state: State;
  readonly assumptions: Assumptions;
  readonly assignments: Assignments;
  readonly reporter: Reporter;
  /** The functions that are called and not inlined. */
  readonly calls: Calls;
  /** For a function of its own: what stands in it for the variables around it that it reads. */
  readonly captured: Map<Location, Location>;
  /** Notes that a variable around it is read, which it does not have yet. */
  uncaptured: ((environment: Environment, symbol: ts.Symbol) => void) | undefined;
  /** Nodes before all others: lengths of parameters, tables, values of modules. */
  readonly prologue: GraphNode[];
  /** The root of each parameter of the graph; undefined for those that are no arrays. */
  readonly leafRoots: (Root | undefined)[];
  /** The numbers and booleans that come in, as they are made. */
  readonly leafValues: ValueId[];
  /** When rows or objects of the pools that are made at a place were replaced last, by the clock. */
  readonly replaced: Map<ts.Node, number>;
  clock: number;
  /** What stands in the prologue already, by the root or declaration that it is of. */
  readonly lengths: Map<Root, ValueId>;
  readonly moduleValues: Map<ts.Node, Binding>;
  /** Of functions that are called with `new`, by their declarations. */
  readonly prototypes: Map<ts.Node, Prototype>;
  /** Members of parameters that are no numbers and booleans, and what they are when the function begins. */
  /** The nested parameters, by the keys of their paths. */
  readonly nests: Map<string, Nest>;
  readonly keptMembers: { readonly location: Location; readonly before: Binding; readonly name: string }[];
  /** What values of modules that were loaded are here. */
  readonly loaded: {
    readonly values: Map<LoadedObject, Binding>;
    readonly environments: Map<Scope, Environment>;
    readonly prototypes: Map<LoadedObject, Prototype>;
  };
  /** Which constants of modules hold what is changed. */
  readonly mutations: Map<ts.Symbol, ts.Node | undefined>;
  /** A pruned argument of a loop -> the value that it always is. */
  readonly substitutes: Map<ValueId, ValueId>;
  /** Numbers and booleans by the node that defines them, for a look at their structure. */
  readonly definitions: Map<ValueId, GraphNode>;
  /** The numbers that stand for texts that go round loops. */
  readonly textCodes: Map<string, number>;
  /** Conditions that are decided where the lowering is: within a branch on them, and after one that threw. */
  readonly facts: Facts;
  /** The indices of counted loops, and what they run through. */
  readonly counters: Map<ValueId, Counted>;
  /** The counters of the loops in whose bodies the lowering is. */
  readonly openCounters: ValueId[];
  /** Numbers that are entries of arrays, as they were read: there may be none at the index. */
  readonly entries: Map<ValueId, { readonly array: ArrayBinding; readonly index: Value; readonly node: ts.Node }>;
  /** What goes round loops: what it may come from. */
  readonly rounds: Map<ValueId, readonly ValueId[]>;
  /** Of a function that is called: its parameters. */
  readonly given: Map<ValueId, { readonly declaration: ts.Node; readonly position: number }>;
  /** Results of calls: which function gave them. */
  readonly givenBack: Map<ValueId, ts.Node>;
  /**
   * Numbers that were asked whether they are undefined, and what they may come from; see missing.ts. Those of which it is
   * known by a condition are among them: there is nothing more to ask.
   */
  readonly asked: Set<ValueId>;
  /** Arrays that start without entries. */
  readonly unset: Set<ValueId>;
  /** By versions of arrays that were made without entries: which are set. */
  readonly setEntries: Map<ValueId, ReadonlySet<number>>;
  /** Such arrays of which each round of a loop sets the next. */
  readonly setInRounds: Map<Frame, readonly View[]>;
  /** Results of branches, by what they are on each side: whether an exit was taken decides many of them. */
  readonly selections: Map<ValueId, Selection>;
  /** Where operations stand that may be traps: roots, quotients, roundings, comparisons. */
  readonly places: Map<ValueId, Place>;
  /** Where arrays grow: the version after it, and the place in the source. */
  readonly growths: Map<ValueId, { readonly node: ts.Node; readonly name: string }>;
  /** Stores that were taken to be at the end of their arrays. */
  readonly orders: { readonly node: ts.Node; readonly index: Value; readonly count: Value }[];
  /** Parameters that were taken to share no memory. */
  readonly heldApart: HeldApart[];
  readonly unknownCalls: UnknownCall[];
  /** Results of unknown calls that are wanted, though their arguments are not known. */
  readonly unknownResults: { readonly callee: string; readonly node: ts.Node; readonly ids: readonly ValueId[] }[];
  /** Values that are defined before all others: parameters, and what the prologue holds, though it was made later. */
  readonly everywhere: Set<ValueId>;
  /** Results of calls, by the names of the functions: what a value is called that has no other name. */
  readonly resultNames: Map<ValueId, string>;
  /** Operations on constants are computed, even where the result is no integer: entries of a table. */
  isFolding: boolean;
  /**
   * Within a call that is a constant to the derivative: the age at which it began. What it writes to what is older has no
   * derivative (constant-call.ts).
   */
  constantSince: number | undefined;
  /** The rules that the source gives, and what those that were asked for are of. */
  readonly rules: RuleBook;
  readonly ruleTargets: Map<Rule, Binding>;
  /** How often the rule of a function is being lowered within itself. */
  readonly openRules: Map<ts.Node, number>;
  /** Something could not be lowered; a diagnostic says what, or a dropped assumption. */
  isBroken: boolean;
  exit: Exit;
  activation: Activation;
  nextCode: ExitCode;
  /** How many rounds of loops were run while the function is lowered. */
  unrolledRounds: number;
}

/** What the index of a counted loop runs through, and the statement that it is from. */
export interface Counted {
  readonly node: ts.Node;
  readonly start: Value;
  readonly bound: Value;
  readonly step: number;
  readonly inclusive: boolean;
  readonly needsWholeBound?: boolean;
}

export interface Selection {
  readonly condition: ValueId;
  readonly then: Value;
  readonly else: Value;
}

/** One call of a function that is being lowered. */
export interface Activation {
  readonly declaration: FunctionNode | undefined;
  readonly environment: Environment;
  readonly caller: Activation | undefined;
  /** Where it is called. */
  readonly call: ts.Node | undefined;
  readonly returnCode: ExitCode;
  readonly result: Location;
  /** Where `break` and `continue` go, the innermost last. */
  readonly targets: Target[];
  /** What is lowered is a constant of a module. */
  readonly isModule: boolean;
  /** Of a generator: what is done with each value that it yields. */
  readonly onYield?: ((value: Binding) => void) | undefined;
  /** The loop that does it. */
  readonly consumer?: ts.Node | undefined;
}

export interface Target {
  readonly labels: readonly string[];
  /** `break` without a label does not leave a labelled block. */
  readonly isBlock: boolean;
  readonly breakCode: ExitCode;
  readonly continueCode: ExitCode | undefined;
}

/** A call that was dropped, or made opaque; whether it may be is decided when the graph is whole. */
export interface UnknownArgument {
  readonly node: ts.Node;
  readonly ids: readonly ValueId[];
  /** It can be changed by whoever gets it. */
  readonly isMemory: boolean;
}

export interface UnknownCall {
  readonly callee: string;
  /** Where the tagged function calls the helper that it stands in. */
  readonly caller: ts.Node | undefined;
  readonly arguments: readonly UnknownArgument[];
}
