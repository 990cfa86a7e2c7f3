/** Faults in Jacobians and Hessians, and in rules that a model gives. */
import { model, type Catcher, type Mutant } from "./mutant.ts";

const walk = "transforms/differentiate/directions/all-directions.ts";
const state = "transforms/differentiate/directions/state.ts";
const storage = "transforms/differentiate/directions/storage.ts";
const loops = "transforms/differentiate/directions/loop-directions.ts";
const columns = "transforms/differentiate/directions/each-direction.ts";
const first = "transforms/analyze/first-stores.ts";
const runs = "transforms/compress/matrix-accesses.ts";
const structure = "transforms/compress/structure.ts";
const deciding = "transforms/compress/deciding-values.ts";
const settle = "transforms/normalize/settle-marks.ts";
const marks = "src/operations/marks.ts";

const jacobians: Catcher = { test: "jacobians", named: "" };
const rows: Catcher = { test: "compressed-rows", named: "" };

export const matrixMutants: readonly Mutant[] = [
  {
    name: "directions: what is put into a matrix in the end is not read later",
    file: "transforms/differentiate/directions/state.ts",
    find: "lastUses(context.graph, context.outcomes)",
    replace: "lastUses(context.graph, [])",
    caughtBy: model("jacobians"),
  },
  {
    name: "directions: an entry that is stored again has been zero",
    file: walk,
    find: "if (this.#stores.get(this.#context.groups.groupOf(array).id) !== 1) return false;",
    replace: "",
    caughtBy: jacobians,
  },
  {
    name: "directions: rows that are read later are overwritten",
    file: state,
    find: "if (!names || !this.#isReadLater(value)) continue;",
    replace: "if (names || !this.#isReadLater(value)) continue;",
    caughtBy: jacobians,
  },
  {
    name: "directions: what is read in the next round is read no more",
    file: state,
    find: "return use > frame.place || (k + 1 > depth && isOfLoop(frame));",
    replace: "return use > frame.place;",
    caughtBy: jacobians,
  },
  {
    name: "directions: unit vectors that may meet replace each other",
    file: storage,
    find: "units.slice(0, k).every((other) => this.#areDistinct(other.atom.entry, unit));",
    replace: "true;",
    caughtBy: jacobians,
  },
  {
    name: "directions: arrays that change places in a loop stay where they are",
    file: loops,
    find: "moved.set(own.array, from.array);",
    replace: "",
    caughtBy: jacobians,
  },
  {
    name: "columns: the vector stays set",
    file: columns,
    find: "last = build.store(set, at, build.constant(0));",
    replace: "last = set;",
    caughtBy: jacobians,
  },
  {
    name: "columns: each starts from what the one before left",
    file: columns,
    find: "from === undefined ? valueOf(index) : copyOf(",
    replace: "from === undefined || depthOf(linear.parameters[index]!.type) > 0 ? valueOf(index) : copyOf(",
    caughtBy: jacobians,
  },
  {
    name: "directions: a store to the same entry in another round is none",
    file: first,
    find: "if (!shared.every((loop) => ownedBy(accesses(loop), loop) !== undefined)) return false;",
    replace: "",
    caughtBy: jacobians,
  },
  {
    name: "compressed rows: what is zeroed is in the structure",
    file: runs,
    find: "if (matrix === undefined || !isZero(node)) return undefined;",
    replace: "return undefined;",
    caughtBy: rows,
  },
  {
    name: "compressed rows: of a branch one way alone is in the structure",
    file: structure,
    find: "return isBothWays && data.has(node.condition)",
    replace: "return isBothWays && !data.has(node.condition)",
    caughtBy: rows,
  },
  {
    name: "compressed rows: a structure is known whatever the indices are",
    file: deciding,
    find: "entries.add(node.array);",
    replace: "",
    caughtBy: rows,
  },
  {
    name: "marks: they go where something is varied",
    file: settle,
    find: "return !through.some((operand) => varied.has(operand));",
    replace: "return through.some((operand) => varied.has(operand));",
    caughtBy: model("stop-gradient"),
  },
  {
    name: "marks: the rule of the other mode is taken",
    file: settle,
    find: "const [wanted, others] = isForward ? [forwardRules, reverseRules] : [reverseRules, forwardRules];",
    replace: "const [wanted, others] = isForward ? [reverseRules, forwardRules] : [forwardRules, reverseRules];",
    caughtBy: model("forward-rules"),
  },
  {
    name: "marks: the rule of a call replaces what its value has",
    file: marks,
    find: "pullback: ([, , g], _, d) => [d, mul(d, g!), undefined],",
    replace: "pullback: ([, , g], _, d) => [undefined, mul(d, g!), undefined],",
    caughtBy: model("reverse-rules"),
  },
];
