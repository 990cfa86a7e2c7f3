/** A whole generated module: header, type imports, tables, functions, and the helpers that they use. */
import type { Graph } from "../ir/graph.ts";
import type { FunctionSignature } from "../ir/signature.ts";
import type { DerivativeGraph } from "../../transforms/pass.ts";
import { faceOf } from "./face.ts";
import { printDerivative } from "./function.ts";
import { moduleParts } from "./module-parts.ts";

export interface ModuleOptions {
  readonly lang: "ts" | "js";
  readonly scratch: "f64" | "f32";
  /** The comment at the top, complete. */
  readonly header: string;
  /** How the module of the model is written in an import: `./model.ts`. */
  readonly modelImport: string;
}

/** Text that is valid but not formatted. */
export function printModule(
  functions: readonly { readonly signature: FunctionSignature; readonly derivative: DerivativeGraph }[],
  options: ModuleOptions,
): string {
  const { lang, scratch, header, modelImport } = options;
  const declared = functions.flatMap(({ signature, derivative }) => {
    const { functionName, typeName, createName } = faceOf(signature, derivative.request);
    return [functionName, typeName, createName];
  });
  const types = [...new Set(functions.flatMap(({ signature }) => signature.typeImports))].sort();
  const local = new Set(
    functions.flatMap(({ derivative: { graph } }) => [graph, ...(graph.functions?.values() ?? [])].flatMap(namesIn)),
  );
  const parts = moduleParts(lang, [...declared, ...types], local);
  const texts = functions.map(({ signature, derivative }) =>
    printDerivative(signature, derivative, parts, { scratch }),
  );
  const { tables, functions: called, helpers } = parts.print(texts);
  const imports =
    lang === "ts" && types.length > 0
      ? [`import type { ${types.join(", ")} } from ${JSON.stringify(modelImport)};`]
      : [];
  return (
    [header, ...imports, tables.join("\n"), ...texts, ...called, ...helpers]
      .filter((text) => text !== "")
      .join("\n\n") + "\n"
  );
}

/** What the parameters and values of a graph are called. */
function namesIn(graph: Graph): readonly string[] {
  const parameters = graph.parameters.flatMap(({ path }) => path.map(String));
  return [...parameters, ...[...graph.values.values()].flatMap(({ name }) => name ?? [])];
}
