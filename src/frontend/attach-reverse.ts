/**
 * Attaches what a `@vjpOf` says: for each number that the function gives, the gradient that the rule gives for a seed of 1
 * there. It is a factor of the adjoint that comes in, since the rule is linear in its seed; one that is not is written down
 * as a term (attach-terms.ts).
 */
import { present } from "../diagnostics/invariant.ts";
import { newCell } from "./aggregates.ts";
import type { ValueId } from "../ir/graph.ts";
import { copyArray } from "./array-copy.ts";
import { type ArrayBinding, elementOf, isArray, lengthOf, load } from "./arrays.ts";
import { attachElementwise } from "./attach-elementwise.ts";
import { attachInLoops, type SlopePair } from "./attach-in-loop.ts";
import { attachTerms } from "./attach-terms.ts";
import { type Binding, isValue, known, poison, scalar, type Value } from "./binding.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { isDate } from "./dates.ts";
import { throwIf } from "./demand.ts";
import { isSameNumber, numberOf, operate, structuralZero, typeOf } from "./emit.ts";
import { dependences } from "./linear-in.ts";
import {
  argumentsFor,
  callRule,
  constantOf,
  isActive,
  isFixed,
  isLinear,
  nodesOf,
  refuseNonlinear,
  type RuledCall,
  valuesIn,
} from "./rule-call.ts";
import { floatParameters } from "./rule-signature.ts";
import type { Rule } from "./rules.ts";

/** Where a number stands in what the function gives: the members that lead there. */
type Path = readonly string[];

export type ReverseAttachment = "attach" | "attachReverse";

export function attachReverse(call: RuledCall, rule: Rule, value: Binding, operation: ReverseAttachment): Binding {
  return attachToAll(call, rule, { value, path: [], whole: value }, operation);
}

interface Part {
  readonly value: Binding;
  readonly path: Path;
  /** All that the function gives. */
  readonly whole: Binding;
}

/** Every number of what the function gives, which is a number, an array, or an object or tuple of numbers that the call has made. */
function attachToAll(call: RuledCall, rule: Rule, part: Part, operation: ReverseAttachment): Binding {
  const { context, refuse } = call;
  const { value, path, whole } = part;
  if (isValue(value)) {
    return typeOf(context, value) === "number" ? attachToNumber(call, rule, { ...part, value }, operation) : value;
  }
  if (value.kind === "known" || value.kind === "text" || value.kind === "poison") return value;
  if (isArray(value) && value === whole) return attachToArray(call, rule, value, operation);
  if (value.kind !== "aggregate" || value.cell.nest !== undefined || isDate(value)) {
    return refuse("gives what is no number, no array, and no object or tuple of numbers");
  }
  const { shape, members, prototype, literal } = value.cell;
  const attached = [...members].map(([name, member]) => {
    const inner = { value: context.state.read(member), path: [...path, name], whole };
    return [name, attachToAll(call, rule, inner, operation)] as const;
  });
  return newCell(context, shape, attached, literal, false, prototype);
}

function attachToArray(call: RuledCall, rule: Rule, value: ArrayBinding, operation: ReverseAttachment): Binding {
  const { context, given, node, refuse } = call;
  const isOwn = value.kind === "view" && value.isConstant !== true;
  const own = isOwn ? value : copyArray(context, value, elementOf(value), lengthOf(context, value), node, undefined);
  const values = argumentsFor(given, rule.declaration.parameters.length - 1);
  const said = context.reporter.diagnostics.length;
  const attached = attachElementwise(call, rule, own, operation, values, (gradient) => pairsOf(call, rule, gradient));
  if (attached !== undefined || context.reporter.diagnostics.length > said) return attached ?? poison;
  return refuse("gives an array of which its rule does not take each entry for itself");
}

function attachToNumber(
  call: RuledCall,
  rule: Rule,
  { value: y, path, whole }: Part & { readonly value: Value },
  operation: ReverseAttachment,
): Binding {
  const { context, given } = call;
  const { builder, reporter } = context;
  const count = rule.declaration.parameters.length - 1;
  const seed = builder.fresh("number", "seed");
  let pairs: readonly LeafPair[] = [];
  const said = reporter.diagnostics.length;
  const nodes = nodesOf(context, () => {
    builder.push({ kind: "constant", value: 1, result: seed, ...builder.place() });
    const seeds = seedAt(context, whole, path, scalar(seed));
    pairs = pairsOf(call, rule, callRule(call, rule, [...argumentsFor(given, count), seeds]));
  });
  if (reporter.diagnostics.length > said) return poison;
  const of = dependences(nodes, new Set([seed]), (value) => constantOf(context, value));
  if (pairs.flatMap(({ slope }) => valuesIn(context, slope)).every((value) => isLinear(of(value)))) {
    const arrays = pairs.filter((leaf): leaf is SlopePair => isArray(leaf.parameter) && leaf.slope.kind === "view");
    const inLoops = attachInLoops(context, operation, y, arrays, nodes, call.node);
    inLoops.nodes.forEach((each) => builder.push(each));
    const done = new Set<LeafPair>(arrays.filter((each) => !inLoops.left.includes(each)));
    return pairs.reduce<Binding>((sum, pair) => {
      return isValue(sum) && !done.has(pair) ? attachLeaf(call, operation, sum, pair) : sum;
    }, inLoops.y);
  }
  const numbers = pairs.flatMap(({ parameter, slope }) => {
    return isValue(parameter) && isValue(slope) ? [{ parameter, gradient: slope }] : [];
  });
  const isVaried = (value: ValueId): boolean => !isFixed(of(value));
  const attached =
    numbers.length === pairs.length && path.length === 0
      ? attachTerms(context, operation === "attach" ? "attachRule" : "attachRuleReverse", y, numbers, {
          nodes,
          seed,
          isVaried,
        })
      : undefined;
  if (attached === undefined) refuseNonlinear(call, rule, rule.declaration.parameters.slice(-1));
  return attached ?? poison;
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

/** The gradient by each parameter that holds floats, by the position of the parameter; undefined where it has another structure. */
function gradientsOf(
  { context }: RuledCall,
  rule: Rule,
  gradient: Binding,
): readonly (Binding | undefined)[] | undefined {
  const { declaration, targetParameters } = rule;
  const floats = floatParameters(context.names, rule);
  const names = declaration.parameters.map(({ name }, k) => targetParameters[k] ?? name.getText());
  if (gradient.kind !== "aggregate") {
    return floats.length === 1 ? names.map((_, k) => (k === floats[0] ? gradient : undefined)) : undefined;
  }
  const { members, shape } = gradient.cell;
  const memberOf = (key: string): Binding | undefined => {
    const member = members.get(key);
    return member && context.state.read(member);
  };
  const isKeyed = shape === "object" && [...members.keys()].every((key) => names.includes(key));
  if (isKeyed) return names.map((name, k) => (floats.includes(k) ? memberOf(name) : undefined));
  if (floats.length === 1) return names.map((_, k) => (k === floats[0] ? gradient : undefined));
  if (shape !== "tuple" || members.size !== floats.length) return undefined;
  return names.map((_, k) => (floats.includes(k) ? memberOf(String(floats.indexOf(k))) : undefined));
}

/** A number or an array of numbers, and the slope towards it. */
interface LeafPair {
  readonly parameter: Binding;
  readonly slope: Binding;
}

function pairsOf(call: RuledCall, rule: Rule, gradient: Binding): readonly LeafPair[] {
  if (gradient.kind === "poison") return [];
  const gradients = gradientsOf(call, rule, gradient);
  if (gradients === undefined) {
    call.refuse("its rule gives no gradient by each of its parameters");
    return [];
  }
  return gradients.flatMap((slope, k) => {
    const parameter = call.given[k];
    return parameter === undefined || slope === undefined ? [] : leafPairs(call, parameter, slope);
  });
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
function attachLeaf(call: RuledCall, operation: ReverseAttachment, y: Value, { parameter, slope }: LeafPair): Binding {
  const { context, node } = call;
  if (slope.kind === "poison") return slope;
  if (isValue(parameter)) return operate(context, operation, y, parameter, numberOf(context, slope, node));
  return isArray(parameter) && isArray(slope) ? attachEntries(call, operation, y, parameter, slope) : y;
}

function attachEntries(
  { context, node, name }: RuledCall,
  operation: ReverseAttachment,
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
