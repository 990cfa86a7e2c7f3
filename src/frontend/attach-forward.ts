/**
 * Attaches what a `@jvpOf` says. Of numbers: for each parameter the tangent that the rule gives for a tangent of 1 there, as a
 * slope. Where there are arrays, the rule is lowered with tangents that are 0 and carry the derivatives of the parameters;
 * what it gives is 0 then, and carries the derivative of the result. So the reverse of the rule is what reverse mode runs.
 *
 *     t = carry(x)         y = attach(f(x), rule(stopGradient(x), t), 1)
 */
import { newCell } from "./aggregates.ts";
import { allocate, elementOf, isArray, lengthOf, load, storeAt } from "./arrays.ts";
import { copyArray } from "./array-copy.ts";
import { type Binding, isValue, known, poison, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { isDate } from "./dates.ts";
import { numberOf, operate, structuralZero, typeOf } from "./emit.ts";
import { dependences } from "./linear-in.ts";
import {
  argumentsFor,
  callRule,
  constantOf,
  holdsFloats,
  isActive,
  isLinear,
  nodesOf,
  refuseNonlinear,
  type RuledCall,
  valuesIn,
} from "./rule-call.ts";
import { floatParameters } from "./rule-signature.ts";
import type { Rule } from "./rules.ts";
import { stopped } from "./stop-gradient.ts";

export type ForwardAttachment = "attach" | "attachForward";

export function attachForward(call: RuledCall, rule: Rule, value: Binding, operation: ForwardAttachment): Binding {
  const { context, given, node } = call;
  const { builder, reporter } = context;
  const floats = floatParameters(context.names, rule);
  const count = rule.declaration.parameters.length - floats.length;
  const isOfNumbers = floats.every((k) => isNumberLike(given[k])) && !holdsArray(context, value);
  const values = argumentsFor(given, count);
  const kept = isOfNumbers ? values : values.map((each) => stopped(context, each, node));
  const tangents = floats.map((k) => tangentOf(call, given[k] ?? structuralZero, operation));
  const said = reporter.diagnostics.length;
  let result: Binding = poison;
  const nodes = nodesOf(context, () => {
    result = callRule(call, rule, [...kept, ...tangents]);
  });
  if (reporter.diagnostics.length > said) return poison;
  const carriers = new Set(tangents.flatMap((tangent) => valuesIn(context, tangent)));
  const of = dependences(nodes, carriers, (id) => constantOf(context, id));
  if (!valuesIn(context, result).every((id) => isLinear(of(id)))) {
    refuseNonlinear(call, rule, rule.declaration.parameters.slice(count));
    return poison;
  }
  if (!isOfNumbers) {
    nodes.forEach((each) => builder.push(each));
    return attachAll(call, value, result, { operation, towards: undefined });
  }
  return floats.reduce<Binding>((sum, k) => {
    const parameter = given[k];
    if (parameter === undefined || !isValue(parameter) || !isActive(context, parameter)) return sum;
    const unit = floats.map((each) => (each === k ? known(1) : structuralZero));
    const slope = callRule(call, rule, [...values, ...unit]);
    return attachAll(call, sum, slope, { operation, towards: parameter });
  }, value);
}

function isNumberLike(binding: Binding | undefined): boolean {
  return binding === undefined || isValue(binding) || binding.kind === "known";
}

function holdsArray(context: Context, binding: Binding): boolean {
  if (isArray(binding)) return true;
  if (binding.kind !== "aggregate") return false;
  return [...binding.cell.members.values()].some((member) => holdsArray(context, context.state.read(member)));
}

/** What is 0, and has the derivative of what is given; without the parts that hold no floats. */
function tangentOf(call: RuledCall, given: Binding, operation: ForwardAttachment): Binding {
  const { context, node, refuse } = call;
  const carry = operation === "attach" ? "carry" : "carryForward";
  if (isValue(given)) return isActive(context, given) ? operate(context, carry, given) : structuralZero;
  if (isArray(given)) {
    const length = lengthOf(context, given);
    const tangents = allocate(context, elementOf(given), length, undefined);
    if (!isActive(context, given)) return tangents;
    countedLoop(context, node, known(0), length, "k", (k) => {
      storeAt(context, tangents, k, operate(context, carry, load(context, given, k, node)), node);
    });
    return tangents;
  }
  if (given.kind === "known") return structuralZero;
  if (given.kind !== "aggregate" || given.cell.nest !== undefined) {
    return refuse("is given an array of arrays or objects, or one thing or another");
  }
  const { shape } = given.cell;
  const floats = [...given.cell.members].flatMap(([name, member]) => {
    const part = context.state.read(member);
    return holdsFloats(context, part) ? [[name, part] as const] : [];
  });
  const parts = floats.map(([name, part], k) => {
    return [shape === "tuple" ? String(k) : name, tangentOf(call, part, operation)] as const;
  });
  return newCell(context, shape, parts);
}

interface Attachment {
  readonly operation: ForwardAttachment;
  /** The number that the rule's result is the slope towards; none where it carries the derivative itself. */
  readonly towards: Value | undefined;
}

function attachNumber(context: Context, value: Value, { operation, towards }: Attachment, slope: Value): Value {
  return towards === undefined
    ? operate(context, operation, value, slope, known(1))
    : operate(context, operation, value, towards, slope);
}

/** Each number of the result with that of the tangent at its place. */
function attachAll(call: RuledCall, value: Binding, tangent: Binding | undefined, attachment: Attachment): Binding {
  const { context, node, refuse } = call;
  if (value.kind === "poison" || tangent === undefined || tangent === structuralZero) return value;
  if (isValue(value)) {
    if (typeOf(context, value) !== "number") return value;
    return attachNumber(context, value, attachment, numberOf(context, tangent, node));
  }
  if (value.kind === "known" || value.kind === "text") return value;
  if (isArray(value)) {
    if (!isArray(tangent)) return refuse("gives an array, and its rule gives none");
    const isOwn = value.kind === "view" && value.isConstant !== true;
    const own = isOwn ? value : copyArray(context, value, elementOf(value), lengthOf(context, value), node, undefined);
    countedLoop(context, node, known(0), lengthOf(context, own), "k", (k) => {
      const [entry, carried] = [load(context, own, k, node), load(context, tangent, k, node)];
      storeAt(context, own, k, attachNumber(context, entry, attachment, carried), node);
    });
    return own;
  }
  if (value.kind !== "aggregate" || value.cell.nest !== undefined || isDate(value)) {
    return refuse("gives an array of arrays or objects, or one thing or another");
  }
  if (tangent.kind !== "aggregate") return refuse("gives an object or tuple, and its rule gives none");
  const { shape, members, prototype, literal } = value.cell;
  let place = 0;
  const attached = [...members].map(([name, member]) => {
    const part = context.state.read(member);
    if (!holdsFloats(context, part)) return [name, part] as const;
    const towards = tangent.cell.members.get(shape === "tuple" ? String(place++) : name);
    return [name, attachAll(call, part, towards && context.state.read(towards), attachment)] as const;
  });
  return newCell(context, shape, attached, literal, false, prototype);
}
