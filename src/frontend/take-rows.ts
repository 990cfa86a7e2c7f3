/**
 * Rows and objects that are taken out of an array of them which is kept in a pool (pools.ts).
 *
 * `stack.pop()`: the last one leaves it, and is one of its own from then on. What is added next takes its place, so that no name
 * that any of them had before may be used. But rows that are listed (row-layout.ts) lie where no other is put.
 *
 * `queue.shift()`: the first one stays where it is, and is counted as gone; what is added goes behind all that there ever were.
 */
import type { ts } from "ts-morph";
import type { Shape } from "../ir/signature.ts";
import { newCell } from "./aggregates.ts";
import { allocate, type ArrayBinding, isArray, lengthOf, load, rootLength, store, valueOf } from "./arrays.ts";
import {
  type Aggregate,
  type Binding,
  type Cell,
  known,
  poison,
  type Root,
  undefinedValue,
  type Value,
} from "./binding.ts";
import { branch } from "./branch.ts";
import { unknownPresence } from "./chosen-members.ts";
import type { Context } from "./context.ts";
import { isAbove } from "./count-facts.ts";
import { countedLoop } from "./counted-loop.ts";
import { add, operate, subtract } from "./emit.ts";
import { noteGrown } from "./grow-one-row.ts";
import { growNextTime, isGrowing } from "./grow-rows.ts";
import { noteLoops, setCount } from "./growth.ts";
import { isNestedCell, memberOfPlace } from "./nested.ts";
import { mayLackInPool } from "./optional-members.ts";
import { countingRoot, countOfPool, elementOfPool, leavesOfShape } from "./pools.ts";
import { isVaried, listOf } from "./row-layout.ts";
import { loopsAround } from "./state.ts";

/** Undefined where it cannot be done. */
export function removeLastRow(context: Context, { cell }: Aggregate, node: ts.Node): Binding | undefined {
  const found = takenFrom(context, cell);
  if (found === undefined || typeof found === "string") return found && poison;
  const { root, site, of, count, isSome } = found;
  if (isSome.kind === "known" && isSome.value === false) return undefinedValue;
  const { assumptions, state } = context;
  const list = listOf(context, cell);
  if (list === undefined && (isVaried(cell) || !hasNumbersOnly(of))) return undefined;
  const last = subtract(context, count, known(1));
  const take = (): Binding => {
    const place = elementOfPool(context, cell, last, node);
    return list === undefined ? copyOf(context, place, of, node) : keptApart(place);
  };
  const taken = branch(context, isSome, take, () => undefinedValue);
  if (list?.rooms !== undefined) {
    assumptions.moveRows(site);
    noteGrown(context, list);
  }
  if (list === undefined) {
    assumptions.replaceRows(site);
    for (const loop of loopsAround(state.frame, root.memory.age)) assumptions.noteReplacedIn(loop, site);
    context.replaced.set(site, ++context.clock);
  }
  const [all, least] = [rootLength(context, root), root.head === undefined ? known(0) : headOf(context, root)];
  const rest = subtract(context, all, known(1));
  setCount(context, root, isSome.kind === "known" ? rest : operate(context, "max", rest, least));
  return taken;
}

/** The same at the begin. */
export function removeFirstRow(context: Context, { cell }: Aggregate, node: ts.Node): Binding | undefined {
  const found = takenFrom(context, cell);
  if (found === undefined || typeof found === "string") return found && poison;
  const { root, site, isSome } = found;
  if (isSome.kind === "known" && isSome.value === false) return undefinedValue;
  if (cell.members.has("#rooms")) return undefined;
  if (root.head === undefined) {
    context.assumptions.noteTakesFirst(site);
    return poison;
  }
  const taken = branch(
    context,
    isSome,
    () => elementOfPool(context, cell, known(0), node),
    () => undefinedValue,
  );
  const next = add(context, headOf(context, root), known(1));
  noteLoops(context, root, root.head.age);
  const isKnown = isSome.kind === "known";
  context.state.write(root.head, isKnown ? next : operate(context, "min", next, rootLength(context, root)));
  return taken;
}

interface Taken {
  readonly root: Root;
  readonly site: ts.Node;
  readonly of: Shape;
  readonly count: Value;
  readonly isSome: Value;
}

/** "later" where the next round of the lowering makes the array so that it can be done. */
function takenFrom(context: Context, cell: Cell): Taken | "later" | undefined {
  const { nest } = cell;
  const root = countingRoot(context, cell);
  const isMoving = nest?.site !== undefined && !cell.members.has("#rooms") && context.assumptions.rowsMove(nest.site);
  if (nest?.site === undefined || nest.shape.kind !== "rows" || root === undefined || isMoving) return undefined;
  if (!isGrowing(cell)) return growNextTime(context, cell) ? "later" : undefined;
  const count = countOfPool(context, cell);
  const isSome = isAbove(context, count, 0) ? known(true) : operate(context, "gt", count, known(0));
  return { root, site: nest.site, of: nest.shape.of, count, isSome };
}

function headOf(context: Context, { head }: Root): Value {
  return head === undefined ? known(0) : valueOf(context, context.state.read(head));
}

function hasNumbersOnly(shape: Shape): boolean {
  if (shape.kind === "array") return true;
  const isObject = shape.kind === "object" || shape.kind === "tuple";
  return isObject && leavesOfShape(shape).every(({ of }) => of.kind === "number" || of.kind === "boolean");
}

/** A row that lies where no other is put: it is no longer one of those in the array. */
function keptApart(row: Binding): Binding {
  return row.kind === "view" ? { ...row, among: { index: known(0), count: known(1), made: Infinity } } : row;
}

/** A new object or tuple with the numbers of one in a pool. */
function copyOf(context: Context, place: Binding, shape: Shape, node: ts.Node): Binding {
  if (shape.kind === "array" && isArray(place)) return copyOfRow(context, place, shape, node);
  if (!isNestedCell(place)) return place;
  const member = (name: string, of: Shape): readonly [string, Binding] => {
    return [name, copyOf(context, memberOfPlace(context, place.cell, name, node), of, node)];
  };
  if (shape.kind === "object") {
    const members = shape.members.map(({ name, shape: of }) => member(name, of));
    const object = newCell(context, "object", members, node);
    const lacking = shape.members.flatMap(({ name }) => (mayLackInPool(place.cell, name) ? [name] : []));
    object.cell.mayLack = new Map(lacking.map((name) => [name, unknownPresence] as const));
    return object;
  }
  if (shape.kind !== "tuple") return poison;
  const entries = shape.elements.map((of, k) => member(String(k), of));
  return newCell(context, "tuple", entries);
}

/** A row of a few numbers becomes a tuple, others an array. */
function copyOfRow(
  context: Context,
  row: ArrayBinding,
  { element }: Extract<Shape, { kind: "array" }>,
  node: ts.Node,
): Binding {
  const length = lengthOf(context, row);
  if (length.kind === "known" && Number(length.value) <= mostInTuple && element === "number") {
    const entries = Array.from({ length: Number(length.value) }, (_, k) => {
      return [String(k), load(context, row, known(k), node)] as const;
    });
    return newCell(context, "tuple", entries);
  }
  const copy = allocate(context, element, length, "taken");
  countedLoop(context, node, known(0), length, "k", (k) => {
    store(context, copy, k, load(context, row, k, node), node);
  });
  return copy;
}

/** As many entries are written out. */
const mostInTuple = 8;
