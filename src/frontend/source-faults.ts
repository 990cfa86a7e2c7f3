/** Syntax and type errors of one file, as the TypeScript compiler finds them. */
import { type Project, type SourceFile, ts } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { placeAt } from "./place.ts";

/**
 * Errors that say something about what is installed, and nothing about the model: modules and type packages that are not
 * found, names of other environments (`process`, `console`). What flows into such a name is seen to by the lowering.
 */
const environmental: ReadonlySet<number> = new Set([
  2307, 2318, 2580, 2581, 2582, 2583, 2584, 2585, 2591, 2592, 2593, 2688, 2732, 2792, 2867, 2868, 2875, 7016,
]);

/** Without `withTypes` the syntax alone is looked at. Where the syntax is wrong, the types say nothing. */
export function sourceFaults(project: Project, sourceFile: SourceFile, withTypes: boolean): readonly Diagnostic[] {
  const program = project.getProgram().compilerObject;
  const file = sourceFile.compilerNode;
  const syntax = program.getSyntacticDiagnostics(file);
  if (syntax.length > 0) return syntax.map((fault) => faultAt("ADJ0101", sourceFile, fault));
  if (!withTypes) return [];
  return program
    .getSemanticDiagnostics(file)
    .filter(({ category, code }) => category === ts.DiagnosticCategory.Error && !environmental.has(code))
    .map((fault) => faultAt("ADJ0102", sourceFile, fault));
}

function faultAt(code: "ADJ0101" | "ADJ0102", sourceFile: SourceFile, fault: ts.Diagnostic): Diagnostic {
  const start = fault.start ?? 0;
  const span = placeAt(sourceFile, start, Math.max(start + (fault.length ?? 0), start));
  const message = ts.flattenDiagnosticMessageText(fault.messageText, " ").replace(/\s+/g, " ").replace(/\.$/, "");
  return diagnostic(code, span, { message, number: fault.code });
}
