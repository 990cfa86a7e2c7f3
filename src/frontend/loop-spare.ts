/** Arrays that are made in every round of a loop, made once before it. */
import type {
  AllocateNode,
  ConstantNode,
  GraphNode,
  LengthNode,
  LoadNode,
  OperationNode,
  ValueId,
} from "../ir/graph.ts";
import { pairing } from "../ir/nested.ts";
import { isOperationName } from "../operations/table.ts";
import { isValue, known, type Root, scalar, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { idOf, operate, resolve, sameBinding } from "./emit.ts";
import { carry, type ClosingLoop } from "./loop-carry.ts";
import { lowerLoop } from "./loop.ts";

/** The node that allocates an array in the body. */
export function allocationOf(closing: ClosingLoop, root: Root): GraphNode | undefined {
  let origin = root;
  while (origin.origin !== undefined) origin = origin.origin;
  return closing.bodyNodes.find((node) => node.kind === "allocate" && node.result === origin.allocated);
}

/** In the body, `spare` takes the place of a new array: it is filled with zeros, if that was. Gives the version after the loop. */
export function useSpare(
  context: Context,
  closing: ClosingLoop,
  root: Root,
  spare: ValueId,
  next: Value,
): ValueId | undefined {
  const { builder } = context;
  const node = allocationOf(closing, root);
  if (node?.kind !== "allocate") return undefined;
  const argument = builder.fresh({ kind: "array", element: node.element }, root.name);
  // Of some arrays every entry is stored before it is read.
  if (!node.filled) context.substitutes.set(node.result, argument);
  const zeros = node.filled ? zeroFill(context, node, argument) : [];
  closing.bodyNodes.splice(closing.bodyNodes.indexOf(node), 1, ...zeros);
  return carry(context, closing, `spare ${argument}`, argument, spare, next);
}

/** In the place of an allocation: `array` filled with zeros. */
export function zeroFill(context: Context, node: AllocateNode, array: ValueId): readonly GraphNode[] {
  const value = context.builder.fresh("number");
  return fill(context, node, array, node.result, () => ({
    kind: "constant",
    value: 0,
    result: value,
    span: node.span,
  }));
}

/** `array` with what the array `from` has, which is as long as `node` makes it. */
export function copyFill(
  context: Context,
  node: AllocateNode,
  array: ValueId,
  from: ValueId,
  copied: ValueId,
): readonly GraphNode[] {
  const value = context.builder.fresh("number");
  return fill(context, node, array, copied, (index) => {
    return { kind: "load", array: from, index, result: value, span: node.span };
  });
}

function fill(
  { builder }: Context,
  node: AllocateNode,
  array: ValueId,
  result: ValueId,
  valueAt: (index: ValueId) => ConstantNode | LoadNode,
): readonly GraphNode[] {
  const place = { span: node.span };
  const [type, name] = [builder.typeOf(array), builder.nameOf(array)];
  const [start, index] = [builder.fresh("number"), builder.fresh("number", "k")];
  const [inner, stored] = [builder.fresh(type, name), builder.fresh(type, name)];
  const value = valueAt(index);
  return [
    { kind: "constant", value: 0, result: start, ...place },
    {
      kind: "for",
      start,
      bound: node.length,
      step: 1,
      inclusive: false,
      inits: [array],
      body: {
        arguments: [index, inner],
        nodes: [
          value,
          { kind: "store", array: inner, index, value: value.result, isInside: true, result: stored, ...place },
        ],
        yields: [stored],
      },
      stops: false,
      results: [result],
      trips: builder.fresh("number"),
      stopped: undefined,
      ...place,
    },
  ];
}

/** A number of the body, computed before the loop if it does not depend on the loop. */
export function outsideOf(context: Context, closing: ClosingLoop, value: Value): Value | undefined {
  if (value.kind === "known") return value;
  const id = resolve(context, value.id);
  if (id <= closing.mark || context.everywhere.has(id)) return scalar(id);
  const node = context.definitions.get(id);
  if (node?.kind === "constant") return known(node.value);
  if (node?.kind !== "operation" || !isOperationName(node.operation)) return undefined;
  const operands = node.operands.map((operand) => outsideOf(context, closing, scalar(operand)));
  const outside = operands.filter((operand) => operand !== undefined);
  return outside.length < operands.length ? undefined : operate(context, node.operation, ...outside);
}

/**
 * The largest that a number of the body is in any round, found by a loop of its own before the loop:
 *
 *   for (const { W, nOut } of layers) { const next = new Float64Array(nOut); … }   ->   the largest nOut
 *
 * Only of a counted loop that is not left early, for what can be computed from its index and what it does not change.
 */
export function largestOf(context: Context, closing: ClosingLoop, value: Value): Value | undefined {
  const outside = outsideOf(context, closing, value);
  const { counted, stopped, node } = closing;
  if (outside !== undefined || value.kind === "known") return outside;
  if (counted === undefined || stopped !== undefined) return undefined;
  const { state } = context;
  if (!canRedo(context, closing, counted.index, value.id)) return undefined;
  const most = state.create("hidden", "most", known(0));
  lowerLoop(context, {
    node,
    kind: { kind: "for", start: counted.start, bound: counted.bound, step: counted.step, inclusive: counted.inclusive },
    indexName: "k",
    counter: undefined,
    body: (index) => {
      const before = state.read(most);
      const own = redo(context, closing, counted.index, value.id, index);
      if (isValue(before)) state.write(most, operate(context, "max", before, own));
    },
    breakCode: context.nextCode++,
    continueCode: context.nextCode++,
  });
  const found = state.read(most);
  return isValue(found) ? found : undefined;
}

/** Whether the number can be computed again, given an index of the loop. */
export function canRedo(context: Context, closing: ClosingLoop, index: ValueId, value: ValueId): boolean {
  const id = resolve(context, value);
  if (id === index || id <= closing.mark || context.everywhere.has(id)) return true;
  const node = context.definitions.get(id);
  const can = (operand: ValueId): boolean => canRedo(context, closing, index, operand);
  switch (node?.kind) {
    case "constant":
      return true;
    case "operation":
      return (isOperationName(node.operation) || node.operation === pairing) && node.operands.every(can);
    case "length":
      return node.at === undefined || can(node.at);
    case "load":
      return steadyVersion(context, closing, node.array) !== undefined && can(node.index);
    default:
      return false;
  }
}

function redo(context: Context, closing: ClosingLoop, index: ValueId, value: ValueId, given: Value): Value {
  const id = resolve(context, value);
  if (id === index) return given;
  if (id <= closing.mark || context.everywhere.has(id)) return scalar(id);
  const node = context.definitions.get(id);
  const again = (operand: ValueId): Value => redo(context, closing, index, operand, given);
  if (node?.kind === "constant") return known(node.value);
  if (node?.kind === "operation" && isOperationName(node.operation)) {
    return operate(context, node.operation, ...node.operands.map(again));
  }
  const copy = node && copyOf(context, closing, node, (operand) => idOf(context, again(operand)));
  if (copy === undefined) return scalar(id);
  context.builder.push(copy);
  context.definitions.set(copy.result, copy);
  return scalar(copy.result);
}

/** What reads an array, or names an entry of one, for the operands of another round. */
function copyOf(
  context: Context,
  closing: ClosingLoop,
  node: GraphNode,
  again: (operand: ValueId) => ValueId,
): LoadNode | LengthNode | OperationNode | undefined {
  const own = { result: context.builder.fresh("number"), ...context.builder.place() };
  switch (node.kind) {
    case "operation":
      return { ...node, operands: node.operands.map(again), ...own };
    case "length":
      return { ...node, ...(node.at !== undefined && { at: again(node.at) }), ...own };
    case "load": {
      const array = steadyVersion(context, closing, node.array);
      return array && { ...node, array, index: again(node.index), ...own };
    }
    default:
      return undefined;
  }
}

/** The version of an array that the loop does not change, from before the loop. */
function steadyVersion(context: Context, closing: ClosingLoop, version: ValueId): ValueId | undefined {
  const id = resolve(context, version);
  if (id <= closing.mark) return id;
  for (const [location, { before, entry }] of closing.frame.imports) {
    if (entry?.kind !== "scalar" || entry.argument !== id || before.kind !== "scalar") continue;
    return sameBinding(context, closing.last.get(location) ?? entry.binding, entry.binding) ? before.id : undefined;
  }
  return undefined;
}
