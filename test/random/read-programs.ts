/** Reads printed programs in memory, many with one project: opening one costs far more than a program does. */
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { openProject } from "../../src/frontend/project.ts";
import { readModel } from "../../src/frontend/read-model.ts";
import type { ModelFunction } from "../../src/ir/signature.ts";
import { present } from "../../src/diagnostics/invariant.ts";
import { inlineLimitFor } from "./compile-program.ts";
import type { PrintedProgram } from "./print-program.ts";

export type ReadProgram =
  | { readonly kind: "read"; readonly model: ModelFunction }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "crashed"; readonly stage: string; readonly error: unknown };

/** Keeps one project, whose files it replaces at every call. */
export function programReader(
  limitFor = inlineLimitFor,
): (programs: readonly PrintedProgram[]) => readonly ReadProgram[] {
  const opened = openProject({ sources: {} });
  const { project } = opened;
  return (programs) => {
    for (const file of project.getSourceFiles()) project.removeSourceFile(file);
    const paths = programs.map((_, k) => `/program${k}.ts`);
    programs.forEach(({ source }, k) => project.createSourceFile(paths[k] ?? "", source));
    return paths.map((path, k) => {
      try {
        const { functions, diagnostics } = readModel(opened, path, limitFor(present(programs[k], "a program")));
        const [model] = functions;
        const errors = diagnostics.filter(({ severity }) => severity === "error");
        if (errors.length > 0 || model === undefined) return { kind: "refused", diagnostics: errors };
        return { kind: "read", model };
      } catch (error) {
        return { kind: "crashed", stage: "front end", error };
      }
    });
  };
}
