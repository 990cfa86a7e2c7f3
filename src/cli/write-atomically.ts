import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, basename } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** Writes beside the file and renames, so that nobody ever reads half a file and a failure leaves the old one. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
