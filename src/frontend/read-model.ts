/**
 * Reads one model file: its errors, its tags, and each tagged function lowered to a graph. Every error of the file is
 * reported at once; where there is one, `functions` holds what is right all the same, and nothing is to be made of it.
 */
import type { SourceFile } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { inOrder } from "../diagnostics/in-order.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { Span } from "../ir/graph.ts";
import type { ModelFunction, TagRequest } from "../ir/signature.ts";
import { faultPlace } from "./fault-place.ts";
import { checkFence } from "./fence.ts";
import { checkMarks } from "./fence-marks.ts";
import { checkGeneratedNames } from "./generated-names.ts";
import { inlineLimit } from "./inlining.ts";
import { integerParameters } from "./integers.ts";
import { lowerFunction } from "./lower-function.ts";
import { type Derive, derivesIn } from "./lower-marker.ts";
import { Names } from "./names.ts";
import type { SourceProject } from "./project.ts";
import { resolveRequest } from "./requests.ts";
import { readRules, type Rules } from "./rules.ts";
import { readSignature } from "./signature.ts";
import { sourceFaults } from "./source-faults.ts";
import { readTags, type TaggedFunction } from "./tags.ts";

export interface Model {
  readonly functions: readonly ModelFunction[];
  readonly diagnostics: readonly Diagnostic[];
  /** How many tags the file has. */
  readonly tagged: number;
  /** The file, all that it imports from the project, in the order of the imports, and what was read of packages. */
  readonly consulted: readonly { readonly path: string; readonly text: string }[];
}

/** `limit`: how large a function may be that is inlined at more than one place; `derive`: what derivatives in code are made by. */
export function readModel(project: SourceProject, filePath: string, limit = inlineLimit, derive?: Derive): Model {
  const sourceFile = project.file(filePath);
  if (sourceFile === undefined) {
    return {
      functions: [],
      diagnostics: [diagnostic("ADJ0001", undefined, { file: filePath })],
      tagged: 0,
      consulted: [],
    };
  }
  const path = sourceFile.getFilePath();
  const files = filesOf(sourceFile);
  const consulted = files.map((file) => ({ path: file.getFilePath(), text: file.compilerNode.text }));
  const tags = readTags(sourceFile);
  const faults = sourceFaults(project.project, sourceFile, tags.count > 0);
  const isSyntax = faults.some(({ code }) => code === "ADJ0101");
  if (isSyntax || tags.count === 0) {
    const diagnostics = isSyntax ? faults : tags.diagnostics;
    return { functions: [], diagnostics, tagged: tags.count, consulted };
  }
  const diagnostics = [...faults, ...tags.diagnostics, ...files.flatMap(checkMarks)];
  const functions: ModelFunction[] = [];
  const namePlaces = new Map<TagRequest, Span>();
  const names = new Names(project.project.getProgram().compilerObject, project.packages);
  const { rules, diagnostics: ofRules } = readRules(files, names);
  diagnostics.push(...ofRules);
  if (derive !== undefined) {
    const sourceFileOf = (at: string) => project.project.getSourceFile(at);
    names.derive = derivesIn({ names, rules, limit, derive, sourceFileOf });
  }
  for (const tagged of tags.functions) {
    // Lowering relies on types that hold together.
    const model =
      faults.length === 0
        ? readFunction({ names, rules, tagged, limit }, namePlaces, (made) => diagnostics.push(made))
        : undefined;
    if (model !== undefined) functions.push(model);
  }
  diagnostics.push(...checkGeneratedNames(functions, namePlaces));
  const ofPackages = [...names.consulted].map(({ fileName, text }) => ({ path: fileName, text }));
  return {
    functions,
    diagnostics: inOrder(diagnostics, path),
    tagged: tags.count,
    consulted: [...consulted, ...ofPackages],
  };
}

function readFunction(
  {
    names,
    rules,
    tagged,
    limit,
  }: Pick<Rules, "rules"> & {
    readonly names: Names;
    readonly tagged: TaggedFunction;
    readonly limit: number;
  },
  namePlaces: Map<TagRequest, Span>,
  report: (made: Diagnostic) => void,
): ModelFunction | undefined {
  const { name, node } = tagged.source;
  if (name === undefined) {
    const made = diagnostic("ADJ1023", faultPlace(node.compilerNode), {
      what: "the derivative is named after the function, and this one has no name",
    });
    report(withHint(made, "give it a name"));
    return undefined;
  }
  if (node.getBody() === undefined) {
    const what = `${name} has no body here, so there is nothing to differentiate`;
    report(
      withHint(
        diagnostic("ADJ1023", faultPlace(node.compilerNode), { what }),
        "tag the function where it is implemented",
      ),
    );
    return undefined;
  }
  const refused = checkFence(node.compilerNode);
  refused.forEach(report);
  const { signature, diagnostics } = readSignature(name, node);
  diagnostics.forEach(report);
  if (signature === undefined || refused.some(({ severity }) => severity === "error")) return undefined;
  const deepest = tagged.tags.some(({ mode }) => mode === "hvp") ? 2 : 1;
  const lowered = lowerFunction(node, signature, names, { all: rules, deepest }, limit);
  lowered.diagnostics.forEach(report);
  const { graph, places } = lowered;
  if (graph === undefined) return undefined;
  const context = {
    signature,
    graph,
    integers: integerParameters(graph),
  };
  const requests = tagged.tags.flatMap((tag) => {
    const request = resolveRequest(tag, context, (made, hint) =>
      report(hint === undefined ? made : withHint(made, hint)),
    );
    if (request !== undefined && tag.as !== undefined) namePlaces.set(request, tag.as.span);
    return request ?? [];
  });
  return { signature, graph, requests, places };
}

/** The file, and what it imports of the project. Packages and declarations of libraries are not among them. */
function filesOf(sourceFile: SourceFile): readonly SourceFile[] {
  const found = new Set<SourceFile>();
  const visit = (file: SourceFile): void => {
    if (found.has(file) || file.isInNodeModules() || file.isFromExternalLibrary()) return;
    found.add(file);
    for (const specifier of file.getImportStringLiterals()) {
      const imported = specifier.getSymbol()?.getDeclarations()[0]?.getSourceFile();
      if (imported !== undefined) visit(imported);
    }
  };
  visit(sourceFile);
  return [...found];
}
