/** Errors of types in generated modules, many of them with one project. */
import { Project, ts } from "ts-morph";

/** For each text, what is wrong with it; `undefined` where nothing is. Each stands beside its program. */
export type TypeChecker = (
  modules: readonly { readonly source: string; readonly text: string }[],
) => readonly (string | undefined)[];

export function typeChecker(): TypeChecker {
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      strict: true,
      noUnusedLocals: true,
      noEmit: true,
      allowImportingTsExtensions: true,
    },
  });
  return (modules) => {
    for (const file of project.getSourceFiles()) project.removeSourceFile(file);
    modules.forEach(({ source }, k) => project.createSourceFile(`/folder${k}/program.ts`, source));
    const files = modules.map(({ text }, k) => project.createSourceFile(`/folder${k}/program.grad.ts`, text));
    const program = project.getProgram().compilerObject;
    return files.map(({ compilerNode }) => {
      const [fault] = [
        ...program.getSyntacticDiagnostics(compilerNode),
        ...program.getSemanticDiagnostics(compilerNode),
      ];
      if (fault === undefined) return undefined;
      const line = compilerNode.text.slice(0, fault.start ?? 0).split("\n").length;
      return `line ${line}: ${ts.flattenDiagnosticMessageText(fault.messageText, " ")}`;
    });
  };
}
