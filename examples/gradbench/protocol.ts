/** GradBench's protocol: for each message one answer. */
import { modules, type Module } from "./modules.ts";
import type { Workload } from "./workload.ts";

interface Message {
  readonly id: number;
  readonly kind: string;
  readonly module?: string;
  readonly function?: string;
  readonly input?: unknown;
}

interface Timing {
  readonly name: "evaluate";
  readonly nanoseconds: number;
}

/** What is answered to a line, as a line. */
export function answerTo(line: string): string {
  const message = JSON.parse(line) as Message;
  return JSON.stringify({ id: message.id, ...contentOf(message) });
}

function contentOf(message: Message): object {
  switch (message.kind) {
    case "start":
      return { tool: "adjoint-gen" };
    case "define":
      return moduleOf(message) === undefined
        ? { success: false, error: `there is no module ${message.module}` }
        : { success: true };
    case "evaluate":
      try {
        return evaluated(message);
      } catch (error) {
        return { success: false, error: String(error) };
      }
    default:
      return {};
  }
}

function evaluated(message: Message): object {
  const name = message.function ?? "";
  const functions = moduleOf(message);
  if (functions === undefined || !Object.hasOwn(functions, name)) {
    throw new Error(`there is no function ${name} in a module ${message.module}`);
  }
  const prepare = functions[name] as (input: unknown) => Workload;
  const prepared = prepare(message.input);
  const timings = timed(prepared, (message.input ?? {}) as { min_runs?: number; min_seconds?: number });
  return { success: true, output: prepared.output(), timings };
}

function moduleOf({ module = "" }: Message): Module | undefined {
  return Object.hasOwn(modules, module) ? modules[module] : undefined;
}

/** Runs until both are reached. */
function timed({ run }: Workload, { min_runs = 1, min_seconds = 0 }): Timing[] {
  const timings: Timing[] = [];
  let elapsed = 0;
  do {
    const start = process.hrtime.bigint();
    run();
    const nanoseconds = Number(process.hrtime.bigint() - start);
    elapsed += nanoseconds;
    timings.push({ name: "evaluate", nanoseconds });
  } while (timings.length < min_runs || elapsed < min_seconds * 1e9);
  return timings;
}
