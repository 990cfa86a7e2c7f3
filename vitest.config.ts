import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

const timed = "test/scaling.test.ts";

export default defineConfig({
  // What a model imports by the name of the package is the source of it.
  resolve: { alias: { "adjoint-gen": fileURLToPath(new URL("src/index.ts", import.meta.url)) } },
  test: {
    pool: "forks",
    maxWorkers: 2,
    // Files of tests share what they load: the compiler, TypeScript, and the fixtures that are read.
    isolate: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: { name: "all", include: ["test/**/*.test.ts"], exclude: [...configDefaults.exclude, timed] },
      },
      // What takes times has the machine for itself, after all the others.
      { extends: true, test: { name: "timed", include: [timed], sequence: { groupOrder: 1 } } },
    ],
  },
});
