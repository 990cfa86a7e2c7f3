import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes the folder, and those above it that are not there. One at a time: below a folder in which nothing can be made, as
 * in `/proc`, `mkdir` with `recursive` does not come back.
 */
export async function makeFolder(path: string): Promise<void> {
  if ((await made(path)) !== "ENOENT") return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch(unlessItIsThere);
}

async function made(path: string): Promise<"ENOENT" | undefined> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "ENOENT";
    unlessItIsThere(error);
  }
  return undefined;
}

/** Where a file stands in its place, writing into it says so. */
function unlessItIsThere(error: unknown): void {
  // Of a drive or a file system that takes no new folder.
  const isThere = ["EEXIST", "EISDIR"].includes(codeOf(error));
  if (!isThere) throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
