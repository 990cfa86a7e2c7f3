/** Talks to the tool of examples/gradbench as GradBench does: a process, a message a line, an answer a line. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Answer {
  readonly id: number;
  readonly success?: boolean;
  readonly output?: unknown;
  readonly error?: string;
  readonly timings?: readonly { readonly name: string; readonly nanoseconds: number }[];
}

export interface Tool {
  /** Sends a message, and waits for the answer to it. */
  ask(message: object): Promise<Answer>;
  /** What `function` of `module` gives: a failure is an error. */
  evaluate(module: string, name: string, input: unknown): Promise<unknown>;
  /** Ends the input. Gives the exit code, and what was written that was no answer. */
  end(): Promise<{ readonly code: number | null; readonly rest: readonly string[] }>;
}

export function startTool(): Tool {
  const path = fileURLToPath(new URL("../../examples/gradbench/tool.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const next = waiting.shift();
    if (next === undefined) lines.push(line);
    else next(line);
  });
  void ended.then((code) => waiting.forEach((next) => next(JSON.stringify({ id: -1, error: `ended with ${code}` }))));
  let id = 0;

  async function ask(message: object): Promise<Answer> {
    const line = new Promise<string>((resolve) => waiting.push(resolve));
    const own = id++;
    child.stdin.write(`${JSON.stringify({ id: own, ...message })}\n`);
    const answer = JSON.parse(await line) as Answer;
    if (answer.id !== own) throw new Error(`the answer to ${own} is ${JSON.stringify(answer)}`);
    return answer;
  }
  return {
    ask,
    async evaluate(module, name, input) {
      const answer = await ask({ kind: "evaluate", module, function: name, input });
      if (answer.success !== true) throw new Error(`${module} ${name}: ${answer.error}`);
      return answer.output;
    },
    async end() {
      child.stdin.end();
      return { code: await ended, rest: lines };
    },
  };
}
