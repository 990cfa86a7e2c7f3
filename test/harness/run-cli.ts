import { spawn } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Absolute, since the command runs in another folder. */
const loader = pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href;
const main = join(root, "src/cli/main.ts");

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own, in which the command line runs as a user would run it. */
export class Workspace {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async with(files: Readonly<Record<string, string>>): Promise<Workspace> {
    const workspace = new Workspace(await mkdtemp(join(tmpdir(), "adjoint-gen-test-")));
    for (const [name, text] of Object.entries(files)) await workspace.write(name, text);
    return workspace;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), text);
  }

  /** `undefined`: there is no such file. */
  read(name: string): Promise<string | undefined> {
    return readFile(this.path(name), "utf8").catch(() => undefined);
  }

  run(...words: readonly string[]): Promise<CliResult> {
    return this.start(...words).result;
  }

  /** A run that goes on: `stop` ends it, `err` is what it has said so far. */
  start(...words: readonly string[]): { readonly result: Promise<CliResult>; stop(): void; err(): string } {
    const env = { ...process.env, NO_COLOR: "1" };
    const child = spawn(process.execPath, ["--import", loader, main, ...words], { cwd: this.folder, env });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const result = new Promise<CliResult>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, out, err }));
    });
    return { result, stop: () => void child.kill(), err: () => err };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
