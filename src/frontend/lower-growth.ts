/** Methods that change the length of an array. */
import { ts } from "ts-morph";
import { asOne } from "./aggregates.ts";
import { type ArrayBinding, isArray, lengthOf } from "./arrays.ts";
import { type Binding, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { numberOf, quoted } from "./emit.ts";
import { append, appendAll, insertFirst, onEach, removeFirst, removeLast } from "./growth.ts";
import { lowerExpression } from "./lower-expression.ts";

const methods: ReadonlySet<string> = new Set(["push", "pop", "shift", "unshift", "splice"]);

export function changesLength(method: string): boolean {
  return methods.has(method);
}

/** `stack` of `stack.push(1)`. */
export function ownerOf(node: ts.CallExpression): string {
  return quoted(node.expression).replace(/\.\w+$/, "");
}

export function lowerGrowth(context: Context, array: ArrayBinding, method: string, node: ts.CallExpression): Binding {
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

interface Given {
  readonly node: ts.Node;
  readonly isSpread: boolean;
  readonly binding: Binding;
}

/** All arguments, before anything is added: `y.push(y.length, y[0])`. */
function argumentsOf(context: Context, node: ts.CallExpression): readonly Given[] {
  return node.arguments.flatMap((argument): readonly Given[] => {
    if (!ts.isSpreadElement(argument)) {
      return [{ node: argument, isSpread: false, binding: lowerExpression(context, argument) }];
    }
    const source = asOne(context, lowerExpression(context, argument.expression), argument);
    if (source.kind !== "aggregate" || source.cell.shape !== "tuple") {
      return [{ node: argument, isSpread: true, binding: source }];
    }
    const members = [...source.cell.members.values()];
    return members.map((member) => ({ node: argument, isSpread: false, binding: context.state.read(member) }));
  });
}

function push(context: Context, array: ArrayBinding, node: ts.CallExpression): Binding {
  const given = argumentsOf(context, node);
  return onEach(context, array, node, (view) => {
    for (const { node: at, isSpread, binding } of given) {
      if (!isSpread) append(context, view, numberOf(context, binding, at), node);
      else if (isArray(binding)) appendAll(context, view, binding, node);
      else if (binding.kind !== "poison") context.reporter.report("ADJ2012", at);
    }
    return lengthOf(context, view);
  });
}

function unshift(context: Context, array: ArrayBinding, node: ts.CallExpression): Binding {
  const given = argumentsOf(context, node);
  return onEach(context, array, node, (view) => {
    const spread = given.find(({ isSpread }) => isSpread);
    if (spread !== undefined) {
      context.reporter.report("ADJ2012", spread.node);
      return poison;
    }
    insertFirst(
      context,
      view,
      given.map(({ node: at, binding }) => numberOf(context, binding, at)),
      node,
    );
    return lengthOf(context, view);
  });
}
