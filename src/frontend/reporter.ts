import type { ts } from "ts-morph";
import type { DiagnosticCode } from "../diagnostics/catalog.ts";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import { spanOf } from "./source-span.ts";

/** Collects what is wrong. A helper is lowered at each of its calls, but what is wrong with it is said once. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #said = new Set<string>();

  report(code: DiagnosticCode, at: ts.Node, values: Readonly<Record<string, string>> = {}, hint?: string): void {
    const span = spanOf(at);
    const key = `${code} ${span.file} ${span.line} ${span.column} ${span.endLine} ${span.endColumn}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    const made = diagnostic(code, span, values);
    this.diagnostics.push(hint === undefined ? made : withHint(made, hint));
  }

  /** Forgets what was said since there were `count`. */
  rewind(count: number): void {
    this.diagnostics.splice(count);
    this.#said.clear();
    for (const { code, span } of this.diagnostics) {
      if (span === undefined) continue;
      this.#said.add(`${code} ${span.file} ${span.line} ${span.column} ${span.endLine} ${span.endColumn}`);
    }
  }
}
