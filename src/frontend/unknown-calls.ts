/** Calls of what has no source. Whether they may be left out is decided when the whole graph is there. */
import { ts } from "ts-morph";
import type { Graph, GraphNode, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, isLoop, nextOf } from "../ir/walk.ts";
import { rowOf } from "../operations/table.ts";
import { lowerEntries } from "./aggregates.ts";
import { isNestedCell, versionsIn } from "./nested.ts";
import { type Binding, poison, scalar, undefinedValue, type Unknown } from "./binding.ts";
import type { Activation, Context } from "./context.ts";
import { quoted, resolve } from "./emit.ts";
import { calledFrom, type SecondPlace } from "./reporter.ts";
import { callIn, declarationOf } from "./second-places.ts";
import { spanOf } from "./source-span.ts";

export function callUnknown(context: Context, target: Unknown, node: ts.CallExpression): Binding {
  if (target.name === "eval" && target.global) {
    context.reporter.report("ADJ2014", node, { what: "eval" }, "write the expression itself");
    return poison;
  }
  const values = lowerEntries(context, node.arguments);
  const parts = values.map(({ binding, node: at }) => ({
    node: at,
    ids: context.constantSince === undefined ? idsOf(context, binding) : [],
    isMemory: hasMemory(binding),
  }));
  const callee = /^[\w$.]+$/.test(node.expression.getText()) ? node.expression.getText() : target.name;
  const caller = callIn(context.activation);
  context.unknownCalls.push({ callee, caller, arguments: parts });
  if (isDiscarded(node)) return undefinedValue;
  if (parts.every(({ ids }) => ids.length === 0)) {
    context.reporter.report("ADJ2002", node, { callee });
  } else context.unknownResults.push({ callee, node, ids: parts.flatMap(({ ids }) => ids) });
  return poison;
}

/** A number that only the run knows: `Math.random()`. A module has it once, and the generated function cannot have that. */
export function opaque(context: Context, text: string, node: ts.Node): Binding {
  const { builder, reporter } = context;
  for (let at: Activation | undefined = context.activation; at !== undefined; at = at.caller) {
    if (!at.isModule) continue;
    reporter.report("ADJ2019", node, { what: text });
    return poison;
  }
  const result = builder.fresh("number");
  builder.push({ kind: "opaque", text, result, ...builder.place(), span: spanOf(node) });
  return scalar(result);
}

/** Whether it is, or holds, something that can be changed by whoever gets it: an array, an object, a function. */
function hasMemory(binding: Binding): boolean {
  if (binding.kind === "choice") return hasMemory(binding.then) || hasMemory(binding.else);
  return binding.kind === "view" || binding.kind === "aggregate" || binding.kind === "function";
}

function isDiscarded(node: ts.CallExpression): boolean {
  return ts.isExpressionStatement(node.parent);
}

/** The numbers and the versions of arrays that are given. */
export function versionsOf(context: Context, given: readonly Binding[]): readonly ValueId[] {
  return given.flatMap((binding) => idsOf(context, binding));
}

function idsOf(context: Context, binding: Binding): readonly ValueId[] {
  switch (binding.kind) {
    case "scalar":
      return [binding.id];
    case "text":
      return binding.number === undefined ? [] : idsOf(context, binding.number);
    case "view": {
      const version = context.state.read(binding.root.memory);
      return version.kind === "scalar" ? [version.id] : [];
    }
    case "choice":
      return [...idsOf(context, binding.then), ...idsOf(context, binding.else)];
    case "aggregate":
      if (isNestedCell(binding)) return versionsIn(context, binding.cell);
      return [...binding.cell.members.values()].flatMap((member) => idsOf(context, context.state.read(member)));
    default:
      return [];
  }
}

/** Reports what active values flow into. `integers` are the parameters that are no floats. */
export function checkUnknownCalls(context: Context, graph: Graph, integers: ReadonlySet<number>): void {
  if (context.unknownCalls.length === 0) return;
  const active = activeValues(graph, integers);
  for (const { callee, caller, arguments: parts } of context.unknownCalls) {
    for (const { node, ids, isMemory } of parts) {
      const origin = ids.map((id) => active.get(resolve(context, id))).find((each) => each !== undefined);
      const isActive = origin !== undefined;
      if (!isActive && !isMemory) continue;
      const values = { value: quoted(node), callee };
      const hint = isActive && isOwn(context, node) ? insteadOfOwn : undefined;
      context.reporter.report(isActive ? "ADJ2001" : "ADJ2018", node, values, hint, [
        ...(origin === undefined ? [] : originOf(graph, origin)),
        ...(caller === undefined ? [] : [calledFrom(caller)]),
      ]);
    }
  }
  for (const { callee, node, ids } of context.unknownResults) {
    if (!ids.some((id) => active.has(resolve(context, id)))) context.reporter.report("ADJ2002", node, { callee });
  }
}

const insteadOfOwn = "take the call out of the function, or pass it only what does not depend on the parameters";

/** Whether what is called is JavaScript's own: nobody can give it a body. */
function isOwn(context: Context, argument: ts.Node): boolean {
  const call = ts.findAncestor(argument, ts.isCallExpression);
  let callee: ts.Node | undefined = call?.expression;
  while (callee !== undefined && ts.isPropertyAccessExpression(callee)) callee = callee.expression;
  return callee !== undefined && ts.isIdentifier(callee) && declarationOf(context.names, callee) === undefined;
}

/** Where an active value comes from. */
function originOf({ parameters }: Graph, index: number): readonly SecondPlace[] {
  const parameter = parameters[index];
  if (parameter === undefined) return [];
  return [{ span: parameter.span, message: `it depends on the parameter ${parameter.path.join(".")}` }];
}

/** What depends, with a derivative, on a float parameter, and on which of them: the first one that is found. */
function activeValues(graph: Graph, integers: ReadonlySet<number>): ReadonlyMap<ValueId, number> {
  const active = new Map<ValueId, number>();
  graph.parameters.forEach(({ value, type }, k) => {
    const isFloat = typeof type === "object" ? ["f64", "f32", "number"].includes(type.element) : type === "number";
    if (isFloat && !integers.has(k)) active.set(value, k);
  });
  let size = -1;
  while (size < active.size) {
    size = active.size;
    spread(graph.body, active);
  }
  return active;
}

function spread(region: Region, active: Map<ValueId, number>): void {
  const flow = (to: ValueId | undefined, ...from: readonly (ValueId | undefined)[]): void => {
    const origin = from.map((id) => (id === undefined ? undefined : active.get(id))).find((each) => each !== undefined);
    if (to !== undefined && origin !== undefined && !active.has(to)) active.set(to, origin);
  };
  const visit = (node: GraphNode): void => {
    if (node.kind === "operation" && rowOf(node.operation).pullback !== "none") flow(node.result, ...node.operands);
    else if (node.kind === "load") flow(node.result, node.array);
    else if (node.kind === "store") flow(node.result, node.array, node.value);
    else if (node.kind === "if") {
      spread(node.then, active);
      spread(node.else, active);
      node.results.forEach((result, k) => flow(result, node.then.yields[k], node.else.yields[k]));
    } else if (isLoop(node)) {
      const next = nextOf(node);
      carriedOf(node).forEach((argument, k) => flow(argument, node.inits[k], next[k]));
      spread(node.body, active);
      node.results.forEach((result, k) => flow(result, node.inits[k], next[k]));
    }
  };
  region.nodes.forEach(visit);
}
