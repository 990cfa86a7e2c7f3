/** Runs again whenever something changes that a run depends on. */
import { type FSWatcher, watch as watchFolder } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { RunResult } from "./generate.ts";
import type { Terminal } from "./terminal.ts";

const settleMilliseconds = 60;

/** Ends with the process. Folders are watched and not files, since editors replace files when they save. */
export async function watch(run: () => Promise<RunResult>, { talk, colors }: Terminal): Promise<never> {
  const watchers = new Map<string, FSWatcher>();
  let consulted: ReadonlySet<string> = new Set();
  let changed: string | undefined;
  let wake: () => void = () => {};

  const onChange = (folder: string, name: string | null): void => {
    const path = name === null ? folder : resolve(folder, name);
    const isModel = /\.[mc]?tsx?$/.test(path) && !/\.grad\.[mc]?ts$/.test(path) && !basename(path).startsWith(".");
    if (name !== null && !isModel && !consulted.has(path) && basename(path) !== "tsconfig.json") return;
    changed = path;
    wake();
  };
  for (;;) {
    const result = await run();
    consulted = new Set(result.consulted);
    const folders = new Set([...result.folders, ...result.consulted.map((path) => dirname(path))]);
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of folders) if (!watchers.has(folder)) open(folder);
    talk(colors.dim(`watching ${consulted.size} ${consulted.size === 1 ? "file" : "files"}; Ctrl-C ends it\n`));
    while (changed === undefined) await new Promise<void>((resume) => (wake = resume));
    // A save is often several events.
    await new Promise((resume) => setTimeout(resume, settleMilliseconds));
    talk(colors.dim(`\n${basename(changed)} has changed\n`));
    changed = undefined;
  }

  function open(folder: string): void {
    try {
      const watcher = watchFolder(folder, (_, name) => onChange(folder, name));
      watcher.on("error", () => watchers.delete(folder));
      watchers.set(folder, watcher);
    } catch {
      // The folder is not there (a pattern that finds nothing yet); the next run looks again.
    }
  }
}
