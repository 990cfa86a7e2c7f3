/** All goldens typecheck under `strict`, with every TypeScript that is supported. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { repository } from "./harness/fixtures.ts";

const run = promisify(execFile);

describe.each(["typescript-5.9", "typescript", "typescript-7"])("%s", (name) => {
  test.each(["fixtures", "examples"])("%s", { timeout: 120_000 }, async (folder) => {
    const compiler = join(repository, "node_modules", name, "bin/tsc");
    const { stdout } = await run(process.execPath, [compiler, "-p", join(repository, folder)]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  });
});
