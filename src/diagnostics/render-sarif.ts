/** SARIF 2.1.0, the format that code hosts and editors read: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
import type { Span } from "../ir/graph.ts";
import { version } from "../version.ts";
import { catalog } from "./catalog.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { RenderContext } from "./render.ts";

export function renderSarif(diagnostics: readonly Diagnostic[], context: RenderContext): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "adjoint-gen", version, semanticVersion: version, rules: codes.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes, context)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(code: Diagnostic["code"]) {
  const { title, page, severity, kind } = catalog[code];
  return {
    id: code,
    name: title.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    help: { text: page, markdown: page },
    defaultConfiguration: { level: severity },
    properties: { kind, tags: [kind] },
  };
}

function resultOf(diagnostic: Diagnostic, codes: readonly string[], context: RenderContext) {
  const { code, severity, message, hint, span, file, notes } = diagnostic;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message} (${hint})` },
    locations: span !== undefined ? [locationOf(span, context)] : file !== undefined ? [wholeOf(file, context)] : [],
    relatedLocations: notes.map((note, id) => ({
      id,
      message: { text: note.message },
      ...locationOf(note.span, context),
    })),
  };
}

/** A file without a region. */
function wholeOf(file: string, { nameOf }: RenderContext) {
  return { physicalLocation: { artifactLocation: { uri: encodeURI(nameOf(file)) } } };
}

function locationOf(span: Span, context: RenderContext) {
  return {
    physicalLocation: {
      ...wholeOf(span.file, context).physicalLocation,
      region: {
        startLine: span.line,
        startColumn: span.column,
        endLine: span.endLine,
        endColumn: span.endColumn,
      },
    },
  };
}
