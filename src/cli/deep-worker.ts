/** The thread of compile-deeply.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { compileModels } from "./compile-models.ts";
import type { GenerateOptions } from "./generate-options.ts";
import type { SelectedModel } from "./select-models.ts";
import { processTerminal } from "./terminal.ts";

export interface DeepJob {
  readonly script: string;
  readonly model: SelectedModel;
  readonly options: GenerateOptions;
}

const { model, options } = workerData as DeepJob;
const [outcome] = await compileModels([model], { ...options, quiet: true }, processTerminal());
parentPort?.postMessage(outcome);
