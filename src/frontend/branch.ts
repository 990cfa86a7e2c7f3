/** Lowers the two sides of a branch, and merges what they change. */
import type { GraphNode, ValueId } from "../ir/graph.ts";
import { type Binding, isValue, undefinedValue, unset, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { type Exit, goesOn, merged, neverGoesOn, thrown } from "./exits.ts";
import { freezeShared, type Merge, mergeBindings } from "./merge.ts";
import { ifNode, type OpenIf } from "./open-if.ts";
import type { Changes, Location } from "./state.ts";

/** A branch on a condition; only one side is lowered if it is known. Gives what the sides give, merged. */
export function branch(
  context: Context,
  condition: Value,
  then: () => Binding,
  otherwise: () => Binding,
  name?: string,
): Binding {
  if (condition.kind === "known") return condition.value ? then() : otherwise();
  const { builder, state, facts } = context;
  const fact = facts.of(condition.id);
  if (fact !== undefined) return fact ? then() : otherwise();
  const entry = context.exit;
  const mark = builder.fresh("boolean");
  const { age } = state;
  const thenSide = lowerSide(context, condition.id, true, then);
  const elseSide = lowerSide(context, condition.id, false, otherwise);
  const open: OpenIf = {
    condition: condition.id,
    thenNodes: thenSide.nodes,
    thenYields: [],
    elseNodes: elseSide.nodes,
    elseYields: [],
    results: [],
  };

  const merge: Merge = {
    branch: open,
    mark,
    age,
    hoisted: [],
    cells: new Map(),
    uses: new Map(),
    roots: new Map(),
    outside: new Set(),
    visited: new Set(),
    seen: {
      then: (location) => thenSide.changes.get(location) ?? state.seen(location),
      else: (location) => elseSide.changes.get(location) ?? state.seen(location),
    },
    before: new Map(),
    exports: { then: new Map(), else: new Map() },
    afterwards: [],
  };
  const both = (a: Binding, b: Binding, label: string | undefined): Binding =>
    mergeBindings(context, merge, leftBy(thenSide.exit, a, b), leftBy(elseSide.exit, b, a), label);
  const changed = new Map<Location, Binding>();
  for (const location of new Set([...thenSide.changes.keys(), ...elseSide.changes.keys()])) {
    const a = thenSide.changes.get(location) ?? state.read(location);
    const b = elseSide.changes.get(location) ?? state.read(location);
    changed.set(location, both(a, b, location.role === "memory" ? undefined : location.name));
  }
  const result = both(thenSide.result, elseSide.result, name);
  freezeShared(merge);
  const exit = merged(open, thenSide.exit, elseSide.exit);
  for (const node of merge.hoisted) builder.push(node);
  const isNeeded = open.thenNodes.length + open.elseNodes.length + open.results.length > 0 || exit.kind === "merged";
  if (isNeeded) builder.push(ifNode(builder, open));
  for (const [location, binding] of changed) if (binding !== location.current) state.write(location, binding);
  for (const run of merge.afterwards) run();
  context.exit = neverGoesOn(entry) ? entry : exit;
  if (isThrown(thenSide.exit)) facts.learn(condition.id, false);
  else if (isThrown(elseSide.exit)) facts.learn(condition.id, true);
  return result;
}

/** A branch of statements. */
export function branchEffects(context: Context, condition: Value, then: () => void, otherwise: () => void): void {
  const effect = (run: () => void) => () => {
    run();
    return undefinedValue;
  };
  branch(context, condition, effect(then), effect(otherwise));
}

function lowerSide(
  context: Context,
  condition: ValueId,
  holds: boolean,
  run: () => Binding,
): { readonly nodes: GraphNode[]; readonly exit: Exit; readonly changes: Changes; readonly result: Binding } {
  let result: Binding = unset;
  let changes: Changes = new Map();
  const span = context.builder.at(undefined);
  context.builder.at(span);
  context.exit = goesOn;
  const region = context.builder.region([], () => {
    changes = context.state.branch(() => {
      context.facts.within(() => {
        context.facts.learn(condition, holds);
        result = run();
      });
    });
    return [];
  });
  context.builder.at(span);
  return { nodes: [...region.nodes], exit: context.exit, changes, result };
}

/** After a throw nothing is read: only values of the graph stay, since a branch yields something on both sides. */
function leftBy(exit: Exit, binding: Binding, other: Binding): Binding {
  const isOfGraph = other.kind !== "known" && isValue(binding);
  return isThrown(exit) && !isOfGraph ? unset : binding;
}

function isThrown(exit: Exit): boolean {
  return exit.kind === "known" && exit.code === thrown;
}
