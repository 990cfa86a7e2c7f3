/**
 * A call that is not inlined: of a function that calls itself. What it is given is handed over as numbers and arrays; an
 * array that it makes and gives back is made by the caller, which therefore must know its length before the call.
 *
 * What the function gives back and writes to is known once it is lowered. Where it is called before that (by itself), the
 * round before says it; in the first round such a call does not come back, so that the ways that end say it first.
 */
import type { ts } from "ts-morph";
import { present } from "../diagnostics/invariant.ts";
import type { ValueId } from "../ir/graph.ts";
import { allocate, isFixed, rootLength, valueOf, versionOf } from "./arrays.ts";
import { type Binding, type FunctionNode, type FunctionValue, poison, scalar, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Capture, CalledFunction, Computed, Known } from "./calls.ts";
import type { Context } from "./context.ts";
import { anyNumber, idOf, operate } from "./emit.ts";
import { bindingOf, type Form, formText, gapsOf, Handover } from "./forms.ts";
import { isOperationName } from "../operations/table.ts";
import { throwHere } from "./lower-throw.ts";
import { lowerCalled } from "./lower-called.ts";
import { nameOf } from "./lower-call.ts";
import { refuseCall } from "./refuse-call.ts";
import { askWhether } from "./missing.ts";
import { located } from "./scope.ts";
import type { Location } from "./state.ts";
import { parametersOf } from "./parameters-of.ts";

/** How often a function may be lowered within itself, each time for other functions that it is handed. */
const nestingLimit = 8;
/** The same, where it goes on and on, of a function that nobody can mend: what calls it deeper throws. */
const packageLimit = 4;

export function callFunction(
  context: Context,
  target: FunctionValue,
  values: readonly Binding[],
  node: ts.Node,
): Binding {
  const { assumptions, calls, reporter, state } = context;
  const { declaration, environment } = target;
  const name = nameOf(declaration);
  const handover = new Handover(context, declaration);
  const refuse = (what: string): Binding => refuseCall(context, declaration, node, what);

  const forms: Form[] = [];
  for (const [k, value] of values.entries()) {
    if (value.kind === "poison") {
      value.report?.(node);
      return poison;
    }
    if (assumptions.asksParameter(declaration, k)) askWhether(context, value);
    const form = handover.formOf(value, parametersOf(declaration)[k]?.name.getText() ?? `argument${k}`);
    if (form === undefined) return refuse("with an argument that is one thing or another");
    forms.push(form);
  }
  const textOf = (form: Form): string => formText(form, (each) => assumptions.numberOf(each as ts.Node), calls);
  const base = [
    assumptions.numberOf(declaration),
    environment === undefined ? "" : calls.numberOf(environment),
    forms.map(textOf).join("; "),
    handover.roots.map(({ element, pool }) => element + (pool === undefined ? "" : " rows")).join(),
  ].join(" | ");

  const captures = assumptions.calledAs<readonly Capture[]>(`${base} captures`) ?? [];
  const captured: { readonly location: Location; readonly form: Form; readonly symbol: ts.Symbol }[] = [];
  const capturedTexts: string[] = [];
  for (const capture of captures) {
    const around = calls.environment(capture.environment);
    const location = around?.variables.get(capture.symbol);
    if (around === undefined || location === undefined) continue;
    const inside = located(context, around, capture.symbol, location);
    const binding = state.read(inside);
    if (binding.kind === "poison" || binding.kind === "unset") continue;
    const form = handover.formOf(binding, capture.symbol.name);
    if (form === undefined) return refuse(`and reads ${capture.symbol.name}, which is one thing or another`);
    captured.push({ location, form, symbol: capture.symbol });
    // Of a function, this numbers the environment from which the next ones may be.
    capturedTexts.push(textOf(form));
  }
  const key = [
    base,
    capturedTexts.join("; "),
    handover.roots.map(({ element, pool }) => element + (pool === undefined ? "" : " rows")).join(),
  ].join(" | ");

  let called = calls.find(key);
  if (called === undefined) {
    const isFixed = !assumptions.mayBeWrittenOut(declaration) && context.names.isOfPackage(declaration.getSourceFile());
    if (calls.openOf(declaration) >= (isFixed ? packageLimit : nestingLimit)) {
      if (!isFixed) return refuse("and is handed another function in every call");
      return throwHere(context, "RangeError", [`${name} calls itself deeper than ${packageLimit} times`]);
    }
    called = calls.open(key, name, declaration);
    lowerCalled(context, { called, target, forms, captured, captures: `${base} captures`, handover, node });
  }
  const facts = called.known ?? assumptions.calledAs<Known>(key);
  const isOpen = called.known === undefined;
  if (facts === undefined || facts.result === "never" || (isOpen && facts.result === "broken")) {
    // A function that throws whatever it is given is no recursion, but this one has not ended either way.
    if (!isOpen) reporter.report("ADJ2003", node, { callee: name });
    return throwHere(context, "RangeError", ["unreachable"]);
  }
  if (facts.result === "broken") {
    context.isBroken = true;
    return poison;
  }
  return emitCall(context, { called, declaration, facts, result: facts.result, handover, node });
}

interface CallFacts {
  readonly called: CalledFunction;
  readonly declaration: FunctionNode;
  readonly facts: Known;
  readonly result: Form;
  readonly handover: Handover;
  readonly node: ts.Node;
}

function emitCall(context: Context, { called, declaration, facts, result, handover, node }: CallFacts): Binding {
  const { builder, state } = context;
  const { roots } = handover;
  const numbers: Value[] = [...handover.scalars, ...roots.map((root) => rootLength(context, root))];
  const versions: ValueId[] = [];
  for (const [k, root] of roots.entries()) {
    if (facts.written[k] === true && isFixed(context, root)) {
      context.reporter.report("ADJ2005", node, { name: root.name ?? "this array" });
      return poison;
    }
    const version = versionOf(context, root, node);
    if (version === undefined) return poison;
    versions.push(version);
  }
  const lengths = facts.made.map(({ length }) => computed(context, length, numbers));
  const made = facts.made.map(({ element }, k) => {
    const view = allocate(context, element, present(lengths[k]), undefined);
    return view.root;
  });
  const ids = [...numbers, ...lengths].map((value) => idOf(context, value));
  const madeVersions = made.map((root) => versionOf(context, root, node) ?? idOf(context, anyNumber(context)));
  const operands = [...ids, ...versions, ...madeVersions];
  const isWritten = [...roots.map((_, k) => facts.written[k] === true), ...made.map(() => true)];
  const changed = [...roots, ...made].filter((_, k) => isWritten[k]);
  const scalars = gapsOf(result).map((type) => builder.fresh(type));
  for (const id of scalars) context.givenBack.set(id, declaration);
  const next = changed.map((root) => {
    const version = versionOf(context, root, node) ?? idOf(context, anyNumber(context));
    return builder.fresh(builder.typeOf(version), builder.nameOf(version));
  });
  builder.push({
    kind: "call",
    callee: called.id,
    operands,
    written: isWritten.flatMap((each, k) => (each ? [ids.length + k] : [])),
    results: [...scalars, ...next],
    ...builder.place(),
  });
  changed.forEach((root, k) => state.write(root.memory, scalar(present(next[k]))));
  if (facts.isAlias) for (const root of [...roots, ...made]) context.calls.frozen.set(root, declaration);
  let at = 0;
  const all = [...roots, ...made];
  const nextGap = (): ValueId => present(scalars[at++]);
  return bindingOf(context, result, nextGap, (array) => present(all[array]));
}

function computed(context: Context, length: Computed, given: readonly Value[]): Value {
  switch (length.kind) {
    case "constant":
      return { kind: "known", value: length.value };
    case "given":
      return given[length.index] ?? anyNumber(context);
    case "choice": {
      const side = (part: Computed) => () => computed(context, part, given);
      return valueOf(context, branch(context, side(length.condition)(), side(length.then), side(length.else)));
    }
    case "operation": {
      const operands = length.operands.map((each) => computed(context, each, given));
      return isOperationName(length.operation) ? operate(context, length.operation, ...operands) : anyNumber(context);
    }
  }
}
