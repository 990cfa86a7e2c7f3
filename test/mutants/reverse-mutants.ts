/** Faults in the reverse transform: what is accumulated, zeroed, restored and kept, and in which order. */
import { model, type Mutant } from "./mutant.ts";

const sweep = "transforms/differentiate/reverse-sweep.ts";
const state = "transforms/differentiate/sweep-state.ts";
const shadows = "transforms/differentiate/shadows.ts";
const values = "transforms/differentiate/primal-values.ts";
const recording = "transforms/differentiate/recording-sweep.ts";
const stash = "transforms/differentiate/stash.ts";
const trips = "transforms/differentiate/trip-count.ts";
const snapshots = "transforms/differentiate/snapshots.ts";
const fixedPoint = "transforms/differentiate/reverse-fixed-point.ts";

export const reverseMutants: readonly Mutant[] = [
  {
    name: "fixed point: the adjoint that comes in is forgotten after the first round",
    file: fixedPoint,
    find: 'if (length === undefined) return build.operation("add", [first, more]);',
    replace: "if (length === undefined) return more;",
    caughtBy: model("fixed-points"),
  },
  {
    name: "fixed point: what is given by leaving it has no part of its own",
    file: fixedPoint,
    find: "() => [d, zero],",
    replace: "() => [zero, d],",
    caughtBy: model("fixed-points"),
  },
  {
    name: "fixed point: the round at the solution is the one that leaves the loop",
    file: "transforms/analyze/solution-round.ts",
    find: "const staying = factsIf(stop, false, definitions);",
    replace: "const staying = factsIf(stop, true, definitions);",
    caughtBy: model("fixed-points"),
  },
  {
    name: "sum: what is reached from two sides counts twice",
    file: "transforms/analyze/loop-sums.ts",
    find: "way.known.set(value, leads);",
    replace: "",
    caughtBy: model("compound-assignment"),
  },
  {
    name: "length: that of an array in a branch is not kept",
    file: "transforms/analyze/reverse-needs.ts",
    find: "if (activity.isUseful(node.result)) need(node, node.length);",
    replace: "",
    caughtBy: model("buffers-made-anew"),
  },
  {
    name: "singular point: what vanishes there does not change",
    file: "transforms/differentiate/instantiate.ts",
    find: "const isNothing = isConstant(term.then, 0) && mentionsD(term.condition);",
    replace: "const isNothing = isConstant(term.then, 0) && mentionsD(term.condition) && build.count < 0;",
    caughtBy: { test: "singular-points", named: "the gradient beside" },
  },
  {
    name: "snapshots: what a call reads of an array is not seen",
    file: "transforms/analyze/joint-regions.ts",
    find: "if (isGiven) return false;",
    replace: "",
    caughtBy: model("checkpoints"),
  },
  {
    name: "snapshots: the first is not taken",
    file: snapshots,
    find: "return build.store(kept, build.constant(0), asNumber(build, first));",
    replace: "return kept;",
    caughtBy: model("checkpoints"),
  },
  {
    name: "snapshots: what a call was given is not put back",
    file: snapshots,
    find: "if (copied !== undefined) return copied(own);",
    replace: "if (copied !== undefined) return own;",
    caughtBy: model("checkpoints"),
  },
  {
    name: "store: its adjoint is not handed to the stored value",
    file: sweep,
    find: "if (activity.isActive(node.value)) state.accumulate(node.value, this.#adjointAt(node, shadow, index));",
    replace: "",
  },
  {
    name: "loop: what is replaced is forgotten where the loop runs no time",
    file: sweep,
    find: "if (![argument, yielded, result].some((value) => activity.isActive(value))) return;",
    replace: "if (![argument, yielded].some((value) => activity.isActive(value))) return;",
    caughtBy: model("zero-trip-loops"),
  },
  {
    name: "store: a store outside of its array has an adjoint",
    file: sweep,
    find: "if (node.isInside === true || !mayStoreOutside(node)) return",
    replace: "if (node.isInside === true || !mayStoreOutside(node) || build !== undefined) return",
    caughtBy: model("outside-an-array"),
  },
  {
    name: "store: the adjoint of the entry is not zeroed",
    file: sweep,
    find: "state.shadows.set(node.array, build.store(shadow, index, build.constant(0)));",
    replace: "state.shadows.set(node.array, shadow);",
  },
  {
    name: "store: the entry is not restored",
    file: sweep,
    find: "if (isUndone) primal.undo(node, index);",
    replace: "",
  },
  {
    name: "nodes are reversed in forward order",
    file: sweep,
    find: "for (let k = region.nodes.length - 1; k >= 0; k--) {",
    replace: "for (let k = 0; k < region.nodes.length; k++) {",
  },
  {
    name: "branch: results hand nothing to what is yielded",
    file: sweep,
    find: "node.results.forEach((result, k) => state.pass(result, present(region.yields[k]), own.isFused));",
    replace: "",
  },
  {
    name: "branch: the second side starts from what the first left",
    file: sweep,
    find: "state.restore(before);\n      let after = before;",
    replace: "let after = before;",
  },
  {
    name: "loop: the reverse runs in the direction of the loop",
    file: sweep,
    find: "return { start: lastIndex(build, loop, start, trips), bound: start, step: -loop.step, inclusive: true, indexName };",
    replace:
      "return { start, bound: lastIndex(build, loop, start, trips), step: loop.step, inclusive: true, indexName };",
  },
  {
    name: "while: the reverse leaves out the last iteration",
    file: sweep,
    find: 'const last = build.operation("sub", [primal.valueOf(loop.trips), build.constant(1)]);',
    replace: 'const last = build.operation("sub", [primal.valueOf(loop.trips), build.constant(2)]);',
  },
  {
    name: "adjoint of a scalar is overwritten, not accumulated",
    file: state,
    find: 'this.adjoints.set(value, this.#build.operation("add", [before, contribution], "number", name));',
    replace: "this.adjoints.set(value, contribution);",
  },
  {
    name: "loop: the sum for a scalar from outside starts at 0",
    file: state,
    find: "const init = this.adjoints.get(value) ?? this.#build.constant(0);",
    replace: "const init = this.#build.constant(0);",
  },
  {
    name: "branch: the adjoint that one side lacks is the other's",
    file: state,
    find: "merges.push({ then: a ?? absent, else: b ?? absent, name, after: (result) => into.set(key, result) });",
    replace:
      "merges.push({ then: a ?? b ?? absent, else: b ?? a ?? absent, name, after: (result) => into.set(key, result) });",
  },
  {
    name: "load: the adjoint of the entry is overwritten",
    file: shadows,
    find: "this.#state.shadows.set(version, this.#build.store(shadow, index, sum));",
    replace: "void sum;\n    this.#state.shadows.set(version, this.#build.store(shadow, index, d));",
  },
  {
    name: "vjp: a seed is overwritten",
    file: shadows,
    find: "if (!this.#state.shadows.has(version) && !this.#isWritten(this.#groups.groupOf(version))) {",
    replace: "if (!this.#state.shadows.has(version)) {",
  },
  {
    name: "vjp: a seed replaces the adjoint that is there",
    file: shadows,
    find: "isFirst\n        ? copyArray(",
    replace: "isFirst || !isFirst\n        ? copyArray(",
    caughtBy: model("returns-parameter"),
  },
  {
    name: "stash: the counter does not step back",
    file: values,
    find: 'const count = this.#build.operation("sub", [this.counterOf(layout), this.#build.constant(1)]);',
    replace: 'const count = this.#build.operation("sub", [this.counterOf(layout), this.#build.constant(0)]);',
  },
  {
    name: "stash: a kept decision is read the wrong way round",
    file: values,
    find: 'return this.#build.operation("ne", [kept, this.#build.constant(0)], "boolean");',
    replace: 'return this.#build.operation("eq", [kept, this.#build.constant(0)], "boolean");',
  },
  {
    name: "stash: the counter does not run",
    file: recording,
    find: 'const next = this.#build.operation("add", [this.counterOf(layout), this.#build.constant(1)]);',
    replace: 'const next = this.#build.operation("add", [this.counterOf(layout), this.#build.constant(0)]);',
  },
  {
    name: "stash: it does not grow",
    file: recording,
    find: 'if (layout.grows) stash = build.grow(stash, build.operation("add", [index, build.constant(1)]));',
    replace: "",
  },
  {
    name: "stash: rows overlap",
    file: stash,
    find: ': build.operation("add", [build.operation("mul", [index, present(extents[depth])]), iteration]);',
    replace: ': build.operation("add", [index, iteration]);\n    void depth;',
  },
  {
    name: "trip count: an inclusive bound is taken as exclusive",
    file: trips,
    find: 'build.operation("add", [build.operation("floor", [span]), build.constant(1)])',
    replace: 'build.operation("floor", [span])',
  },
  {
    name: "trip count: a last short step is not counted",
    file: trips,
    find: 'build.operation("ceil", [span])',
    replace: 'build.operation("floor", [span])',
  },
  {
    name: "last index: a step other than 1 is not seen",
    file: trips,
    find: 'const distance = loop.step === 1 ? steps : build.operation("mul", [steps, build.constant(loop.step)]);',
    replace: "const distance = steps;",
  },
  {
    name: "stash: a triangle is as wide as at its start",
    file: "transforms/differentiate/stash.ts",
    find: "if (span === undefined) return tripCount(build, loop, known(loop.start), known(loop.bound));",
    replace:
      "if (span !== undefined) return build.constant(1);\n    if (span === undefined) return tripCount(build, loop, known(loop.start), known(loop.bound));",
  },
  {
    name: "stash: the largest of what grows with an index is its least",
    file: "transforms/normalize/moved-lengths.ts",
    find: "const extreme = term.coefficient > 0 ? greatest : least;",
    replace: "const extreme = term.coefficient > 0 ? least : greatest;",
    caughtBy: model("triangular-loops"),
  },
  {
    name: "growth: what is checked at entry need not surely happen",
    file: "transforms/normalize/guard-growth.ts",
    find: "return isSure && algebra.isInteger(index) && ",
    replace: "return (isSure || !isSure) && algebra.isInteger(index) && ",
    caughtBy: { test: "entry-checks", named: "a plain array that is a parameter may not grow in a branch" },
  },
];
