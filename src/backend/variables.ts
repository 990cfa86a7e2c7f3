/**
 * Out of SSA: which values share one variable.
 *
 * A store gives the array that it takes, and what a loop carries is one variable from its first value to its last, so
 * these share in any case. Beyond that, the two sides of each move are merged where their live ranges have no place in
 * common and their names agree: `let s = 0; for (…) s += …;` is one variable through all nested loops. Where they
 * cannot be merged, the move is printed.
 */
import { present } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Absent, ForNode, ValueId, ValueType } from "../ir/graph.ts";
import { indexOf } from "../ir/walk.ts";
import type { Block, Blocks, BranchItem, Item, Move } from "./blocks.ts";
import { isChoice } from "./choice.ts";
import type { Variable } from "./code.ts";
import { intersect, liveRanges, mergeIntervals, type Interval } from "./live-ranges.ts";

/** Values whose names are settled: parameters, and tables of the module. */
export type FixedNames = ReadonlyMap<ValueId, string>;

export interface Kept {
  readonly preferred: ReadonlySet<ValueId>;
  readonly steady: ReadonlySet<ValueId>;
  /** Nothing else is kept in their variables. */
  readonly unassigned: ReadonlyMap<ValueId, Absent | undefined>;
  /** Values that are kept in the variable of another. */
  readonly aliases?: ReadonlyMap<ValueId, ValueId> | undefined;
}

interface Group {
  ranges: readonly Interval[];
  name: string | undefined;
  fixedName: string | undefined;
  isPreferred: boolean;
  /** It holds more than one value, one after the other. */
  isAssigned: boolean;
  readonly type: ValueType;
  readonly first: ValueId;
}

/** `aliases`: arrays that are members of one nested array, which is one variable. Where values with different names share a variable, that of a `preferred` one is used. */
export function variablesOf(
  { block, constants, pairs }: Blocks,
  builder: GraphBuilder,
  parameters: readonly ValueId[],
  fixedNames: FixedNames,
  { preferred, steady, unassigned, aliases = new Map() }: Kept,
): (value: ValueId) => Variable {
  const ranges = liveRanges(block, parameters, steady, pairs);
  const parents = new Map<ValueId, ValueId>();
  const groups = new Map<ValueId, Group>();

  const find = (value: ValueId): ValueId => {
    let root = value;
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up;
    for (let at = value; at !== root;) {
      const up = parents.get(at) ?? root;
      parents.set(at, root);
      at = up;
    }
    return root;
  };
  const groupOf = (value: ValueId): Group => {
    const root = find(value);
    const group = groups.get(root) ?? {
      ranges: ranges.get(root) ?? [],
      name: builder.nameOf(root),
      fixedName: fixedNames.get(root),
      isPreferred: preferred.has(root),
      isAssigned: false,
      type: builder.typeOf(root),
      first: root,
    };
    groups.set(root, group);
    return group;
  };
  const merge = (into: ValueId, from: ValueId): void => {
    const [a, b] = [groupOf(into), groupOf(from)];
    if (a === b) return;
    parents.set(find(from), find(into));
    a.ranges = mergeIntervals([...a.ranges, ...b.ranges]);
    if (b.isPreferred && !a.isPreferred) a.name = b.name;
    a.name ??= b.name;
    a.fixedName ??= b.fixedName;
    a.isPreferred ||= b.isPreferred;
    a.isAssigned = true;
  };
  const mayMerge = (target: ValueId, source: ValueId): boolean => {
    const [a, b] = [groupOf(target), groupOf(source)];
    if (unassigned.has(target) || unassigned.has(source)) return false;
    if (a.fixedName !== undefined && b.fixedName !== undefined) return false;
    if (typeof a.type !== "object" && typeof b.type !== "object" && a.type !== b.type) return false;
    const isArray = typeof a.type === "object";
    const isFixed = a.fixedName !== undefined || b.fixedName !== undefined;
    if (!isArray && a.name !== b.name && (isFixed || (a.name !== undefined && b.name !== undefined))) return false;
    return !intersect(a.ranges, b.ranges);
  };
  /** A variable of its own for the result reads better than a value without a name that is later overwritten. */
  const mayTakeOver = ({ target, source }: Move): boolean => {
    if (constants.has(source) || typeof builder.typeOf(target) === "object") return true;
    const [to, from] = [groupOf(target), groupOf(source)];
    return from.isAssigned || (from.name !== undefined && from.name === to.name);
  };
  const attempt = ({ target, source }: Move): void => {
    if (constants.has(source) || find(target) === find(source)) return;
    if (mayMerge(target, source)) merge(target, source);
    else {
      // `let i = n - 1`, where `n - 1` is used elsewhere too: the variable keeps the name.
      const [to, from] = [groupOf(target), groupOf(source)];
      if (from.fixedName === undefined && !from.isAssigned && from.name === to.name && !from.isPreferred) {
        from.name = undefined;
      }
    }
  };

  for (const [value, same] of aliases) merge(same, value);
  const moves: Move[] = [];
  const choices = new Set<Block>();
  const updates: Move[] = [];
  /** Where a value is moved to at the end of a block. */
  const next = new Map<ValueId, ValueId>();
  visitBlocks(block, (each) => {
    if (each.end.kind === "moves") for (const { target, source } of each.end.moves) next.set(source, target);
    for (const item of each.items) {
      if (item.kind === "store") merge(item.array, item.result);
      if (item.kind === "template" && item.again !== undefined && item.result !== undefined) {
        merge(item.again, item.result);
      }
      if (item.kind === "loop" && item.node.kind === "for") forgetIndexName(item.node, builder);
      if (item.kind === "loop") {
        for (const { init, arguments: within, result } of item.carried) {
          for (const argument of within) merge(result, argument);
          moves.push({ target: result, source: init });
        }
      }
      if (item.kind === "operation") updates.push(...item.operands.map((source) => ({ target: item.result, source })));
    }
  });
  /** `if (c) d = 0`: the branch changes what a loop carries, or leaves it. */
  const isChange = ({ results, then, else: otherwise }: BranchItem): boolean => {
    const target = results[0] === undefined ? undefined : next.get(results[0]);
    if (target === undefined) return false;
    return [then, otherwise].some(
      ({ end }) =>
        end.kind === "moves" && end.moves.some(({ source }) => !constants.has(source) && find(source) === find(target)),
    );
  };
  visitBlocks(block, (each) => {
    for (const item of each.items) {
      if (item.kind !== "branch" || !isChoice(item, builder) || isChange(item)) continue;
      choices.add(item.then);
      choices.add(item.else);
    }
    if (each.end.kind !== "moves" || choices.has(each)) return;
    const made = new Set(each.items.flatMap(madeBy));
    for (const move of each.end.moves) if (made.has(move.source) || mayTakeOver(move)) moves.push(move);
  });
  moves.forEach(attempt);
  // `mean = mean / n`, where the source changes its variable outside of loops.
  for (const { target, source } of updates) {
    const [to, from] = [groupOf(target), constants.has(source) ? undefined : groupOf(source)];
    if (from === undefined || from.fixedName !== undefined || to.fixedName !== undefined) continue;
    if (from.name !== undefined && from.name === to.name && from.isAssigned) attempt({ target, source });
  }

  const variables = new Map<ValueId, Variable>();
  return (value) => {
    const root = find(value);
    const existing = variables.get(root);
    if (existing !== undefined) return existing;
    const { type, name, fixedName } = groupOf(root);
    const { returnedBy } = present(builder.values.get(root));
    const variable = { id: variables.size, type, hint: name, returnedBy, fixedName, absent: unassigned.get(root) };
    variables.set(root, variable);
    return variable;
  };
}

/** In `for (let i = n - 1; …)` the first value is not called `i` before the loop, nor is the last where it runs backwards. */
function forgetIndexName(node: ForNode, builder: GraphBuilder): void {
  const name = builder.nameOf(indexOf(node));
  for (const value of [node.start, node.bound]) {
    if (name !== undefined && builder.nameOf(value) === name) builder.values.set(value, { type: "number" });
  }
}

/** The values that an item defines in its block. */
function madeBy(item: Item): readonly ValueId[] {
  if (item.kind === "loop") return item.carried.map(({ result }) => result);
  if (item.kind === "branch") return item.results;
  if (item.kind === "bind") return item.entries.map(({ value }) => value);
  return item.kind === "throw" || item.result === undefined ? [] : [item.result];
}

/** The block and the blocks within, an outer one first, in program order. */
function visitBlocks(block: Block, visit: (block: Block) => void): void {
  visit(block);
  for (const item of block.items) {
    if (item.kind === "loop") {
      if (item.condition !== undefined) visitBlocks(item.condition, visit);
      visitBlocks(item.body, visit);
    }
    if (item.kind === "branch") {
      visitBlocks(item.then, visit);
      visitBlocks(item.else, visit);
    }
  }
  if (block.end.kind === "branch") {
    visitBlocks(block.end.then, visit);
    visitBlocks(block.end.else, visit);
  }
}
