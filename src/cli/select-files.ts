/** Files, patterns and projects of the command line -> the models to compile, and what is wrong with the rest. */
import { access, constants, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { withFile } from "../diagnostics/with-file.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import { mayHaveTags } from "../frontend/tag-names.ts";
import { fileFault } from "./file-fault.ts";

export interface SelectedFile {
  /** Absolute. */
  readonly path: string;
  /** The folder below which `--out-dir` keeps the folders. */
  readonly base: string;
  /** The command line names it, so a file without tags is worth a warning. */
  readonly isNamed: boolean;
}

export interface Selection {
  readonly files: readonly SelectedFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** Folders in which a new file may belong to the selection. */
  readonly folders: readonly string[];
}

const sourcePattern = /(?<!\.d)\.([mc]?ts|tsx)$/;
const ignored = ["**/node_modules/**", "**/*.d.{ts,mts,cts}", "**/*.grad.{ts,mts,cts,js,mjs,cjs}"];

export async function selectFiles(
  words: readonly string[],
  projectFiles: { readonly folder: string; readonly files: readonly string[] } | undefined,
  folder: string,
): Promise<Selection> {
  const diagnostics: Diagnostic[] = [];
  const named: string[] = [];
  const found = new Map<string, SelectedFile>();
  const folders = new Set<string>();
  for (const word of words) {
    const path = resolve(folder, word);
    const fault = await faultOf(path, word, folder);
    if (fault === undefined) named.push(path);
    else if (fault.code !== "ADJ0001" || !isDynamicPattern(word)) diagnostics.push(fault);
    else {
      const base = patternBase(word, folder);
      folders.add(base);
      const matches = await matchesOf(word, folder);
      if (matches.length === 0) diagnostics.push(diagnostic("ADJ0004", undefined, { pattern: word, folder }));
      const models = await filesWithTags(matches);
      for (const match of models) found.set(match, { path: match, base, isNamed: false });
      if (matches.length > 0 && models.length === 0) diagnostics.push(diagnostic("ADJ0007", undefined, { file: word }));
    }
  }
  if (projectFiles !== undefined) {
    folders.add(projectFiles.folder);
    const models = await filesWithTags(projectFiles.files.filter(isModel));
    for (const path of models) found.set(path, { path, base: projectFiles.folder, isNamed: false });
    if (models.length === 0) diagnostics.push(diagnostic("ADJ0007", undefined, { file: projectFiles.folder }));
  }
  const base = commonFolder(named);
  for (const path of named) {
    folders.add(dirname(path));
    found.set(path, { path, base, isNamed: true });
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files, diagnostics, folders: [...folders] };
}

/** A path that a project may list and that is a model: source, not generated, not of a package. */
function isModel(path: string): boolean {
  return sourcePattern.test(path) && !/\.grad\.[mc]?ts$/.test(path) && !/[\\/]node_modules[\\/]/.test(path);
}

async function faultOf(path: string, word: string, folder: string): Promise<Diagnostic | undefined> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) {
      const pattern = join(word, "**/*.ts").split(sep).join("/");
      return diagnostic("ADJ0003", undefined, { file: word, pattern });
    }
    if (!sourcePattern.test(path)) return withFile(diagnostic("ADJ0005", undefined, { file: word }), path);
    await access(path, constants.R_OK);
    new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
    return undefined;
  } catch (error) {
    if (isMissing(error)) return missing(path, word, folder);
    return withFile(fileFault("ADJ0002", word, error), path);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

async function missing(path: string, word: string, folder: string): Promise<Diagnostic> {
  const neighbours = await glob("*.{ts,mts,cts,tsx}", { cwd: dirname(path), ignore: ignored, deep: 1 }).catch(() => []);
  const close = nearest(path.slice(dirname(path).length + 1), neighbours);
  const made = diagnostic("ADJ0001", undefined, { file: word });
  return close === undefined ? made : withHint(made, `did you mean ${relative(folder, join(dirname(path), close))}?`);
}

async function matchesOf(pattern: string, folder: string): Promise<readonly string[]> {
  const paths = await glob(pattern.split("\\").join("/"), { cwd: folder, absolute: true, ignore: ignored });
  return paths.map((path) => resolve(path)).filter((path) => sourcePattern.test(path));
}

/** `src/**\/*.ts` -> `src`: the folder that the pattern starts from. */
function patternBase(pattern: string, folder: string): string {
  const parts = pattern.split("/");
  const dynamic = parts.findIndex((part) => isDynamicPattern(part));
  return resolve(folder, parts.slice(0, dynamic < 0 ? -1 : dynamic).join("/"));
}

async function filesWithTags(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const batch = 64; // more at once may be more than the operating system lets a process open
  for (let from = 0; from < paths.length; from += batch) {
    const some = paths.slice(from, from + batch);
    // One that cannot be read may have tags: reading it again says what is wrong.
    const texts = await Promise.all(some.map((path) => readFile(path, "utf8").catch(() => undefined)));
    found.push(...some.filter((_, k) => texts[k] === undefined || mayHaveTags(texts[k])));
  }
  return found;
}

function commonFolder(paths: readonly string[]): string {
  const [first, ...others] = paths.map((path) => dirname(path).split(sep));
  if (first === undefined) return sep;
  let length = first.length;
  for (const other of others) while (first.slice(0, length).join(sep) !== other.slice(0, length).join(sep)) length--;
  return first.slice(0, length).join(sep) || sep;
}
