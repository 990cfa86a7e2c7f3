/**
 * A process that does jobs, and is watched: a job that takes too long, or that ends the process, is an outcome, and the
 * next job gets a new process.
 */
import { type ChildProcess, fork } from "node:child_process";

export type Outcome<Answer> =
  | { readonly kind: "done"; readonly answer: Answer }
  | { readonly kind: "hangs" }
  | { readonly kind: "dies"; readonly code: number | string };

export interface Supervised<Job, Answer> {
  readonly run: (job: Job) => Promise<Outcome<Answer>>;
  readonly end: () => void;
}

/** `script` serves (below). The limit is for one job, in milliseconds; the first of a process has the time to load too. */
export function supervised<Job, Answer>(script: string, limit: number): Supervised<Job, Answer> {
  let child: ChildProcess | undefined;
  const start = (): Promise<ChildProcess> =>
    new Promise((resolve) => {
      const made = fork(script, ["--serve"], { execArgv: process.execArgv });
      made.once("message", () => resolve(made));
    });
  const run = async (job: Job): Promise<Outcome<Answer>> => {
    const worker = (child ??= await start());
    return new Promise((resolve) => {
      const finish = (outcome: Outcome<Answer>, isOver: boolean): void => {
        clearTimeout(timer);
        worker.removeAllListeners("message").removeAllListeners("exit");
        if (isOver) {
          worker.kill("SIGKILL");
          child = undefined;
        }
        resolve(outcome);
      };
      const timer = setTimeout(() => finish({ kind: "hangs" }, true), limit);
      worker.once("message", (answer: Answer) => finish({ kind: "done", answer }, false));
      worker.once("exit", (code, signal) => finish({ kind: "dies", code: code ?? signal ?? "?" }, true));
      worker.send(job as object);
    });
  };
  return { run, end: () => void child?.kill("SIGKILL") };
}

export const isServing = process.argv.includes("--serve");

/** What the script itself does in the process that is watched. */
export function serve<Job, Answer>(work: (job: Job) => Promise<Answer>): void {
  process.on("message", (job: Job) => {
    work(job).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.send?.("ready");
}
