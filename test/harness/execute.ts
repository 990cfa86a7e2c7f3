import ts from "typescript";

export type Exports = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/**
 * Runs the text of a generated module and gives what it exports. It has no `require`, so an import at run time fails, and
 * it is in strict mode as a module is.
 */
export function execute(text: string): Exports {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      verbatimModuleSyntax: false,
    },
  });
  const exports: Record<string, (...args: unknown[]) => unknown> = {};
  new Function("exports", `"use strict";\n${outputText}`)(exports);
  return exports;
}
