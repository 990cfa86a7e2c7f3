/**
 * Random programs, as many as one likes: `npx tsx scripts/fuzz.ts [--count N] [--seed S] [--workers W] [--profile P] [--bail]`.
 *
 * Prints every fault once, as the smallest program that shows it, with its inputs and both results; then what was drawn
 * how often. Exits with 1 where there was one. Workers are processes, since the compiler is not to share anything.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { batchRunner, batchSize, blamed, checker, generalized, shrink } from "../test/random/batch.ts";
import { inputsOf } from "../test/random/inputs.ts";
import { printProgram } from "../test/random/print-program.ts";
import { profiles } from "../test/random/profiles.ts";

interface BatchReport {
  readonly seed: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  readonly refusals: readonly string[];
  readonly faults: readonly { readonly index: number; readonly what: string; readonly text: string }[];
}

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    /** Of this profile alone. */
    profile: { type: "string", default: "" },
    workers: { type: "string", default: "2" },
    /** Tries to make a fault smaller. */
    shrink: { type: "string", default: "400" },
    /** Stop at the first fault. */
    bail: { type: "boolean", default: false },
    features: { type: "boolean", default: false },
    refusals: { type: "boolean", default: false },
  },
});

if (process.send !== undefined) work(Number(values.shrink));
else await main();

function work(shrinkTries: number): void {
  const run = batchRunner();
  const check = checker();
  const known = new Set<string>();
  process.on("message", (seed: number) => {
    const { programs } = run(seed);
    const counts: Record<string, number> = {};
    const faults: { index: number; what: string; text: string }[] = [];
    const refusals: string[] = [];
    for (const [index, { tree, printed, outcome }] of programs.entries()) {
      const kind = outcome.kind === "passed" ? `passed, differences ${outcome.differences}` : outcome.kind;
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (outcome.kind === "refused") refusals.push(`${outcome.message}\n${printed.source}`);
      if (outcome.kind !== "failed") continue;
      const { what } = outcome;
      const cause = generalized(what);
      if (known.has(cause) && faults.length > 0) {
        faults.push({ index, what, text: "" });
        continue;
      }
      known.add(cause);
      const smaller = shrink(tree, outcome, check, shrinkTries);
      const small = check(smaller);
      const program = printProgram(smaller);
      const choice = JSON.stringify(small.kind === "failed" ? small.choice : outcome.choice);
      const detail = small.kind === "failed" ? small.detail : "";
      const inputs = JSON.stringify(inputsOf(program), (_, value: unknown) =>
        ArrayBuffer.isView(value) ? `${value.constructor.name} ${String(value)}` : value,
      );
      faults.push({
        index,
        what,
        text: `${program.source}\ninputs ${inputs}\noptions ${choice}\nblame ${blamed(smaller)}\n\n${detail}`,
      });
    }
    const features = programs.flatMap(({ printed }) => [...printed.features]);
    process.send?.({ seed, counts, features, refusals, faults } satisfies BatchReport);
  });
  process.send?.("ready");
}

async function main(): Promise<void> {
  const first = Number(values.seed);
  const batches = Math.ceil(Number(values.count) / batchSize);
  const only = profiles.findIndex(({ name }) => name === values.profile);
  // A batch has the profile that its seed says.
  const seedOf = (k: number) => (only < 0 ? first + k : (first + k) * profiles.length + only);
  const seeds = Array.from({ length: batches }, (_, k) => seedOf(k));
  const counts = new Map<string, number>();
  const features = new Map<string, number>();
  const causes = new Map<string, number>();
  const refusals = new Map<string, number>();
  const add = (table: Map<string, number>, key: string, by = 1) => table.set(key, (table.get(key) ?? 0) + by);

  const report = (batch: BatchReport): void => {
    for (const [kind, count] of Object.entries(batch.counts)) add(counts, kind, count);
    for (const feature of batch.features) add(features, feature);
    for (const text of batch.refusals) {
      const cause = generalized(text.split("\n")[0] ?? "");
      if (!refusals.has(cause) || values.refusals) console.log(`refused: ${text}`);
      add(refusals, cause);
    }
    for (const { index, what, text } of batch.faults) {
      const cause = generalized(what);
      if (!causes.has(cause)) {
        const profile = profiles[batch.seed % profiles.length]?.name;
        console.log(`FAULT ${what}\nseed ${batch.seed}, index ${index}, profile ${profile}\n\n${text}\n`);
      }
      add(causes, cause);
      if (values.bail) seeds.length = 0;
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, () => worker(seeds, report)));

  const print = (title: string, table: ReadonlyMap<string, number>) => {
    console.log(`\n${title}`);
    for (const [key, count] of [...table].sort((a, b) => b[1] - a[1]))
      console.log(`  ${String(count).padStart(7)}  ${key}`);
  };
  if (values.features) print("features", features);
  print("refusals", refusals);
  print("faults", causes);
  print("outcomes", counts);
  process.exitCode = causes.size > 0 ? 1 : 0;
}

function worker(seeds: number[], report: (batch: BatchReport) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), { execArgv: process.execArgv });
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 || code === null ? resolve() : reject(new Error(`a worker ended with ${code}`)),
    );
    child.on("message", (message: BatchReport | "ready") => {
      if (message !== "ready") report(message);
      const next = seeds.shift();
      if (next === undefined) child.kill();
      else child.send(next);
    });
  });
}
