/**
 * Mutated models, as many as one likes: `npx tsx scripts/mutated-sources.ts [--count N] [--seed S] [--workers W] [--only model]`.
 *
 * The tokens of the fixtures' models are deleted, swapped, doubled and replaced; the compiler has to refuse what comes of
 * it, or to be right. Prints every fault once, with the mutant; exits with 1 where there was one.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isServing, serve, supervised } from "../test/robustness/supervised.ts";
import { mutantChecker, type MutantJob, modelNames } from "../test/robustness/mutants.ts";
import type { MutantOutcome } from "../test/robustness/check-mutant.ts";

if (isServing) serve<MutantJob, MutantOutcome>(mutantChecker());
else await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: "2" },
      only: { type: "string", default: "" },
      /** Seconds that one may take. */
      limit: { type: "string", default: "120" },
    },
  });
  const count = Number(values.count);
  const models = modelNames().filter((name) => name.includes(values.only));
  // Those of one model one after the other: a project is opened once for them.
  const jobs = Array.from({ length: count }, (_, k): MutantJob => {
    return { model: models[Math.floor((k * models.length) / count)] ?? "", seed: Number(values.seed) + k };
  });
  const kinds = new Map<string, number>();
  const causes = new Map<string, number>();
  const work = async (own: readonly MutantJob[]): Promise<void> => {
    const checker = supervised<MutantJob, MutantOutcome>(fileURLToPath(import.meta.url), Number(values.limit) * 1000);
    for (const job of own) {
      const outcome = await checker.run(job);
      const { kind, fault } =
        outcome.kind === "done" ? outcome.answer : { kind: "FAULT", fault: { what: outcome.kind, detail: "" } };
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (fault === undefined) continue;
      const cause = fault.what.replace(/\d+/g, "#");
      if (!causes.has(cause)) console.log(`FAULT ${fault.what}\n${job.model}, seed ${job.seed}\n${fault.detail}\n`);
      else console.log(`once more: ${fault.what.slice(0, 100)}: ${job.model}, seed ${job.seed}`);
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
    }
    checker.end();
  };
  const workers = Number(values.workers);
  const share = Math.ceil(count / workers);
  await Promise.all(Array.from({ length: workers }, (_, k) => work(jobs.slice(k * share, (k + 1) * share))));
  for (const table of [kinds, causes]) {
    console.log("");
    for (const [key, number] of [...table].sort((a, b) => b[1] - a[1]))
      console.log(`${String(number).padStart(7)}  ${key}`);
  }
  process.exitCode = causes.size > 0 ? 1 : 0;
}
