/**
 * `stack.pop()` of objects of numbers that are kept in a pool (pools.ts): the last one leaves it, and is an object of its own from
 * then on. What is added next takes its place, so that no name that any of them had before may be used.
 */
import type { ts } from "ts-morph";
import type { Shape } from "../ir/signature.ts";
import { newCell } from "./aggregates.ts";
import { type Aggregate, type Binding, known, poison, undefinedValue } from "./binding.ts";
import { branch } from "./branch.ts";
import { unknownPresence } from "./chosen-members.ts";
import type { Context } from "./context.ts";
import { isAbove } from "./count-facts.ts";
import { operate, subtract } from "./emit.ts";
import { growNextTime, isGrowing } from "./grow-rows.ts";
import { setCount } from "./growth.ts";
import { isNestedCell, memberOfPlace } from "./nested.ts";
import { mayLackInPool } from "./optional-members.ts";
import { countOfPool, elementOfPool, leavesOfShape, viewsOfPool } from "./pools.ts";
import { loopsAround } from "./state.ts";

/** Undefined where it cannot be done. */
export function removeLastRow(context: Context, { cell }: Aggregate, node: ts.Node): Binding | undefined {
  const { nest } = cell;
  const [first] = viewsOfPool(context, cell);
  const { assumptions, state } = context;
  if (nest?.site === undefined || nest.shape.kind !== "rows" || first === undefined) return undefined;
  const { site, shape } = nest;
  if (!hasNumbersOnly(shape.of) || assumptions.rowsMove(site)) return undefined;
  if (!isGrowing(cell)) return growNextTime(context, cell) ? poison : undefined;
  const count = countOfPool(context, cell);
  const isSome = isAbove(context, count, 0) ? known(true) : operate(context, "gt", count, known(0));
  const last = subtract(context, count, known(1));
  const take = (): Binding => copyOf(context, elementOfPool(context, cell, last, node), shape.of, node);
  const taken = branch(context, isSome, take, () => undefinedValue);
  assumptions.replaceRows(site);
  for (const loop of loopsAround(state.frame, first.root.memory.age)) assumptions.noteReplacedIn(loop, site);
  context.replaced.set(site, ++context.clock);
  setCount(context, first.root, isSome.kind === "known" ? last : operate(context, "max", last, known(0)));
  return taken;
}

function hasNumbersOnly(shape: Shape): boolean {
  const isObject = shape.kind === "object" || shape.kind === "tuple";
  return isObject && leavesOfShape(shape).every(({ of }) => of.kind === "number" || of.kind === "boolean");
}

/** A new object or tuple with the numbers of one in a pool. */
function copyOf(context: Context, place: Binding, shape: Shape, node: ts.Node): Binding {
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
