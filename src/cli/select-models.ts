/** The selected files, each with its project and its output. */
import { statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { outputPath } from "../compile-file.ts";
import { filesOfConfig, nearestConfig } from "../frontend/project.ts";
import type { GenerateOptions } from "./generate-options.ts";
import { type SelectedFile, selectFiles } from "./select-files.ts";

export interface SelectedModel extends SelectedFile {
  readonly output: string;
  readonly tsconfig: string | undefined;
}

export interface ModelSelection {
  readonly models: readonly SelectedModel[];
  readonly diagnostics: readonly Diagnostic[];
  readonly folders: readonly string[];
}

export async function selectModels(
  words: readonly string[],
  options: GenerateOptions,
  folder: string,
): Promise<ModelSelection> {
  const config = options.project === undefined ? undefined : configAt(resolve(folder, options.project));
  if (config !== undefined && !isFile(config)) {
    const values = { file: options.project ?? "", reason: "there is no such file" };
    return { models: [], diagnostics: [diagnostic("ADJ0006", undefined, values)], folders: [] };
  }
  const projectFiles =
    config === undefined || words.length > 0 ? undefined : { folder: dirname(config), files: filesOfConfig(config) };
  const { files, diagnostics, folders } = await selectFiles(words, projectFiles, folder);
  const models = files.map((file) => {
    const beside = outputPath(file.path, options.lang);
    const output = options.outDir === undefined ? beside : resolve(folder, options.outDir, relative(file.base, beside));
    return { ...file, output, tsconfig: config ?? nearestConfig(file.path) };
  });
  const clashes = clashesAmong(models, folder);
  return { models: clashes.length > 0 ? [] : models, diagnostics: [...diagnostics, ...clashes], folders };
}

function clashesAmong(models: readonly SelectedModel[], folder: string): readonly Diagnostic[] {
  const writers = new Map<string, SelectedModel>();
  return models.flatMap((model) => {
    const other = writers.get(model.output);
    writers.set(model.output, model);
    if (other === undefined) return [];
    const [file, first, output] = [model.path, other.path, model.output].map((path) => relative(folder, path));
    return [diagnostic("ADJ0008", undefined, { file: first ?? "", other: file ?? "", output: output ?? "" })];
  });
}

function configAt(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, "tsconfig.json") : path;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
