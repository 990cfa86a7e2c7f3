/** Faults in what is known of arrays: ranges of indices, entries that are not set, lengths that change, parameters that are equal. */
import { model, type Mutant } from "./mutant.ts";

const ranges = "transforms/normalize/settle-ranges.ts";
const ceilings = "transforms/analyze/ceilings.ts";
const unset = "transforms/analyze/unset-reads.ts";
const fill = "transforms/normalize/fill-unset.ts";
const equal = "transforms/analyze/equal-parameters.ts";
const grown = "transforms/normalize/expose-grown.ts";

export const arrayMutants: readonly Mutant[] = [
  {
    name: "ranges: what a condition says holds on its other side too",
    file: ranges,
    find: "decisions.learn(node.condition, region === node.then)",
    replace: "decisions.learn(node.condition, true)",
    caughtBy: model("views-within"),
  },
  {
    name: "ranges: a strict comparison is one that allows equality",
    file: ranges,
    find: "const decides = isStrict ? isPositive : isNonNegative;",
    replace: "const decides = isNonNegative;",
    caughtBy: model("views-within"),
  },
  {
    name: "ranges: what may be NaN may cancel",
    file: ranges,
    find: "if (cancelled.some((atom) => !isInteger(atom) || isComputed(atom))) return undefined;",
    replace: "",
    caughtBy: model("views-within"),
  },
  {
    name: "ranges: a negated comparison is the same one",
    file: ranges,
    find: 'if (node.operation === "not") return this.learn(present(node.operands[0]), !outcome);',
    replace: 'if (node.operation === "not") return this.learn(present(node.operands[0]), outcome);',
    caughtBy: model("views-within"),
  },
  {
    name: "ranges: of a least number one side is looked at",
    file: ranges,
    find: "return sides.length > 0 && sides.every(",
    replace: "return sides.length > 0 && sides.some(",
    caughtBy: model("views-within"),
  },
  {
    name: "ceilings: a counter that rises is at most what it starts from",
    file: ceilings,
    find: "if ((constantOf(by) ?? 1) > 0) continue;",
    replace: "",
    caughtBy: model("views-within"),
  },
  {
    name: "unset entries: a branch sets what one of its sides sets",
    file: unset,
    find: "if (this.#covers(left, right, loops)) return { ...right, sources };",
    replace: "if (this.#covers(left, right, loops)) return { ...left, sources };",
    caughtBy: model("entries-not-set"),
  },
  {
    name: "unset entries: what a loop is guessed to set is not shown",
    file: unset,
    find: "const isRight = isShown && this.#failed.size === 0;",
    replace: "const isRight = isShown || this.#failed.size === 0;",
    caughtBy: model("entries-not-set"),
  },
  {
    name: "unset entries: a loop that stops has run to its end",
    file: unset,
    find: "loop.stops || extent === undefined ? inits[k]",
    replace: "extent === undefined ? inits[k]",
    caughtBy: model("entries-not-set"),
  },
  {
    name: "unset entries: they are zeros",
    file: fill,
    find: "build.constant(0), size, NaN)",
    replace: "build.constant(0), size, 0)",
    caughtBy: model("entries-not-set"),
  },
  {
    name: "equal parameters: those of one call are those of all",
    file: equal,
    find: "const now = firsts.get(group) ?? k;",
    replace: "const now = first;",
    caughtBy: model("recursive-fft"),
  },
  {
    name: "growing arrays: a branch keeps to itself how long one became",
    file: grown,
    find: "if (grown.size === 0) return graph;",
    replace: "if (grown.size >= 0) return graph;",
    caughtBy: model("work-lists"),
  },
];
