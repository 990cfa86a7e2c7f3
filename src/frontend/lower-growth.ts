/** Methods that change the length of an array. */
import type { ts } from "ts-morph";
import { type ArrayBinding, isArray, lengthOf } from "./arrays.ts";
import { type Binding, poison, scalar } from "./binding.ts";
import { branch } from "./branch.ts";
import { givenArguments } from "./call-arguments.ts";
import type { Context } from "./context.ts";
import { numberOf, quoted } from "./emit.ts";
import { entryNumber } from "./entry-number.ts";
import { isRowOfPool, popFromRow, pushToRow } from "./grow-one-row.ts";
import { isEntryOfRows, noteEntries } from "./grow-rows.ts";
import { append, appendAll, insertFirst, onEach, removeFirst, removeLast } from "./growth.ts";

const methods: ReadonlySet<string> = new Set(["push", "pop", "shift", "unshift", "splice"]);

export function changesLength(method: string): boolean {
  return methods.has(method);
}

/** `stack` of `stack.push(1)`. */
export function ownerOf(node: ts.CallExpression): string {
  return quoted(node.expression).replace(/\.\w+$/, "");
}

export function lowerGrowth(context: Context, array: ArrayBinding, method: string, node: ts.CallExpression): Binding {
  if (isRowOfPool(array)) return changeRow(context, array, method, node);
  switch (method) {
    case "push":
      return push(context, array, node);
    case "unshift":
      return unshift(context, array, node);
    case "pop":
      return onEach(context, array, node, (view) => removeLast(context, view, node));
    case "shift":
      return onEach(context, array, node, (view) => removeFirst(context, view, node));
    default:
      context.reporter.report("ADJ2030", node, { method });
      return poison;
  }
}

/** The same of a row among others. */
function changeRow(context: Context, array: ArrayBinding, method: string, node: ts.CallExpression): Binding {
  const given = givenArguments(context, node.arguments);
  const change = (row: ArrayBinding): Binding => {
    if (row.kind === "choice") {
      return branch(
        context,
        scalar(row.condition),
        () => change(row.then),
        () => change(row.else),
      );
    }
    const isOne = given.every(({ isSpread }) => !isSpread);
    if (row.isConstant !== true && isRowOfPool(row) && isOne && method === "push") {
      const values = given.map(({ binding, node: at }) => numberOf(context, binding, at));
      return pushToRow(context, row, values, node) ?? poison;
    }
    if (row.isConstant !== true && isRowOfPool(row) && method === "pop") return popFromRow(context, row, node);
    context.reporter.report("ADJ2031", node, { name: ownerOf(node) });
    return poison;
  };
  return change(array);
}

function push(context: Context, array: ArrayBinding, node: ts.CallExpression): Binding {
  const given = givenArguments(context, node.arguments);
  return onEach(context, array, node, (view) => {
    const { way } = view.root;
    const row = given.find(({ binding, isSpread, node: at }) => !isSpread && isEntryOfRows(context, binding, at));
    if (row !== undefined && way !== undefined) return noteEntries(context, way, row.binding, row.node);
    for (const { node: at, isSpread, binding } of given) {
      if (!isSpread) append(context, view, entryNumber(context, binding, at), node);
      else if (isArray(binding)) appendAll(context, view, binding, node);
    }
    return lengthOf(context, view);
  });
}

function unshift(context: Context, array: ArrayBinding, node: ts.CallExpression): Binding {
  const given = givenArguments(context, node.arguments);
  return onEach(context, array, node, (view) => {
    const spread = given.find(({ isSpread }) => isSpread);
    if (spread !== undefined) {
      context.reporter.report("ADJ2012", spread.node);
      return poison;
    }
    insertFirst(
      context,
      view,
      given.map(({ node: at, binding }) => entryNumber(context, binding, at)),
      node,
    );
    return lengthOf(context, view);
  });
}
