/** Faults in the optimisations: each is a guard that is gone, or a case that is not told apart. */
import type { Mutant } from "./mutant.ts";

const folder = "transforms/optimize";

export const optimizationMutants: readonly Mutant[] = [
  {
    name: "first writes: another store may be to the same entry",
    file: `${folder}/assign-first-writes.ts`,
    find: "const isApart = distance !== undefined && distance !== 0;",
    replace: "const isApart = distance !== 0;",
  },
  {
    name: "first writes: any loop is taken to own its entries",
    file: `${folder}/assign-first-writes.ts`,
    find: "return algebra.ownedBy(accesses, loop) !== undefined;",
    replace: "return accesses.length > 0;",
  },
  {
    name: "first writes: one side of a branch is not looked at",
    file: `${folder}/assign-first-writes.ts`,
    find: "return [node.then, node.else].every(({ yields }) =>",
    replace: "return [node.then].every(({ yields }) =>",
  },
  {
    name: "forward stores: an index that may be the same is taken to be another",
    file: `${folder}/forward-stores.ts`,
    find: 'if (relation === "unknown") return undefined;',
    replace: "",
  },
  {
    name: "forward stores: a store that is read in between is left out",
    file: `${folder}/forward-stores.ts`,
    find: "if (before === undefined || !here.has(before) || isRead(taker, version, node.index, loops)) break;",
    replace: "void isRead;\n        if (before === undefined || !here.has(before)) break;",
  },
  {
    name: "forward stores: a Float32Array does not round",
    file: `${folder}/forward-stores.ts`,
    find: 'if (elementOf(load.array, graph) !== "f32" || isSum) {',
    replace: "if (isSum || !isSum) {",
  },
  {
    name: "forward stores: an integer array does not truncate",
    file: `${folder}/forward-stores.ts`,
    find: 'return element !== "f64" && element !== "f32" && element !== "number";',
    replace: 'return false && element !== "f64";',
  },
  {
    name: "dead stores: a load of the same entry is not seen",
    file: `${folder}/dead-stores.ts`,
    find: "if (!isOther) return false;",
    replace: "",
  },
  {
    name: "dead stores: the next iteration is not looked at",
    file: `${folder}/dead-stores.ts`,
    find: "if (isNext && !isForgotten(argument, store, later)) return false;",
    replace: "void isNext;",
  },
  {
    name: "scalar reductions: another index is taken for the same",
    file: "transforms/analyze/loop-entries.ts",
    find: "return polynomialKey(other) === key || ",
    replace: "return polynomialKey(other) === key || index !== other || ",
  },
  {
    name: "scalar reductions: an entry is taken that an inner loop reads too",
    file: "transforms/analyze/loop-entries.ts",
    find: "|| own.some(({ inner }) => inner.length > 0)) continue;",
    replace: ") continue;",
  },
  {
    name: "forward stores: a loop is looked through that stores to the entry",
    file: `${folder}/forward-stores.ts`,
    find: "return accessesOf(loop, slot)?.every(isOther) ? loop.inits[slot] : undefined;",
    replace: "return accessesOf(loop, slot)?.some(isOther) ? loop.inits[slot] : undefined;",
  },
  {
    name: "index algebra: entries are apart that only differ in some iterations",
    file: "transforms/analyze/affine.ts",
    find: "return isPositive(above, loops, facts) || isPositive(scalePolynomial(above, -1), loops, facts);",
    replace: "return loops.length > 0 || isPositive(above, loops, facts);",
  },
  {
    name: "scalar reductions: an index that changes is taken for an invariant",
    file: "transforms/analyze/loop-entries.ts",
    find: "if (!context.isInvariant(index) || own.some(({ inner }) => inner.length > 0)) continue;",
    replace: "if (own.some(({ inner }) => inner.length > 0)) continue;",
  },
  {
    name: "scalar reductions: a Float32Array of the value does not round",
    file: `${folder}/scalar-reductions.ts`,
    find: 'if (type.element === "f64") return true;',
    replace: 'if (type.element === "f64" || type.element === "f32") return true;',
  },
  {
    name: "common subexpressions: operands are sorted for every operation",
    file: `${folder}/common-subexpressions.ts`,
    find: "if (commutative.has(node.operation)) names.sort();",
    replace: "names.sort();",
  },
  {
    name: "common subexpressions: a scope stays open",
    file: `${folder}/common-subexpressions.ts`,
    find: "scopes.pop();",
    replace: "",
  },
  {
    name: "run forward: loops turn whatever they carry",
    file: `${folder}/run-forward.ts`,
    find: "return isInPlace && isUnordered(loop, carried);",
    replace: "return isInPlace || isUnordered(loop, carried);",
  },
  {
    name: "run forward: a carried scalar need not be a sum",
    file: `${folder}/run-forward.ts`,
    find: "return !strictFp && isSum(loop, slot);",
    replace: "return !strictFp || isSum(loop, slot);",
  },
  {
    name: "constant carried: what the body yields is not looked at",
    file: `${folder}/constant-carried.ts`,
    find: "if (yielded !== undefined && isSame(yielded, start, loop)) continue;",
    replace: "if (yielded === undefined || isSame(yielded, start, loop)) continue;",
  },
  {
    name: "hoist: what a loop changes is taken for invariant",
    file: `${folder}/hoist-invariants.ts`,
    find: "region.arguments.forEach((value) => levels.set(value, level));",
    replace: "",
  },
  {
    name: "skip zeroing: what the nest does not reach is not zeroed",
    file: `${folder}/skip-zeroing.ts`,
    find: "rests.set(covered.node, [...(rests.get(covered.node) ?? []), { covered, length: node.length }]);",
    replace: "",
  },
  {
    name: "sink accumulations: the array need not start as zeros",
    file: `${folder}/sink-accumulations.ts`,
    find: 'if (store.kind !== "store" || !startsAsZeros(store.array)) continue;',
    replace: 'if (store.kind !== "store") continue;',
  },
  {
    name: "prune carried: a value that is reset is taken for its start",
    file: "transforms/normalize/prune-carried.ts",
    find: "if (yielded === value || yielded === init) {",
    replace: "if (yielded === value || yielded !== init) {",
  },
  {
    name: "dead code: a carried value does not keep what the body yields",
    file: `${folder}/dead-code.ts`,
    find: "mark(nextOf(loop)[slot]);",
    replace: "",
  },
  {
    name: "forward copies: the original may change",
    file: `${folder}/forward-copies.ts`,
    find: "const isSteady = groups.groupOf(load.array).changes.length === 0 && !groups.groupOf(node.result).isPermuted;",
    replace: "const isSteady = !groups.groupOf(node.result).isPermuted;",
  },
  {
    name: "forward copies: the copy may change",
    file: `${folder}/forward-copies.ts`,
    find: 'const isLoaded = (readers.get(copy.version) ?? []).every((reader) => reader.kind === "load");',
    replace: "const isLoaded = true;",
  },
  {
    name: "shorten indices: the last round is left out",
    file: `${folder}/shorten-indices.ts`,
    find: "const above = inOrder(addPolynomials(polynomial, constantPolynomial(1)));",
    replace: "const above = inOrder(polynomial);",
  },
  {
    name: "merge branches: the opposite test counts as the same",
    file: `${folder}/merge-branches.ts`,
    find: "const isOpposite = isSameTest(found, first) === false;",
    replace: "const isOpposite = false;",
  },
  {
    name: "implied tests: what holds on one side holds on the other",
    file: `${folder}/implied-tests.ts`,
    find: "else: visitRegion(node.else, knowing(facts, node.condition, false)),",
    replace: "else: visitRegion(node.else, knowing(facts, node.condition, true)),",
  },
];
