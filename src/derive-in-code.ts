/** The text of a derivative that is asked for in code: generated like those of tags, and lowered again where it is called. */
import { printModule } from "./backend/module.ts";
import type { Derive } from "./frontend/lower-marker.ts";
import { refusals, runPipeline } from "./pipeline.ts";

interface DeriveOptions {
  readonly strictFp: boolean;
  readonly disabled: readonly string[];
}

export function deriveWith({ strictFp, disabled }: DeriveOptions): Derive {
  return (model) => {
    const [request] = model.requests;
    if (request === undefined) throw new TypeError("a derivative in code has one request");
    const refused = refusals(model, request);
    if (refused.length > 0) return { refused };
    const derivative = runPipeline(model, request, { strictFp, disabled: new Set(disabled), keepsMarks: true });
    const printed = { signature: model.signature, derivative };
    const header = 'import { stopGradient } from "adjoint-gen";';
    return { text: printModule([printed], { lang: "js", scratch: "f64", header, modelImport: "" }) };
  };
}
