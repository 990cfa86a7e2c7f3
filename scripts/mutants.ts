/**
 * Shows that the tests notice faults: `npx tsx scripts/mutants.ts [part of a name…] [--workers W]`.
 *
 * Each mutant of test/mutants is put into a copy of the repository, where random programs and then the tests are run until
 * something fails. Exits with 1 where a mutant survives. The copies lie in the temporary folder and are removed.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mutants } from "../test/mutants/all-mutants.ts";
import { mutated, type Mutant } from "../test/mutants/mutant.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const leftOut = ["node_modules", ".git", "dist", "coverage"];

const vitest = ["vitest", "run", "--bail", "1"] as const;
/** Tests that take seconds. */
const units = [
  ...["algebra", "backend", "emitted-structure", "entry-checks", "index-arithmetic", "ir", "later-accesses", "names"],
  ...["operations", "passes", "rewrites", "verify", "code-size"],
];
/** The quickest first: each is run until one fails. */
const checks: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  {
    name: "random programs",
    command: ["tsx", "scripts/fuzz.ts", "--count", "400", "--workers", "1", "--bail", "--shrink", "0"],
  },
  { name: "goldens", command: [...vitest, "test/models.test.ts", "-t", "is compiled to its golden"] },
  { name: "unit tests", command: [...vitest, ...units.map((name) => `test/${name}.test.ts`)] },
  { name: "models", command: [...vitest, "test/models.test.ts"] },
  {
    name: "other tests",
    command: [...vitest, "test", ...["mutants/**", "scaling.test.ts"].flatMap((path) => ["--exclude", `test/${path}`])],
  },
];
const secondsAtMost = 600;

const { values, positionals } = parseArgs({
  options: { workers: { type: "string", default: "2" } },
  allowPositionals: true,
});
const chosen = mutants.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
const waiting = [...chosen];
const survivors: string[] = [];
await Promise.all(Array.from({ length: Number(values.workers) }, work));
console.log(`${chosen.length - survivors.length} of ${chosen.length} mutants caught`);
for (const name of survivors) console.log(`survived: ${name}`);
process.exitCode = survivors.length > 0 ? 1 : 0;

async function work(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), "adjoint-gen-mutant-"));
  try {
    cpSync(root, copy, { recursive: true, filter: (path) => !leftOut.includes(basename(path)) });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) await runMutant(mutant, copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function runMutant(mutant: Mutant, copy: string): Promise<void> {
  const file = join(copy, mutant.file);
  const original = readFileSync(file, "utf8");
  writeFileSync(file, mutated(mutant, original));
  const start = performance.now();
  let catcher: string | undefined;
  for (const { name, command } of checks) {
    if (await fails(command, copy)) {
      catcher = name;
      break;
    }
  }
  writeFileSync(file, original);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${catcher === undefined ? "SURVIVED" : "caught  "} ${mutant.name} (${catcher ?? "nothing"}, ${seconds} s)`,
  );
  if (catcher === undefined) survivors.push(mutant.name);
}

/** A run that does not end is a fault that was noticed, too. */
function fails([tool = "", ...args]: readonly string[], folder: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const path = join(folder, "node_modules", ".bin", tool);
    const child = spawn(path, args, { cwd: folder, stdio: "ignore", detached: true });
    const timer = setTimeout(
      () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"),
      secondsAtMost * 1000,
    );
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(code !== 0);
    });
  });
}
