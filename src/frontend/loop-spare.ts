/** Arrays that are made in every round of a loop, made once before it. */
import type { GraphNode, ValueId } from "../ir/graph.ts";
import { isOperationName } from "../operations/table.ts";
import { known, type Root, scalar, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { operate, resolve } from "./emit.ts";
import { carry, type ClosingLoop } from "./loop-carry.ts";

/** The node that allocates an array in the body. */
export function allocationOf(closing: ClosingLoop, root: Root): GraphNode | undefined {
  let origin = root;
  while (origin.origin !== undefined) origin = origin.origin;
  return closing.bodyNodes.find((node) => node.kind === "allocate" && node.result === origin.allocated);
}

/** In the body, `spare` takes the place of a new array: it is filled with zeros. Gives the version after the loop. */
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
  const place = { span: node.span };
  const array = { kind: "array", element: node.element } as const;
  const argument = builder.fresh(array, root.name);
  const [start, index, zero] = [builder.fresh("number"), builder.fresh("number", "k"), builder.fresh("number")];
  const [inner, stored] = [builder.fresh(array, root.name), builder.fresh(array, root.name)];
  const nodes: readonly GraphNode[] = [
    { kind: "constant", value: 0, result: start, ...place },
    {
      kind: "for",
      start,
      bound: node.length,
      step: 1,
      inclusive: false,
      inits: [argument],
      body: {
        arguments: [index, inner],
        nodes: [
          { kind: "constant", value: 0, result: zero, ...place },
          { kind: "store", array: inner, index, value: zero, result: stored, ...place },
        ],
        yields: [stored],
      },
      stops: false,
      results: [node.result],
      trips: builder.fresh("number"),
      stopped: undefined,
      ...place,
    },
  ];
  closing.bodyNodes.splice(closing.bodyNodes.indexOf(node), 1, ...nodes);
  return carry(context, closing, `spare ${argument}`, argument, spare, next);
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
