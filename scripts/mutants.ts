/**
 * Shows that the tests notice faults: `npx tsx scripts/mutants.ts [part of a name…] [--workers W] [--quick]`.
 *
 * Each mutant of test/mutants is put into a copy of the repository. There runs what it is said to be caught by, which
 * takes seconds; only where that notices nothing, all else runs, until something fails. What catches is run without any
 * mutant first, so that one knows how long it takes: with ten times that, it is in an endless loop, and the fault is
 * noticed. Any other check that runs out of time says nothing. Exits with 1 where a mutant survives, or may have. The
 * copies lie in the temporary folder and are removed.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mutants } from "../test/mutants/all-mutants.ts";
import { mutated, type Catcher, type Mutant } from "../test/mutants/mutant.ts";

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** What it takes no longer than, without any mutant. */
  readonly timedAs?: string;
}

type Verdict = "passed" | "failed" | "out of time";

const root = fileURLToPath(new URL("..", import.meta.url));
const leftOut = ["node_modules", ".git", "dist", "coverage"];

/** For a check that was not timed. */
const secondsAtMost = 3600;
/** How many seconds the checks take that were run without any mutant, by the names they are timed as. */
const usual = new Map<string, number>();

const vitest = ["vitest", "run", "--bail", "1"] as const;
/** Tests that take seconds. */
const units = [
  ...["algebra", "backend", "emitted-structure", "entry-checks", "index-arithmetic", "ir", "later-accesses", "names"],
  ...["operations", "passes", "reverse-passes", "rewrites", "verify", "code-size"],
];
const randomPrograms: Check = {
  name: "random programs",
  command: ["tsx", "scripts/fuzz.ts", "--count", "400", "--workers", "1", "--bail", "--shrink", "0"],
  timedAs: "random programs",
};
/** The quickest first. */
const otherChecks: readonly Check[] = [
  randomPrograms,
  {
    name: "goldens",
    command: [...vitest, "test/models.test.ts", "-t", "is compiled to its golden"],
  },
  { name: "unit tests", command: [...vitest, ...units.map((name) => `test/${name}.test.ts`)] },
  { name: "models", command: [...vitest, "test/models.test.ts"] },
  {
    name: "other tests",
    command: [...vitest, "test", ...["mutants/**", "scaling.test.ts"].flatMap((path) => ["--exclude", `test/${path}`])],
  },
];

const { values, positionals } = parseArgs({
  options: {
    workers: { type: "string", default: "2" },
    /** Run nothing but what they are said to be caught by. */
    quick: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const chosen = mutants.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
const begin = performance.now();
const faults: string[] = [];
await onCopies(withoutMutants(chosen), async (check, copy) => {
  const start = performance.now();
  const verdict = await verdictOf(check, copy);
  if (check.timedAs !== undefined) usual.set(check.timedAs, secondsSince(start));
  if (verdict !== "passed") faults.push(`without any mutant, ${verdict}: ${check.name}`);
});
if (faults.length === 0) {
  await onCopies(chosen, runMutant);
  console.log(`${chosen.length - faults.length} of ${chosen.length} mutants caught (${since(begin)})`);
}
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

/** Each of the items by one of the workers, in a copy of the repository. */
async function onCopies<Item>(
  items: readonly Item[],
  visit: (item: Item, copy: string) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    const copy = mkdtempSync(join(tmpdir(), "adjoint-gen-mutant-"));
    const remove = (): void => rmSync(copy, { recursive: true, force: true });
    process.once("exit", remove);
    try {
      cpSync(root, copy, { recursive: true, filter: (path) => !leftOut.includes(basename(path)) });
      symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await visit(item, copy);
    } finally {
      process.off("exit", remove);
      remove();
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
}

async function runMutant(mutant: Mutant, copy: string): Promise<void> {
  const file = join(copy, mutant.file);
  const original = readFileSync(file, "utf8");
  const start = performance.now();
  writeFileSync(file, mutated(mutant, original));
  const verdict = await firstCatch(mutant, copy);
  writeFileSync(file, original);
  console.log(`${verdict.text.padEnd(9)} ${mutant.name} (${verdict.by}, ${since(start)})`);
  if (verdict.text !== "caught") faults.push(`${verdict.text}: ${mutant.name}`);
}

async function firstCatch({ caughtBy }: Mutant, copy: string): Promise<{ readonly text: string; readonly by: string }> {
  const missed: string[] = [];
  const first = checkOf(caughtBy);
  const others = values.quick ? [] : otherChecks.filter((each) => each !== first);
  for (const check of [first, ...others]) {
    const verdict = await verdictOf(check, copy);
    if (verdict === "out of time") {
      return { text: usualOf(check) === undefined ? "not known" : "caught", by: `${check.name}: no end` };
    }
    if (verdict === "failed") return { text: "caught", by: [check.name, ...missed].join(", not by ") };
    if (check === first && caughtBy !== undefined) missed.push(check.name);
  }
  return { text: "survived", by: "nothing" };
}

function checkOf(catcher: Catcher | undefined): Check {
  return catcher === undefined ? randomPrograms : testsCalled(catcher.test, [catcher.named]);
}

/** What catches the mutants, with all the tests of a file in one run. */
function withoutMutants(all: readonly Mutant[]): readonly Check[] {
  const names = new Map<string, Set<string>>();
  for (const { caughtBy } of all) {
    if (caughtBy !== undefined) names.set(caughtBy.test, (names.get(caughtBy.test) ?? new Set()).add(caughtBy.named));
  }
  const tests = [...names].map(([test, named]) => testsCalled(test, [...named]));
  return all.some(({ caughtBy }) => caughtBy === undefined) ? [randomPrograms, ...tests] : tests;
}

function testsCalled(test: string, names: readonly string[]): Check {
  const pattern = names.map((name) => `^${name.replace(/[^\w ]/g, "\\$&")}`).join("|");
  const command = [...vitest, `test/${test}.test.ts`, "-t", pattern];
  return { name: `${test}: ${names.join(", ")}`, command, timedAs: test };
}

function usualOf({ timedAs = "" }: Check): number | undefined {
  return usual.get(timedAs);
}

function verdictOf(check: Check, folder: string): Promise<Verdict> {
  const [tool = "", ...args] = check.command;
  const seconds = usualOf(check);
  const limit = seconds === undefined ? secondsAtMost : Math.max(60, 10 * seconds);
  return new Promise((resolve, reject) => {
    const path = join(folder, "node_modules", ".bin", tool);
    const child = spawn(path, args, { cwd: folder, stdio: "ignore", detached: true });
    const stop = (): void => void (child.pid !== undefined && process.kill(-child.pid, "SIGKILL"));
    let isOut = false;
    const timer = setTimeout(() => {
      isOut = true;
      stop();
    }, limit * 1000);
    process.once("exit", stop);
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      process.off("exit", stop);
      resolve(isOut ? "out of time" : code === 0 ? "passed" : "failed");
    });
  });
}

function since(start: number): string {
  return `${secondsSince(start).toFixed(0)} s`;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
