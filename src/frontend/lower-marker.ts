/**
 * `grad(f, "w")` in code, and its kind: what it gives is the function that would be generated for `@grad w` on `f`, and is
 * lowered like one of the source. So a derivative may be taken in a function that is differentiated itself, to any depth.
 */
import { ts } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { Mode, ModelFunction } from "../ir/signature.ts";
import { walkNodes } from "../ir/walk.ts";
import { isMark } from "../operations/marks.ts";
import { type Binding, type FunctionNode, poison } from "./binding.ts";
import type { Context } from "./context.ts";
import { faultPlace } from "./fault-place.ts";
import { integerParameters } from "./integers.ts";
import { lowerExpression } from "./lower-expression.ts";
import { lowerFunction } from "./lower-function.ts";
import type { Names } from "./names.ts";
import { resolveRequest } from "./requests.ts";
import type { RuleBook } from "./rules.ts";
import { readSignature } from "./signature.ts";
import { functionsOf } from "./tag-owners.ts";
import type { TagWord } from "./tags.ts";

/** The text that is generated for the one request of a function, as JavaScript; or why there is none. */
export type Derive = (model: ModelFunction) => { readonly text: string } | { readonly refused: readonly Diagnostic[] };

/** What a marker asks for. */
export interface Asked {
  readonly mode: Mode;
  readonly target: FunctionNode;
  readonly wrt: readonly TagWord[];
  readonly call: ts.CallExpression;
}

export type Derived = ts.FunctionDeclaration | readonly Diagnostic[];

export function lowerMarker(context: Context, mode: Mode, node: ts.CallExpression): Binding {
  const [first, ...others] = node.arguments;
  const { names, reporter } = context;
  const target = first && lowerExpression(context, first);
  if (target?.kind === "poison") {
    target.report?.(node);
    return poison;
  }
  const refuse = (at: ts.Node, reason: string, hint: string): Binding => {
    reporter.report("ADJ1031", at, { marker: mode, reason }, hint);
    return poison;
  };
  if (first === undefined || target?.kind !== "function" || target.bound !== undefined) {
    return refuse(first ?? node, "it wants a function of the program", `name the function: ${mode}(f, "x")`);
  }
  const wrt: TagWord[] = [];
  for (const other of others) {
    const word = lowerExpression(context, other);
    if (word.kind !== "known" || typeof word.value !== "string") {
      return refuse(other, "the names of parameters must be known at compile time", `write them out: ${mode}(f, "x")`);
    }
    wrt.push({ text: word.value, span: faultPlace(other) });
  }
  const derived = names.derive?.({ mode, target: target.declaration, wrt, call: node });
  if (derived === undefined) {
    const hint = "make it a function of its module, and give it what it reads from around it as parameters";
    return refuse(first, "this is no function that stands in a module by itself", hint);
  }
  if ("kind" in derived) return { kind: "function", declaration: derived, environment: undefined };
  reporter.include(derived);
  return poison;
}

export interface Scene {
  readonly names: Names;
  readonly rules: RuleBook["all"];
  readonly limit: number;
  readonly derive: Derive;
  readonly sourceFileOf: (path: string) => Parameters<typeof functionsOf>[0] | undefined;
}

/** Makes derivatives, each once; undefined for what is no function of a module. */
export function derivesIn(scene: Scene): (asked: Asked) => Derived | undefined {
  const made = new Map<FunctionNode, Map<string, Derived | "open">>();
  return (asked) => {
    const { target, mode, wrt, call } = asked;
    const key = `${mode} ${wrt.map(({ text }) => text).join(" ")}`;
    const ofTarget = made.get(target) ?? new Map<string, Derived | "open">();
    made.set(target, ofTarget);
    const before = ofTarget.get(key);
    if (before === "open") return [fault(asked, "it is asked for by the function itself", ofItself)];
    // What was refused is refused at each place that asks for it.
    if (before !== undefined && "kind" in before) return before;
    ofTarget.set(key, "open");
    const derived = deriveOne(scene, asked, call);
    if (derived === undefined) ofTarget.delete(key);
    else ofTarget.set(key, derived);
    return derived;
  };
}

function deriveOne(scene: Scene, asked: Asked, call: ts.CallExpression): Derived | undefined {
  const { names, rules, limit, derive } = scene;
  const { mode, target, wrt } = asked;
  const file = scene.sourceFileOf(target.getSourceFile().fileName);
  const sources = file === undefined ? [] : [...functionsOf(file).byStart.values()];
  const source = sources.find(({ node }) => node.compilerNode === target);
  if (source?.name === undefined || target.body === undefined) return undefined;
  const { signature, diagnostics } = readSignature(source.name, source.node);
  if (signature === undefined) return diagnostics;
  const deepest = mode === "hvp" ? 2 : 1;
  const lowered = lowerFunction(source.node, signature, names, { all: rules, deepest }, limit);
  if (lowered.graph === undefined) return lowered.diagnostics;
  const { graph, places } = lowered;
  const found: Diagnostic[] = [];
  const tag = {
    mode,
    accumulate: false,
    sparse: false,
    as: undefined,
    wrt,
    outputs: undefined,
    span: faultPlace(call),
  };
  const request = resolveRequest(tag, { signature, graph, integers: integerParameters(graph) }, (each, hint) => {
    found.push(hint === undefined ? each : withHint(each, hint));
  });
  if (request === undefined) return found;
  const model = { signature, graph, requests: [request], places };
  if (hasRule(model))
    return [fault(asked, "a call in the function uses a rule, which is not supported yet", withoutRule)];
  const made = derive(model);
  if ("refused" in made) return made.refused;
  return names.derived.functionIn(made.text, request.functionName, call) ?? [];
}

/** What is printed keeps the value of a call and the first derivative that a rule says, and no more. */
function hasRule({ graph }: ModelFunction): boolean {
  let found = false;
  for (const each of [graph, ...(graph.functions?.values() ?? [])]) {
    walkNodes(each.body, (node) => {
      if (node.kind === "operation" && isMark(node.operation) && node.operation !== "stopGradient") found = true;
    });
  }
  return found;
}

const ofItself = "take the derivative of another function, which holds what it is of";
const withoutRule = "leave out the tag of the rule, or write the derivative out where it is used";

function fault({ mode, call }: Asked, reason: string, hint: string): Diagnostic {
  return withHint(diagnostic("ADJ1031", faultPlace(call), { marker: mode, reason }), hint);
}
