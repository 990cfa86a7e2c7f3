/**
 * Holds the words of the tags against the lowered function: which of the graph's parameters each tag differentiates with
 * respect to, which outputs it has, and how the generated function is called.
 */
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { Graph, Output, Parameter, Span, ValueType } from "../ir/graph.ts";
import { capitalized } from "../ir/capitalized.ts";
import { each } from "../ir/nested.ts";
import type { FunctionSignature, Shape, TagRequest } from "../ir/signature.ts";
import { walkNodes } from "../ir/walk.ts";
import { arrayTypeText, shapeText } from "./shapes.ts";
import { takesOutputs } from "./tag-names.ts";
import type { Tag, TagWord } from "./tags.ts";

type Path = readonly (string | number)[];
type Report = (diagnostic: Diagnostic, hint?: string) => void;

export interface RequestContext {
  readonly signature: FunctionSignature;
  readonly graph: Graph;
  /** Parameters of the graph that are integers. */
  readonly integers: ReadonlySet<number>;
}

/** The request of a tag; `undefined`, and reported, where the tag does not fit the function. */
export function resolveRequest(tag: Tag, context: RequestContext, report: Report): TagRequest | undefined {
  let failed = false;
  const fail: Report = (made, hint) => {
    failed = true;
    report(made, hint);
  };
  const asked = tag.wrt.length > 0 ? namedParameters(tag.wrt, context, fail) : undefined;
  const wrt = asked?.flatMap(({ leaves }) => leaves) ?? allFloats(tag, context, fail);
  const outputs = takesOutputs(tag.mode) ? productOutputs(tag, context, fail) : gradientOutput(tag, context, fail);
  refuseGaps(wrt, outputs, tag, context, fail);
  if (failed) return undefined;
  const { name } = context.signature;
  const functionName = tag.as?.text ?? name + capitalized(tag.mode);
  return {
    mode: tag.mode,
    functionName,
    wrt,
    outputs,
    accumulate: tag.accumulate,
    sparse: tag.sparse,
    span: tag.span,
    asked,
  };
}

/** Of tuples in arrays every part before one that holds floats must hold some: their places are those of the source. */
function refuseGaps(
  wrt: readonly number[],
  outputs: readonly (number | "value")[],
  tag: Tag,
  { graph, signature }: RequestContext,
  fail: Report,
): void {
  const hint = "give its parts names: write an object in the place of the tuple";
  const type = "an array of tuples with parts that hold no floats";
  const given = wrt.map((index) => graph.parameters[index]?.path ?? []);
  const gap = given.find((path) => hasGap(path, given));
  const index = wrt[given.indexOf(gap ?? [])];
  if (gap !== undefined && index !== undefined) {
    const span = graph.parameters[index]?.span ?? tag.span;
    fail(withHint(diagnostic("ADJ1020", span, { what: String(gap[0]), type }), hint));
  }
  if (!takesOutputs(tag.mode) || !outputs.includes("value")) return;
  const returned = floatPaths(graph.returned, []);
  if (returned.some((path) => hasGap(path, returned))) {
    fail(withHint(diagnostic("ADJ1020", tag.span, { what: `the result of ${signature.name}`, type }), hint));
  }
}

/** Whether a tuple on the way behind an array has a part before this one that none of the others goes through. */
function hasGap(path: Path, others: readonly Path[]): boolean {
  const first = path.indexOf(each);
  return path.some((key, k) => {
    if (first < 0 || k < first || typeof key !== "number" || key === each) return false;
    const beside = others.filter((other) => path.slice(0, k).every((part, at) => other[at] === part));
    return new Set(beside.map((other) => Number(other[k])).filter((other) => other < key)).size < key;
  });
}

/** Where the floats stand in arrays of arrays, objects or tuples that are returned. */
function floatPaths(output: Output, path: Path): readonly Path[] {
  switch (output.kind) {
    case "rows":
      return output.leaves.flatMap((leaf) => {
        const isFloating = isFloat(leaf.type) && leaf.isBoolean !== true;
        return isFloating ? [[...path, ...leaf.path]] : [];
      });
    case "object":
      return output.entries.flatMap(({ key, output: part }) => floatPaths(part, [...path, key]));
    case "tuple":
      return output.entries.flatMap((part, k) => floatPaths(part, [...path, k]));
    case "mixed":
      return floatPaths(output.of, path);
    default:
      return [];
  }
}

function allFloats(tag: Tag, context: RequestContext, fail: Report): readonly number[] {
  const floats = floatsAmong(context, (_, index) => !context.integers.has(index));
  if (floats.length === 0) fail(diagnostic("ADJ1012", tag.span, { function: context.signature.name }));
  return floats;
}

function namedParameters(
  words: readonly TagWord[],
  context: RequestContext,
  fail: Report,
): NonNullable<TagRequest["asked"]> {
  const asked: { readonly name: string; readonly span: Span; readonly leaves: readonly number[] }[] = [];
  const askedBy = new Map<number, TagWord>();
  for (const word of words) {
    const matches = namedLeaves(word, context);
    if (matches === undefined) {
      reportUnknown(word, context, fail);
      continue;
    }
    const [only] = matches;
    if (only !== undefined && matches.length === 1 && context.integers.has(only)) {
      reportInteger(word, integerUse(only, context.graph), fail);
      continue;
    }
    const floats = floatsAmong(context, (_, index) => matches.includes(index) && !context.integers.has(index));
    if (floats.length === 0) {
      const type = shapeText(shapeAt(pathOf(word.text, context), context.signature) ?? { kind: "object", members: [] });
      fail(diagnostic("ADJ1010", word.span, { name: word.text, type }, declaredAt(matches, context)));
      continue;
    }
    const twice = floats.find((index) => askedBy.has(index));
    if (twice !== undefined) {
      const other = askedBy.get(twice) ?? word;
      const notes = [{ message: "it is asked for here", span: other.span }];
      fail(diagnostic("ADJ1011", word.span, { name: word.text, other: other.text }, notes));
      continue;
    }
    floats.forEach((index) => askedBy.set(index, word));
    asked.push({ name: word.text, span: word.span, leaves: floats });
  }
  return asked;
}

/** A second place: where the parameter is declared. */
function declaredAt(matches: readonly number[], { graph }: RequestContext): Diagnostic["notes"] {
  const parameter = graph.parameters[matches[0] ?? -1];
  return parameter === undefined ? [] : [{ message: "it is declared here", span: parameter.span }];
}

function reportUnknown(word: TagWord, context: RequestContext, fail: Report): void {
  const names = namesOf(context);
  const close = nearest(word.text, names);
  const hint =
    close === undefined ? `its parameters are ${listed(plainNames(context.signature))}` : `did you mean ${close}?`;
  const made = diagnostic("ADJ1008", word.span, { function: context.signature.name, name: word.text });
  fail(made, plainNames(context.signature).length === 0 ? "it has no parameters" : hint);
}

function reportInteger(word: TagWord, use: Span | undefined, fail: Report): void {
  const notes = use === undefined ? [] : [{ message: "it is used as an integer here", span: use }];
  fail(diagnostic("ADJ1009", word.span, { name: word.text }, notes));
}

/** The first place where the parameter itself is an index, a length or the bound of a loop. */
function integerUse(index: number, graph: Graph): Span | undefined {
  const value = graph.parameters[index]?.value;
  let found: Span | undefined;
  walkNodes(graph.body, (node) => {
    if (found !== undefined || value === undefined) return;
    const isIndex = (node.kind === "load" || node.kind === "store") && node.index === value;
    const isLength = node.kind === "allocate" && node.length === value;
    const isBound = node.kind === "for" && (node.start === value || node.bound === value);
    if (isIndex || isLength || isBound) found = node.span;
  });
  return found;
}

function gradientOutput(tag: Tag, context: RequestContext, fail: Report): readonly ["value"] {
  const { name, returns } = context.signature;
  if (returns?.kind !== "number" && !(returns?.kind === "optional" && returns.of.kind === "number")) {
    const type = returns === undefined ? "nothing" : shapeText(returns);
    fail(diagnostic("ADJ1013", tag.span, { function: name, type }));
  }
  return ["value"];
}

function productOutputs(tag: Tag, context: RequestContext, fail: Report): readonly (number | "value")[] {
  const { name, returns } = context.signature;
  const written = floatsAmong(context, (parameter) => parameter.written && typeof parameter.type !== "string");
  if (tag.outputs !== undefined) return namedOutputs(tag.outputs, written, context, fail);
  if (returns !== undefined && holdsFloats(returns)) return ["value"];
  if (written.length === 0) {
    const returned = returns === undefined ? "it returns nothing" : `it returns ${shapeText(returns)}`;
    const reason = `${returned} and writes no array of floats`;
    fail(diagnostic("ADJ1018", tag.span, { function: name, reason }));
  }
  return written;
}

function namedOutputs(
  words: readonly TagWord[],
  written: readonly number[],
  context: RequestContext,
  fail: Report,
): readonly (number | "value")[] {
  const { name, returns } = context.signature;
  const outputs: (number | "value")[] = [];
  const possible = [...(returns === undefined ? [] : ["value"]), ...written.map((index) => nameOf(index, context))];
  const hint = possible.length > 0 ? `its outputs are ${listed(possible)}` : "it has no outputs";
  for (const word of words) {
    const matches = namedLeaves(word, context);
    const refuse = (reason: string) => {
      const values = { name: word.text, function: name, reason };
      fail(diagnostic("ADJ1016", word.span, values, declaredAt(matches ?? [], context)), hint);
    };
    const isReturned = word.text === "value" && (returns !== undefined || matches === undefined);
    const found = isReturned ? (["value"] as const) : (matches ?? []).filter((index) => written.includes(index));
    const number = isReturned ? undefined : writtenNumber(matches ?? [], context);
    if (isReturned && returns === undefined) refuse("it returns nothing");
    else if (isReturned && returns !== undefined && !holdsFloats(returns)) refuse(`it returns ${shapeText(returns)}`);
    else if (!isReturned && matches === undefined) {
      const close = nearest(word.text, possible);
      const made = diagnostic("ADJ1015", word.span, { function: name, name: word.text });
      fail(made, close === undefined ? hint : `did you mean ${close}?`);
    } else if (found.length === 0) refuse(reasonAgainst(matches ?? [], context));
    else if (number !== undefined) refuse(`it writes the number ${number} of it, too, which is no array`);
    else if (found.some((output) => outputs.includes(output))) {
      const shared = (each: TagWord) => namedLeaves(each, context)?.some((index) => outputs.includes(index));
      const first = words.find((each) => each.text === word.text || shared(each));
      const notes = [{ message: "it is named here", span: (first ?? word).span }];
      fail(diagnostic("ADJ1019", word.span, { name: word.text }, notes));
    } else outputs.push(...found);
  }
  return outputs;
}

function reasonAgainst(matches: readonly number[], { graph }: RequestContext): string {
  const parameter = graph.parameters[matches[0] ?? 0];
  if (parameter === undefined || typeof parameter.type === "string") return "it is no array";
  return parameter.written ? `it is ${typeText(parameter.type)}, which holds no floats` : "it is not written";
}

/** A number of an object that the function leaves another one in. */
function writtenNumber(matches: readonly number[], context: RequestContext): string | undefined {
  const { graph, integers } = context;
  const found = matches.find((index) => {
    const isNumber = graph.parameters[index]?.type === "number";
    return isNumber && graph.members?.has(index) === true && !integers.has(index);
  });
  return found === undefined ? undefined : nameOf(found, context);
}

function floatsAmong(
  { graph }: RequestContext,
  accepts: (parameter: Parameter, index: number) => boolean,
): readonly number[] {
  return graph.parameters.flatMap((parameter, index) =>
    isFloat(parameter.type) && accepts(parameter, index) ? [index] : [],
  );
}

function isFloat(type: ValueType): boolean {
  return typeof type === "string" ? type === "number" : ["f64", "f32", "number"].includes(type.element);
}

function holdsFloats(shape: Shape): boolean {
  if (shape.kind === "object") return shape.members.some((member) => holdsFloats(member.shape));
  if (shape.kind === "tuple") return shape.elements.some(holdsFloats);
  if (shape.kind === "rows") return holdsFloats(shape.of);
  if (shape.kind === "optional") return holdsFloats(shape.of);
  if (shape.kind === "number") return shape.isControl !== true;
  return shape.kind === "array" && isFloat({ kind: "array", element: shape.element });
}

/** The parameters of the graph that a word names: one, or all members of an object. `undefined`: there is no such name. */
function namedLeaves(word: TagWord, context: RequestContext): readonly number[] | undefined {
  const path = pathOf(word.text, context);
  if (path === undefined || shapeAt(path, context.signature) === undefined) return undefined;
  return context.graph.parameters.flatMap((parameter, index) => (startsWith(parameter.path, path) ? [index] : []));
}

/** `params.W1` -> `["params", "W1"]`; `W1`, bound by a destructured first parameter -> the same. */
function pathOf(text: string, { signature }: RequestContext): Path | undefined {
  const [first = "", ...rest] = text.split(".");
  for (const { name, bindings } of signature.parameters) {
    const bound = bindings?.find((binding) => binding.name === first);
    if (bound !== undefined) return [name, ...bound.path, ...rest];
    if (bindings === undefined && name === first) return [name, ...rest];
  }
  return undefined;
}

function shapeAt(path: Path | undefined, signature: FunctionSignature): Shape | undefined {
  const [first, ...rest] = path ?? [];
  let shape = signature.parameters.find((parameter) => parameter.name === first)?.shape;
  for (const key of rest) {
    // A member of the objects of an array is a member of all of them.
    while (shape?.kind === "rows" || shape?.kind === "optional") shape = shape.of;
    if (shape?.kind === "object") shape = shape.members.find((member) => member.name === String(key))?.shape;
    else if (shape?.kind === "tuple") shape = shape.elements[Number(key)];
    else return undefined;
  }
  return shape;
}

function startsWith(path: Path, prefix: Path): boolean {
  const named = namesIn(path);
  return prefix.every((key, k) => String(named[k]) === String(key));
}

/** The path without the arrays that it goes through. */
function namesIn(path: Path): Path {
  return path.filter((key) => key !== each);
}

/** How a parameter of the graph is named in a tag. */
function nameOf(index: number, { graph, signature }: RequestContext): string {
  const path = namesIn(graph.parameters[index]?.path ?? []);
  const owner = signature.parameters.find(({ name }) => name === path[0]);
  const bound = owner?.bindings?.find((binding) => startsWith(path.slice(1), binding.path));
  return bound === undefined ? path.join(".") : [bound.name, ...path.slice(1 + bound.path.length)].join(".");
}

function plainNames(signature: FunctionSignature): readonly string[] {
  return signature.parameters.flatMap(({ name, bindings }) => bindings?.map((binding) => binding.name) ?? [name]);
}

function namesOf(context: RequestContext): readonly string[] {
  const leaves = context.graph.parameters.map((_, index) => nameOf(index, context));
  return [...new Set([...plainNames(context.signature), ...leaves])];
}

function typeText(type: ValueType): string {
  return typeof type === "string" ? type : arrayTypeText(type.element);
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
