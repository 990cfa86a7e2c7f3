/**
 * Lowers a function of its own: its parameters are numbers and arrays with their lengths, in the order numbers, lengths,
 * lengths of the arrays that it fills for the caller, arrays, arrays to be filled.
 */
import type { ts } from "ts-morph";
import { present } from "../diagnostics/invariant.ts";
import type { Graph, Parameter, ValueId, ValueType } from "../ir/graph.ts";
import { asOne } from "./aggregates.ts";
import { type ArrayBinding, elementOf, isArray, isEndless, lengthOf, load, store } from "./arrays.ts";
import {
  type Binding,
  type FunctionValue,
  isAbsent,
  isValue,
  isWhole,
  known,
  type Root,
  scalar,
  type Value,
  wholeView,
} from "./binding.ts";
import type { CalledFunction, Computed, Known, Made } from "./calls.ts";
import { alwaysGoesOn, goesOn } from "./exits.ts";
import type { Context } from "./context.ts";
import { countedLoop } from "./counted-loop.ts";
import { idOf, resolve } from "./emit.ts";
import { checkpointOn } from "./function-marks.ts";
import { finishGraph } from "./finish.ts";
import { bindingOf, type Form, formText, type Handover } from "./forms.ts";
import { integerParameters } from "./integers.ts";
import { bindParameters, lowerBody, nameOf } from "./lower-call.ts";
import { askWhether } from "./missing.ts";
import { nameArrays } from "./name-arrays.ts";
import { newContext } from "./new-context.ts";
import { environmentHere } from "./loaded-values.ts";
import { pruneGraph } from "./prune.ts";
import { refuseCall } from "./refuse-call.ts";
import { spanOf } from "./source-span.ts";
import type { Location } from "./state.ts";
import { checkUnknownCalls } from "./unknown-calls.ts";
import { parametersOf } from "./parameters-of.ts";

export interface CallParts {
  readonly called: CalledFunction;
  readonly target: FunctionValue;
  readonly forms: readonly Form[];
  readonly captured: readonly { readonly location: Location; readonly form: Form; readonly symbol: ts.Symbol }[];
  /** Stands for what it captures among the assumptions. */
  readonly captures: string;
  readonly handover: Handover;
  readonly node: ts.Node;
  /** What it writes has no derivative. */
  readonly isConstant: boolean;
}

export function lowerCalled(outer: Context, parts: CallParts): void {
  const { called, target, forms, captured, captures, handover, node } = parts;
  const { assumptions, calls, reporter } = outer;
  const { declaration, environment } = target;
  const name = nameOf(declaration);
  const context = newContext(outer, declaration, name);
  context.activation.environment.parent = environmentHere(context, environment);
  // All that it is given is older than the call.
  if (parts.isConstant) context.constantSince = Infinity;
  const { builder, state } = context;
  context.uncaptured = (around, symbol) => {
    const before = assumptions.calledAs<readonly { environment: number; symbol: ts.Symbol }[]>(captures) ?? [];
    const capture = { environment: calls.numberOf(around), symbol };
    if (before.some((each) => each.environment === capture.environment && each.symbol === symbol)) return;
    const list = [...before, capture];
    assumptions.noteCalledAs(captures, list, String(list.length));
  };

  state.onForeign = () => {
    refuseCall(context, declaration, declaration.name ?? declaration, "and uses an object from around it");
  };

  const span = spanOf(declaration);
  const numbers: ValueId[] = [];
  const kept: { readonly location: Location; readonly binding: Binding }[] = [];
  const number = (type: ValueType, label: string): ValueId => {
    const value = builder.fresh(type, label);
    context.everywhere.add(value);
    return value;
  };
  handover.scalars.forEach((value, k) => {
    const type = value.kind === "scalar" ? outer.builder.typeOf(value.id) : typeof value.value;
    numbers.push(number(type === "boolean" ? "boolean" : "number", present(handover.labels[k])));
  });
  const rootOf = (element: Root["element"], label: string, length: ValueId): Root => {
    const value = builder.fresh({ kind: "array", element }, label);
    return {
      element,
      name: label,
      memory: state.create("memory", label, scalar(value)),
      kind: "local",
      length: scalar(length),
      readOnly: false,
      origin: undefined,
      allocated: undefined,
      entries: undefined,
    };
  };
  const first = new Map<Root, ValueId>();
  const versionOf = (root: Root): ValueId => {
    const version = state.read(root.memory);
    return version.kind === "scalar" ? version.id : present(first.get(root));
  };
  const roots = handover.roots.map(({ element, name: given, pool }, k) => {
    const label = labelOf(handover, forms, captured, k, declaration) ?? given ?? "array";
    const isCut = [...forms, ...captured.map(({ form }) => form)].some((form) => hasPartOf(form, k));
    const length = number("number", `${label}${isCut ? "Size" : "Length"}`);
    numbers.push(length);
    const root: Root = { ...rootOf(element, label, length), pool };
    first.set(root, versionOf(root));
    return root;
  });

  let result = "broken" as Form | "never" | "broken";
  const scalars: ValueId[] = [];
  const made: { readonly root: Root; readonly length: ValueId; readonly made: Made }[] = [];
  let isAlias = false;
  const output = (binding: Binding): Form | undefined => {
    if (isValue(binding)) {
      const id = idOf(context, binding);
      scalars.push(id);
      return { kind: "scalar", type: builder.typeOf(id) === "boolean" ? "boolean" : "number" };
    }
    if (isAbsent(binding) || (binding.kind === "known" && typeof binding.value === "string")) {
      return { kind: "same", binding };
    }
    if (binding.kind === "view" && roots.includes(binding.root)) {
      const array = roots.indexOf(binding.root);
      if (isWhole(binding)) return { kind: "whole", array };
      const { offset = known(0), reach } = binding;
      const hasReach = reach !== undefined && !isEndless(reach);
      const ends = [lengthOf(context, binding), ...(hasReach ? [reach] : [])];
      scalars.push(...[offset, ...ends].map((each) => idOf(context, each)));
      return { kind: "part", array, hasReach, isConstant: binding.isConstant };
    }
    if (isArray(binding)) return fill(binding);
    if (binding.kind === "choice") {
      const one = asOne(context, binding, declaration);
      return one === binding ? undefined : output(one);
    }
    if (binding.kind === "aggregate") {
      const members: (readonly [string, Form])[] = [];
      for (const [key, location] of binding.cell.members) {
        const form = output(state.read(location));
        if (form === undefined) return undefined;
        members.push([key, form]);
      }
      return { kind: "aggregate", shape: binding.cell.shape, members };
    }
    return undefined;
  };
  /** Copies an array that the function has made to where the caller wants it. */
  const fill = (array: ArrayBinding): Form | undefined => {
    const size = lengthOf(context, array);
    const computed = computedFrom(context, size, numbers);
    if (computed === undefined) {
      reporter.report("ADJ2081", declaration.name ?? declaration, { callee: name });
      return undefined;
    }
    if (partsOf(array).some(({ root }) => roots.includes(root))) isAlias = true;
    const label = "result";
    const length = builder.fresh("number", "resultLength");
    context.everywhere.add(length);
    const root = rootOf(elementOf(array), label, length);
    first.set(root, versionOf(root));
    const to = wholeView(root);
    countedLoop(context, declaration, known(0), size, "k", (k) => {
      store(context, to, k, load(context, array, k, declaration), declaration);
    });
    made.push({ root, length, made: { element: root.element, length: computed } });
    return { kind: "whole", array: roots.length + made.length - 1 };
  };

  const body = builder.region([], () => {
    let at = 0;
    const next = (): ValueId => present(numbers[at++]);
    const rootAt = (k: number): Root => present(roots[k]);
    const keep = (binding: Binding): void => {
      if (binding.kind !== "aggregate") return;
      binding.cell.hasAll = true;
      for (const location of binding.cell.members.values()) {
        const before = state.read(location);
        kept.push({ location, binding: before });
        keep(before);
      }
    };
    const values = forms.map((form) => bindingOf(context, form, next, rootAt));
    for (const { location, form, symbol } of captured) {
      const binding = bindingOf(context, form, next, rootAt);
      const inside = state.create("variable", symbol.name, binding, symbol);
      context.captured.set(location, inside);
      kept.push({ location: inside, binding });
      keep(binding);
    }
    values.forEach(keep);
    values.forEach((value, position) => {
      if (value.kind === "scalar") context.given.set(value.id, { declaration, position });
    });
    bindParameters(context, declaration, { singles: values, others: [] });
    const returned = lowerBody(context, declaration);
    if (context.assumptions.asksResult(declaration)) askWhether(context, returned);
    if (context.growths.size > 0)
      refuseCall(context, declaration, declaration.name ?? declaration, "and makes an array that grows");
    if (returned.kind === "unset" || (returned.kind === "poison" && neverEnds(context))) result = "never";
    else if (!alwaysGoesOn(context.exit) && context.exit !== goesOn) result = "never";
    else {
      const said = reporter.diagnostics.length;
      const form = output(returned);
      if (form === undefined && returned.kind !== "poison" && reporter.diagnostics.length === said)
        refuseCall(context, declaration, node, "and gives back what is one thing or another");
      result = form ?? "broken";
    }
    for (const { location, binding } of kept) {
      if (state.read(location) !== binding)
        reporter.report("ADJ2082", declaration.name ?? declaration, { callee: name, name: memberText(location.name) });
    }
    return [];
  });

  const parameter = (value: ValueId, label: string, written = false): Parameter => ({
    path: [label],
    value,
    type: builder.typeOf(value),
    written,
    span,
  });
  const all = [...roots, ...made.map(({ root }) => root)];
  const valuesOfNumbers = [...numbers, ...made.map(({ length }) => length)];
  const parameters = [
    ...valuesOfNumbers.map((value) => parameter(value, builder.nameOf(value) ?? "value")),
    ...all.map((root) =>
      parameter(present(first.get(root)), root.name ?? "array", versionOf(root) !== first.get(root)),
    ),
  ];
  const final = new Map(all.map((root, k) => [valuesOfNumbers.length + k, versionOf(root)] as const));
  const whole: Graph = finishGraph(context, {
    name,
    parameters,
    body: {
      arguments: parameters.map(({ value }) => value),
      nodes: [...context.prologue, ...body.nodes],
      yields: [],
    },
    returned: { kind: "tuple", entries: scalars.map((value) => ({ kind: "scalar", value })) },
    final,
    values: builder.values,
    span,
    lengths: new Map(
      all.map((root, k) => [
        valuesOfNumbers.length + k,
        root.length?.kind === "scalar" ? root.length.id : (0 as ValueId),
      ]),
    ),
  });
  const isSound = result !== "never" && result !== "broken" && !context.isBroken;
  if (isSound) {
    checkUnknownCalls(context, whole, integerParameters(whole));
    const checkpoint = checkpointOn(declaration);
    called.graph = { ...nameArrays(pruneGraph(whole)), ...(checkpoint !== undefined && { checkpoint }) };
    called.counters = context.counters;
  }
  const facts: Known = {
    result: context.isBroken ? "broken" : result,
    written: roots.map((root) => versionOf(root) !== first.get(root)),
    made: made.map((each) => each.made),
    isAlias,
  };
  called.known = facts;
  const text = typeof facts.result === "string" ? facts.result : formText(facts.result, () => 0, calls);
  assumptions.noteCalledAs(called.key, facts, JSON.stringify([text, facts.written, facts.made, isAlias]));
}

function neverEnds(context: Context): boolean {
  return !alwaysGoesOn(context.exit);
}

/** An array is called what the parameter is called that brings it. */
function labelOf(
  handover: Handover,
  forms: readonly Form[],
  captured: CallParts["captured"],
  array: number,
  declaration: FunctionValue["declaration"],
): string | undefined {
  const holds = (form: Form): boolean => (form.kind === "part" || form.kind === "whole") && form.array === array;
  const position = forms.findIndex(holds);
  if (position >= 0) return parametersOf(declaration)[position]?.name.getText();
  const inside = captured.find(({ form }) => holds(form));
  return inside?.symbol.name ?? handover.roots[array]?.name;
}

function hasPartOf(form: Form, array: number): boolean {
  if (form.kind === "aggregate") return form.members.some(([, member]) => hasPartOf(member, array));
  return form.kind === "part" && form.array === array;
}

function partsOf(array: ArrayBinding): readonly { readonly root: Root }[] {
  return array.kind === "view" ? [array] : [...partsOf(array.then), ...partsOf(array.else)];
}

/** How a number follows from those that come in, by operations alone. */
function computedFrom(context: Context, value: Value, given: readonly ValueId[]): Computed | undefined {
  if (value.kind === "known") return { kind: "constant", value: value.value };
  const id = resolve(context, value.id);
  const index = given.indexOf(id);
  if (index >= 0) return { kind: "given", index };
  const node = context.definitions.get(id);
  if (node?.kind === "constant") return { kind: "constant", value: node.value };
  const selection = context.selections.get(id);
  if (selection !== undefined) {
    const condition = computedFrom(context, scalar(selection.condition), given);
    const then = computedFrom(context, selection.then, given);
    const otherwise = computedFrom(context, selection.else, given);
    if (condition === undefined || then === undefined || otherwise === undefined) return undefined;
    return { kind: "choice", condition, then, else: otherwise };
  }
  if (node?.kind !== "operation") return undefined;
  const operands = node.operands.map((operand) => computedFrom(context, scalar(operand), given));
  if (operands.some((operand) => operand === undefined)) return undefined;
  return { kind: "operation", operation: node.operation, operands: operands.flatMap((operand) => operand ?? []) };
}

/** A member as a sentence names it; the entries of what a literal has made are members, too. */
function memberText(name: string): string {
  return /^\d+$/.test(name) ? `entry ${name} of an array` : name;
}
