/** The names that a generated file declares: for each derivative `f`, the function, the type `F` and `createF`. */
import { capitalized } from "../ir/capitalized.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { Span } from "../ir/graph.ts";
import type { ModelFunction, TagRequest } from "../ir/signature.ts";

/** Words of the language, in modules, and names that mean something else in a declaration. */
const reserved = new Set(
  (
    "arguments as async await boolean break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield undefined"
  ).split(" "),
);

/** Globals that generated code uses, as values or as types. */
const globals = new Set(
  (
    "Math Number Array Infinity NaN Boolean RangeError Error TypeError SyntaxError Float32Array Float64Array Int8Array " +
    "Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array isNaN isFinite"
  ).split(" "),
);

/** Names that cannot be used, and names that two tags of the file would share. */
export function checkGeneratedNames(
  functions: readonly ModelFunction[],
  /** Where a tag names its function, if it does. */
  namePlaces: ReadonlyMap<TagRequest, Span>,
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const declared = new Map<string, Span>();
  const types = new Set(functions.flatMap(({ signature }) => signature.typeImports));
  for (const { model, request } of functions.flatMap((each) =>
    each.requests.map((one) => ({ model: each, request: one })),
  )) {
    const { functionName } = request;
    const span = namePlaces.get(request) ?? request.span;
    const names = [functionName, capitalized(functionName), `create${capitalized(functionName)}`];
    const reason = names.map((name) => faultOf(name, types)).find((fault) => fault !== undefined);
    if (reason !== undefined) diagnostics.push(diagnostic("ADJ1007", span, { name: functionName, reason }));
    for (const { name } of model.signature.parameters) {
      // `out = createFGrad(x)` is within reach of the parameters.
      const isCreate = name === `create${capitalized(functionName)}`;
      if (!isCreate && !globals.has(name)) continue;
      const declared = model.graph.parameters.find(({ path }) => path[0] === name)?.span;
      const values = { name, function: model.signature.name, what: isCreate ? "function" : "global" };
      diagnostics.push(diagnostic("ADJ1026", declared ?? span, values));
    }
    const taken = names.find((name) => declared.has(name));
    const other = taken === undefined ? undefined : declared.get(taken);
    if (taken !== undefined && other !== undefined) {
      const made = diagnostic("ADJ1014", span, { name: taken }, [
        { message: "the other one is asked for here", span: other },
      ]);
      diagnostics.push(withHint(made, `name one of them: @${request.mode} {as: ${functionName}2} …`));
    }
    for (const name of names) if (!declared.has(name)) declared.set(name, span);
  }
  return diagnostics;
}

function faultOf(name: string, types: ReadonlySet<string>): string | undefined {
  if (reserved.has(name)) return `${name} is a word of the language`;
  if (globals.has(name)) return `the generated code uses the global ${name}`;
  return types.has(name) ? `the generated file imports the type ${name}` : undefined;
}
