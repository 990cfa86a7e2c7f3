/** Faults in the analyses: joins that are missing, and guards that promise too much. */
import { model, type Mutant } from "./mutant.ts";

const activity = "transforms/analyze/activity.ts";
const needs = "transforms/analyze/reverse-needs.ts";
const later = "transforms/analyze/later-accesses.ts";
const plan = "transforms/analyze/storage-facts.ts";

export const analysisMutants: readonly Mutant[] = [
  {
    name: "later accesses: columns may be as wide as they like",
    file: later,
    find: "if (!isColumn(one.rest, later) || !isColumn(other.rest, earlier)) return [];",
    replace: "",
  },
  {
    name: "later accesses: the index need not move on",
    file: later,
    find: "if (split === undefined || !algebra.isNonNegative(scalePolynomial(split.factor, Math.sign(step)), around)) {",
    replace: "if (split === undefined) {",
    caughtBy: { test: "later-accesses", named: "staysClear sees that an index which goes down" },
  },
  {
    name: "later accesses: outer loops are not looked at",
    file: later,
    find: "shared.every((loop, k) => isClear(k + 1, loop)) &&",
    replace: "shared.slice(-1).every((loop) => isClear(shared.length, loop)) &&",
  },
  {
    name: "later accesses: an access after the other in one iteration is forgotten",
    file: later,
    find: "(!isAfter || isClear(shared.length, undefined))",
    replace: 'typeof isAfter === "boolean"',
  },
  {
    name: "coverage: a nest may read what it has not stored",
    file: "transforms/analyze/coverage.ts",
    find: "return readsOnlyStored(node.body, [node]) ?",
    replace: "return range !== undefined ?",
  },
  {
    name: "storage: a load is done again from an array that a branch leaves changed",
    file: plan,
    find: "changes.every((change) => this.#isSeen(change) || !isWithin(this.regionOf(change), home))",
    replace: "changes.length >= 0",
    caughtBy: model("change-left-in-branch"),
  },
  {
    name: "activity: nothing flows around a loop",
    file: activity,
    find: "flow(next[k]!, carried[k]!);",
    replace: "",
  },
  {
    name: "activity: nothing flows past a loop that may not run",
    file: activity,
    find: "flow(node.inits[k]!, result);",
    replace: "",
    caughtBy: model("zero-trip-loops"),
  },
  {
    name: "activity: the second side of a branch is not joined",
    file: activity,
    find: "flow(node.else.yields[k]!, result);",
    replace: "",
  },
  {
    name: "activity: a store forgets the rest of the array",
    file: activity,
    find: 'case "store":\n      flow(node.array, node.result);',
    replace: 'case "store":',
  },
  {
    name: "activity: integer arrays carry derivatives",
    file: activity,
    find: "if (holdsFloats(graph, node.result)) flow(node.value, node.result);",
    replace: "flow(node.value, node.result);",
    caughtBy: model("int-store-truncates"),
  },
  {
    name: "plan: no store is taken to follow a reader",
    file: plan,
    find: "if (position(store) > position(reader)) return true;",
    replace: "",
  },
  {
    name: "plan: a loop around store and reader is not seen",
    file: plan,
    find: "return shareLoop(this.order.body, this.regionOf(store), this.regionOf(reader));",
    replace: "return false;",
    caughtBy: model("returns-rows"),
  },
  {
    name: "plan: a load is final though a loop around it changes the array",
    file: plan,
    find: "if (!isAfter && !shareLoop(home, info, region)) return false;",
    replace: "if (!isAfter) return false;",
  },
  {
    name: "plan: a load is final though its arrays take turns after it",
    file: plan,
    find: "return present(this.order.positions.get(change)).last > at || shareLoop(home, info, region);",
    replace: "return present(this.order.positions.get(change)).first > at || shareLoop(home, info, region);",
    caughtBy: model("reads-between-turns"),
  },
  {
    name: "plan: a load is final though a later store changes the array",
    file: plan,
    find: "if (!isAfter && !shareLoop(home, info, region)) return false;",
    replace: "if (!shareLoop(home, info, region)) return false;",
  },
  {
    name: "plan: what is overwritten before its use is not noticed",
    file: "transforms/analyze/storage-plan.ts",
    find: 'if (source?.kind === "load" && isGone(source)) lost.push(value);',
    replace: "",
  },
  {
    name: "plan: a stored value is reloaded though the entry was changed since",
    file: plan,
    find: "return changedLater ? undefined : store;",
    replace: "void changedLater;\n    return store;",
  },
  {
    name: "plan: the choice of passes is taken from the wrong bound",
    file: needs,
    find: 'else if (node.kind === "for") need(node, node.start, node.trips);',
    replace: 'else if (node.kind === "for") need(node, node.start);',
  },
  {
    name: "joint: an array that is handed on counts as private",
    file: "transforms/analyze/joint-regions.ts",
    find: "return isShared(node, k, facts) || (isForgotten(result, facts) && isPrivate(node, k, facts));",
    replace: "return isShared(node, k, facts) || isPrivate(node, k, facts) || isForgotten(result, facts);",
    caughtBy: model("overlapping-set"),
  },
  {
    name: "cancelling: every shift of an exponential cancels",
    file: "transforms/analyze/cancelling-shifts.ts",
    find: "if (vanishesAfter(place)) cancelling.add(each);",
    replace: "if (vanishesAfter(place) || each >= 0) cancelling.add(each);",
    caughtBy: model("shifts-that-stay"),
  },
  {
    name: "induction: a count that goes down goes up",
    file: "transforms/analyze/induction.ts",
    find: 'const isDown = step.operation === "sub";',
    replace: "const isDown = false;",
    caughtBy: model("swap-elements"),
  },
  {
    name: "plan: a last store may be followed by another in its loop",
    file: plan,
    find: "if (rivals.some((change) => change !== store)) return false;",
    replace: "",
    caughtBy: model("searched-entries"),
  },
  {
    name: "coverage: parts that several stores cover may leave gaps",
    file: "transforms/analyze/coverage.ts",
    find: "if (!offsets.some((offset) => equalPolynomials(offset, end))) return undefined;",
    replace: "void equalPolynomials(start, end);",
    caughtBy: model("lstm"),
  },
  {
    name: "later accesses: what is bounded may meet what is below",
    file: "transforms/analyze/later-accesses.ts",
    find: "return whole !== undefined && isAffine(whole, outer, later, algebra) && isAbove(whole);",
    replace: "return whole !== undefined && isAffine(whole, outer, later, algebra);",
  },
  {
    name: "floors: a search may go below where it started",
    file: "transforms/analyze/floors.ts",
    find: "if (!alternatives(present(nextOf(loop)[slot])).every(isAbove)) continue;",
    replace: "if (!alternatives(present(nextOf(loop)[slot])).some(isAbove)) continue;",
    caughtBy: { test: "later-accesses", named: "staysClear of a row that is searched for" },
  },
  {
    name: "floors: what is not below a bound is taken to lie there",
    file: later,
    find: "const signs = isKnown ? [1, -1] : [1];",
    replace: "const signs = [1, -1];",
    caughtBy: { test: "later-accesses", named: "staysClear of a row that is searched for" },
  },
];
