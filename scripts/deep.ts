/**
 * Compiles the sources of test/robustness/deep-sources.ts at full depth: `npx tsx scripts/deep.ts [--depth N] [--only text]`.
 *
 * Prints for each how long it took and what came of it, and exits with 1 where the compiler threw, hung or died.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { transform } from "../src/compiler.ts";
import { deepSources } from "../test/robustness/deep-sources.ts";
import { isServing, serve, supervised } from "../test/robustness/supervised.ts";

interface Job {
  readonly name: string;
  readonly depth: number;
}
interface Answer {
  readonly milliseconds: number;
  readonly what: string;
  readonly isFault: boolean;
}

if (isServing) serve(compile);
else await main();

async function compile({ name, depth }: Job): Promise<Answer> {
  const text = deepSources.find((each) => each.name === name)?.text(depth) ?? "";
  const start = process.cpuUsage();
  const outcome = await transform({ path: "model.ts", text }).then(
    ({ files, diagnostics }) => {
      const [first] = diagnostics;
      const place = first?.span === undefined ? "" : ` ${first.span.line}:${first.span.column}`;
      return { what: files.length > 0 ? "compiled" : `${first?.code}${place} ${first?.message}`, isFault: false };
    },
    (error: unknown) => ({ what: `THREW ${String(error instanceof Error ? error.stack : error)}`, isFault: true }),
  );
  const { user, system } = process.cpuUsage(start);
  return { milliseconds: Math.round((user + system) / 1000), ...outcome };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      depth: { type: "string", default: "2000" },
      only: { type: "string", default: "" },
      /** Seconds that one may take. */
      limit: { type: "string", default: "120" },
    },
  });
  const compiler = supervised<Job, Answer>(fileURLToPath(import.meta.url), Number(values.limit) * 1000);
  let faults = 0;
  for (const { name, depth = Infinity } of deepSources) {
    if (!name.includes(values.only)) continue;
    const job = { name, depth: Math.min(depth, Number(values.depth)) };
    const outcome = await compiler.run(job);
    const isDone = outcome.kind === "done";
    if (!isDone || outcome.answer.isFault) faults++;
    const seconds = isDone ? (outcome.answer.milliseconds / 1000).toFixed(1) : "–";
    console.log(
      `${seconds.padStart(6)} s  ${name}, ${job.depth}: ${isDone ? outcome.answer.what : outcome.kind.toUpperCase()}`,
    );
  }
  compiler.end();
  process.exitCode = faults > 0 ? 1 : 0;
}
