/** What becomes of a generated text: it is written, printed, or compared with what stands there. */
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { withFile } from "../diagnostics/with-file.ts";
import type { FileReport } from "../diagnostics/render-json.ts";
import { isGenerated } from "../header.ts";
import { fileFault } from "./file-fault.ts";
import type { SelectedModel } from "./select-models.ts";
import type { Terminal } from "./terminal.ts";
import { writeAtomically } from "./write-atomically.ts";

interface OutputResult {
  readonly status: FileReport["status"];
  readonly diagnostics: readonly Diagnostic[];
}

export async function writeOutput(model: SelectedModel, text: string): Promise<OutputResult> {
  const file = shown(model.output);
  try {
    const before = await textAt(model.output);
    if (before === text) return { status: "unchanged", diagnostics: [] };
    if (before !== undefined && before.trim() !== "" && !isGenerated(before)) {
      return { status: "refused", diagnostics: [withFile(diagnostic("ADJ0010", undefined, { file }), model.output)] };
    }
    await writeAtomically(model.output, text);
    return { status: "written", diagnostics: [] };
  } catch (error) {
    return { status: "refused", diagnostics: [withFile(fileFault("ADJ0009", file, error), model.output)] };
  }
}

/** A checkout with other line ends is no difference. */
export async function checkOutput(model: SelectedModel, text: string): Promise<OutputResult> {
  const output = shown(model.output);
  const values = { file: shown(model.path), output, command: mendingCommand() };
  try {
    const before = await textAt(model.output);
    if (before === undefined)
      return { status: "missing", diagnostics: [withFile(diagnostic("ADJ0012", undefined, values), model.path)] };
    if (before.replace(/\r\n/g, "\n") === text) return { status: "fresh", diagnostics: [] };
    return { status: "stale", diagnostics: [withFile(diagnostic("ADJ0011", undefined, values), model.output)] };
  } catch (error) {
    return { status: "stale", diagnostics: [withFile(fileFault("ADJ0002", output, error), model.output)] };
  }
}

export function printOutput(text: string, { out }: Terminal): { readonly status: "printed" } {
  out(text);
  return { status: "printed" };
}

async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}

/** The command at hand, without what makes it a check. */
function mendingCommand(): string {
  const words = process.argv.slice(2).filter((word) => word !== "--check");
  return ["adjoint-gen", ...words.map((word) => (/^[\w./=:@-]+$/.test(word) ? word : JSON.stringify(word)))].join(" ");
}
