/** Compiles a model for which the stack was too small once more, in a thread with a larger one. */
import { Worker } from "node:worker_threads";
import type { ModelOutcome } from "./compile-models.ts";
import type { DeepJob } from "./deep-worker.ts";
import type { GenerateOptions } from "./generate-options.ts";

/** It is memory only as far as it is used. */
const stackSizeMb = 64;

/** `outcome` is what came of it here, and stays so where no thread can be had. */
export function compileDeeply(outcome: ModelOutcome, options: GenerateOptions): Promise<ModelOutcome> {
  const { model } = outcome;
  const isSource = import.meta.url.endsWith(".ts");
  const script = new URL(`./deep-worker.${isSource ? "ts" : "js"}`, import.meta.url);
  const workerData: DeepJob = { script: script.href, model, options };
  // The loader that runs adjoint-gen from its source does not reach into threads.
  const loader = isSource ? JSON.stringify(import.meta.resolve("tsx/esm/api")) : "";
  const start = isSource ? `import(${loader}).then(({ register }) => { register(); return ${load}; })` : load;
  return new Promise((resolve) => {
    const worker = new Worker(start, { eval: true, workerData, resourceLimits: { stackSizeMb } });
    worker.once("message", (deeper: ModelOutcome) => resolve({ ...deeper, model }));
    worker.once("error", () => resolve(outcome));
    worker.once("exit", () => resolve(outcome));
  });
}

const load = `import(require("node:worker_threads").workerData.script)`;
