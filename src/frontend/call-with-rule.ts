/**
 * Calls of functions that have a rule (`@vjpOf`, `@jvpOf`). The value is what the body gives, as a constant to the derivative;
 * to it is attached what the rule says, one parameter after the other:
 *
 *     y = attach(stopGradient(f(x)), x, g)          g: the gradient that the rule gives for a seed of 1
 *
 * From there on that is an operation like any other: what the reverse sweep reads of it is kept, or computed again. The
 * rule is lowered where the call stands, as a helper is, so it is differentiated itself where that is asked for.
 */
import type { ts } from "ts-morph";
import { present } from "../diagnostics/invariant.ts";
import type { ValueId } from "../ir/graph.ts";
import { isArray, lengthOf, load, type ArrayBinding, elementOf } from "./arrays.ts";
import { attachInLoops, type SlopePair } from "./attach-in-loop.ts";
import { attachTerms } from "./attach-terms.ts";
import { type Aggregate, type Binding, type FunctionValue, isValue, known, scalar, type Value } from "./binding.ts";
import { newCell } from "./aggregates.ts";
import { asConstant } from "./constant-call.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { throwIf } from "./demand.ts";
import { isSameNumber, numberOf, operate, quoted, structuralZero, typeOf } from "./emit.ts";
import { isDate } from "./dates.ts";
import { inlineCall, nameOf } from "./lower-call.ts";
import { type Dependence, dependences } from "./linear-in.ts";
import { moduleBinding } from "./module-values.ts";
import { floatParameters } from "./rule-signature.ts";
import type { Rule } from "./rules.ts";
import { versionsOf } from "./unknown-calls.ts";
import type { GraphNode } from "../ir/graph.ts";

/** The second derivative of a call reads the rule's own derivative, and no derivative that there is reads further. */
const deepest = 2;

/** Undefined where the function has no rule. `run` lowers the body. */
export function callWithRule(
  context: Context,
  target: FunctionValue,
  given: readonly Binding[],
  node: ts.Node,
  run: () => Binding,
): Binding | undefined {
  const { declaration } = target;
  const [reverse, forward] = [ruleOf(context, target, "vjpOf"), ruleOf(context, target, "jvpOf")];
  const rule = reverse ?? forward;
  if (rule === undefined) return undefined;
  const depth = context.openRules.get(declaration) ?? 0;
  if (depth >= deepest) return asConstant(context, node, run);
  const before = versionsOf(context, given);
  const value = asConstant(context, node, run);
  const after = versionsOf(context, given);
  const name = nameOf(declaration);
  const refuse = (what: string): Binding => {
    context.reporter.report("ADJ2073", node, { function: name, what }, undefined, [ruleNote(rule)]);
    return { kind: "poison", report: undefined };
  };
  if (before.some((version, k) => version !== after[k])) return refuse("writes to what it is given");
  if (value.kind === "poison") return value;
  context.openRules.set(declaration, depth + 1);
  const call: RuledCall = { context, name, node, given, refuse };
  const attached = attachToAll(call, value, (leaf, path) => {
    const onReverse =
      reverse === undefined ? leaf : attachReverse(call, reverse, value, leaf, path, forward !== undefined);
    if (forward === undefined || !isValue(onReverse)) return onReverse;
    return attachForward(call, forward, onReverse, path, reverse !== undefined);
  });
  context.openRules.set(declaration, depth);
  return attached;
}

interface RuledCall {
  readonly context: Context;
  readonly name: string;
  readonly node: ts.Node;
  readonly given: readonly Binding[];
  readonly refuse: (what: string) => Binding;
}
/** Where a number stands in what the function gives: the members that lead there. */
type Path = readonly string[];

function ruleOf(context: Context, { declaration }: FunctionValue, mode: Rule["mode"]): Rule | undefined {
  return context.rules.find((rule) => rule.mode === mode && targetOf(context, rule) === declaration);
}

function targetOf(context: Context, rule: Rule): ts.Node | undefined {
  const before = context.ruleTargets.get(rule);
  if (before !== undefined) return before.kind === "function" ? before.declaration : undefined;
  const binding = moduleBinding(context, rule.target, rule.declaration);
  context.ruleTargets.set(rule, binding);
  return binding.kind === "function" ? binding.declaration : undefined;
}

function ruleNote({ span, mode, targetName }: Rule) {
  return { span, message: `@${mode} ${targetName} is its rule` };
}

/** Every number of what the function gives, which is a number or an object or tuple of numbers that the call has made. */
function attachToAll(
  call: RuledCall,
  value: Binding,
  attach: (leaf: Value, path: Path) => Binding,
  path: Path = [],
): Binding {
  const { context, refuse } = call;
  if (isValue(value)) return typeOf(context, value) === "number" ? attach(value, path) : value;
  if (value.kind === "known" || value.kind === "text") return value;
  if (isArray(value)) return refuse("gives an array");
  if (value.kind !== "aggregate" || value.cell.nest !== undefined || isDate(value)) {
    return refuse("gives what is no number, and no object or tuple of numbers");
  }
  const { shape, members, prototype } = value.cell;
  const attached = [...members].map(([name, member]) => {
    return [name, attachToAll(call, context.state.read(member), attach, [...path, name])] as const;
  });
  return newCell(context, shape, attached, value.cell.literal, false, prototype);
}

function attachReverse(
  call: RuledCall,
  rule: Rule,
  value: Binding,
  y: Value,
  path: Path,
  hasForward: boolean,
): Binding {
  const { context, given } = call;
  const { builder } = context;
  const floats = floatParameters(context.names, rule);
  const count = rule.declaration.parameters.length - 1;
  const seed = builder.fresh("number", "seed");
  let gradients: readonly (Binding | undefined)[] = [];
  const said = context.reporter.diagnostics.length;
  const { nodes } = builder.region([], () => {
    builder.push({ kind: "constant", value: 1, result: seed, ...builder.place() });
    const seeds = seedAt(context, value, path, scalar(seed));
    const gradient = callRule(call, rule, [...argumentsFor(given, count), seeds]);
    gradients = gradientsOf(call, rule, gradient, floats);
    return [];
  });
  if (context.reporter.diagnostics.length > said) return { kind: "poison", report: undefined };
  const of = dependences(nodes, new Set([seed]), (value) => constantOf(context, value));
  const pairs = floats.flatMap((k) => {
    const [parameter, gradient] = [given[k], gradients[k]];
    return parameter === undefined || gradient === undefined ? [] : [{ parameter, gradient }];
  });
  const all = pairs.flatMap(({ gradient }) => valuesIn(context, gradient));
  if (all.every((value) => isLinear(of(value)))) {
    const operation = hasForward ? "attachReverse" : "attach";
    const leaves = pairs.flatMap(({ parameter, gradient }) => leafPairs(call, parameter, gradient));
    const arrays = leaves.filter((leaf): leaf is SlopePair => isArray(leaf.parameter) && leaf.slope.kind === "view");
    const inLoops = attachInLoops(context, operation, y, arrays, nodes, call.node);
    inLoops.nodes.forEach((each) => builder.push(each));
    const others = leaves.filter(
      (leaf) => !arrays.some((each) => each === leaf) || inLoops.left.some((each) => each === leaf),
    );
    return others.reduce<Binding>((sum, { parameter, slope }) => {
      return isValue(sum) ? attachLeaf(call, operation, sum, parameter, slope) : sum;
    }, inLoops.y);
  }
  const numbers = pairs.filter((pair): pair is { parameter: Value; gradient: Value } => {
    return isValue(pair.parameter) && isValue(pair.gradient);
  });
  const operation = hasForward ? "attachRuleReverse" : "attachRule";
  const attached =
    numbers.length === pairs.length && path.length === 0
      ? attachTerms(context, operation, y, numbers, { nodes, seed, isVaried: (value) => !isFixed(of(value)) })
      : undefined;
  if (attached !== undefined) return attached;
  const [at = rule.declaration] = rule.declaration.parameters.slice(-1);
  context.reporter.report("ADJ2074", at, { rule: nameOf(rule.declaration), by: quoted(at.name ?? at) }, undefined, [
    { span: rule.span, message: `it is the rule of ${rule.targetName}` },
  ]);
  return { kind: "poison", report: undefined };
}

function attachForward(call: RuledCall, rule: Rule, y: Value, path: Path, hasReverse: boolean): Binding {
  const { context, given } = call;
  const { builder, reporter } = context;
  const floats = floatParameters(context.names, rule);
  const count = rule.declaration.parameters.length - floats.length;
  const said = reporter.diagnostics.length;
  // What has parts, or entries, has more directions than one.
  for (const k of floats) {
    const parameter = given[k];
    if (parameter === undefined || isValue(parameter) || parameter.kind === "known") continue;
    if (hasReverse) return call.refuse("has a @jvpOf with a tangent that is no number, beside its @vjpOf");
    return call.refuse("has a @jvpOf with a tangent that is no number, and no @vjpOf");
  }
  const tangents = new Map(floats.map((k) => [k, builder.fresh("number", "tangent")] as const));
  const all = argumentsFor(given, count);
  let result: Binding = known(0);
  const { nodes } = builder.region([], () => {
    for (const id of tangents.values()) {
      builder.push({ kind: "constant", value: 1, result: id, ...builder.place() });
    }
    result = callRule(call, rule, [...all, ...[...tangents.values()].map(scalar)]);
    return [];
  });
  if (reporter.diagnostics.length > said) return { kind: "poison", report: undefined };
  const of = dependences(nodes, new Set(tangents.values()), (value) => constantOf(context, value));
  if (!valuesIn(context, partOf(context, result, path) ?? known(0)).every((value) => isLinear(of(value)))) {
    const [first = rule.declaration] = rule.declaration.parameters.slice(count);
    const by = rule.declaration.parameters.slice(count).map(({ name }) => name.getText());
    reporter.report("ADJ2074", first, { rule: nameOf(rule.declaration), by: by.join(" and ") }, undefined, [
      { span: rule.span, message: `it is the rule of ${rule.targetName}` },
    ]);
    return { kind: "poison", report: undefined };
  }
  const operation = hasReverse ? "attachForward" : "attach";
  return floats.reduce<Binding>((sum, k) => {
    const parameter = given[k];
    if (!isValue(sum) || parameter === undefined || !isActive(context, parameter)) return sum;
    const unit = floats.map((each) => (each === k ? known(1) : structuralZero));
    const slope = partOf(context, callRule(call, rule, [...all, ...unit]), path);
    return slope === undefined ? sum : attachLeaf(call, operation, sum, parameter, slope);
  }, y);
}

/** The body of the rule, lowered as that of a helper. */
function callRule({ context, node }: RuledCall, { declaration }: Rule, values: readonly Binding[]): Binding {
  return inlineCall(context, { kind: "function", declaration, environment: undefined }, values, node, undefined, {
    isRule: true,
  });
}

function argumentsFor(given: readonly Binding[], count: number): readonly Binding[] {
  return Array.from({ length: count }, (_, k) => given[k] ?? { kind: "known", value: undefined });
}

/** The structure of the result, with the seed at the place of one number of it, and 0 at the others. */
function seedAt(context: Context, value: Binding, path: Path | undefined, seed: Value): Binding {
  if (value.kind !== "aggregate") return path?.length === 0 ? seed : structuralZero;
  const parts = [...value.cell.members].flatMap(([name, member]) => {
    const part = context.state.read(member);
    const isFloat = part.kind === "aggregate" || (isValue(part) && typeOf(context, part) === "number");
    if (!isFloat) return [];
    const rest = path !== undefined && path[0] === name ? path.slice(1) : undefined;
    return [[name, seedAt(context, part, rest, seed)] as const];
  });
  // A tangent is without the parts that hold no floats.
  const isTuple = value.cell.shape === "tuple";
  const members = parts.map(([name, part], k) => [isTuple ? String(k) : name, part] as const);
  return newCell(context, value.cell.shape, members);
}

function partOf(context: Context, binding: Binding, path: Path): Binding | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return binding;
  const member = binding.kind === "aggregate" ? binding.cell.members.get(first) : undefined;
  return member && partOf(context, context.state.read(member), rest);
}

/** The gradient by each parameter that holds floats, by the position of the parameter. */
function gradientsOf(
  { context }: RuledCall,
  { declaration }: Rule,
  gradient: Binding,
  floats: readonly number[],
): readonly (Binding | undefined)[] {
  const names = declaration.parameters.map(({ name }) => name.getText());
  const members = gradient.kind === "aggregate" ? gradient.cell.members : undefined;
  const memberOf = (key: string): Binding | undefined => {
    const member = members?.get(key);
    return member && context.state.read(member);
  };
  const isKeyed = members !== undefined && members.size > 0 && [...members.keys()].every((key) => names.includes(key));
  return names.map((name, k) => {
    const place = floats.indexOf(k);
    if (place < 0) return undefined;
    if (isKeyed) return memberOf(name);
    return floats.length === 1 ? gradient : memberOf(String(place));
  });
}

/** A number or an array of numbers, and the slope towards it. */
interface LeafPair {
  readonly parameter: Binding;
  readonly slope: Binding;
}

/** What is active in a parameter, with what the rule gives for it. A part that the rule leaves out has derivative 0. */
function leafPairs(call: RuledCall, parameter: Binding, slope: Binding): readonly LeafPair[] {
  const { context, refuse } = call;
  if (!isActive(context, parameter) || (slope.kind === "known" && slope.value === 0)) return [];
  if (isValue(parameter)) return [{ parameter, slope }];
  const refused = (what: string): readonly LeafPair[] => [{ parameter, slope: refuse(what) }];
  if (slope.kind === "poison") return [{ parameter, slope }];
  if (isArray(parameter)) {
    return isArray(slope) ? [{ parameter, slope }] : refused("is given an array, and its rule gives none for it");
  }
  if (parameter.kind !== "aggregate" || parameter.cell.nest !== undefined) {
    return refused("is given an array of arrays or objects, or one thing or another");
  }
  if (slope.kind !== "aggregate") return refused("is given an object or tuple, and its rule gives none for it");
  return [...parameter.cell.members].flatMap(([name, member]) => {
    const part = slope.cell.members.get(name);
    if (part === undefined) return [];
    const [own, towards] = [member, part].map((each) => context.state.read(each));
    return leafPairs(call, present(own), present(towards));
  });
}

/** `y`, with the slope towards a number, or towards each entry of an array. */
function attachLeaf(
  call: RuledCall,
  operation: "attach" | "attachReverse" | "attachForward",
  y: Value,
  parameter: Binding,
  slope: Binding,
): Binding {
  const { context, node } = call;
  if (slope.kind === "poison") return slope;
  if (isValue(parameter)) return operate(context, operation, y, parameter, numberOf(context, slope, node));
  return isArray(parameter) && isArray(slope) ? attachEntries(call, operation, y, parameter, slope) : y;
}

function attachEntries(
  { context, node, name }: RuledCall,
  operation: "attach" | "attachReverse" | "attachForward",
  y: Value,
  parameter: ArrayBinding,
  slope: ArrayBinding,
): Binding {
  const { state } = context;
  const [length, other] = [lengthOf(context, parameter), lengthOf(context, slope)];
  if (!isSameNumber(context, length, other)) {
    const parts = [`the rule of ${name} gives a gradient of length `, other, " for an array of length ", length];
    throwIf(context, operate(context, "ne", length, other), parts);
  }
  const sum = state.create("hidden", name, y);
  countedLoop(context, node, known(0), length, "k", (k) => {
    const before = state.read(sum);
    const [entry, towards] = [load(context, parameter, k, node), load(context, slope, k, node)];
    if (isValue(before)) state.write(sum, operate(context, operation, before, entry, towards));
  });
  return state.read(sum);
}

/** Whether it may depend on something. */
function isActive(context: Context, binding: Binding): boolean {
  if (isValue(binding)) return binding.kind === "scalar" && typeOf(context, binding) === "number";
  if (binding.kind === "view" && binding.isConstant === true) return false;
  if (isArray(binding)) return ["f64", "f32", "number"].includes(elementOf(binding));
  return binding.kind === "aggregate" || binding.kind === "choice";
}

/** The numbers and the versions of arrays in a gradient. */
function valuesIn(context: Context, binding: Binding): readonly ValueId[] {
  switch (binding.kind) {
    case "scalar":
      return [binding.id];
    case "view": {
      const version = context.state.read(binding.root.memory);
      return version.kind === "scalar" ? [version.id] : [];
    }
    case "choice":
      return [...valuesIn(context, binding.then), ...valuesIn(context, binding.else)];
    case "aggregate":
      return membersOf(context, binding).flatMap((member) => valuesIn(context, member));
    default:
      return [];
  }
}

function membersOf({ state }: Context, { cell }: Aggregate): readonly Binding[] {
  return [...cell.members.values()].map((member) => state.read(member));
}

function isLinear(dependence: Dependence): boolean {
  return dependence === "linear" || dependence === "zero";
}

function isFixed(dependence: Dependence): boolean {
  return dependence === "zero" || dependence === "constant";
}

function constantOf({ definitions }: Context, value: ValueId): number | boolean | undefined {
  const node: GraphNode | undefined = definitions.get(value);
  return node?.kind === "constant" ? node.value : undefined;
}
