/**
 * How long gradients take, as multiples of their primals: `npx tsx scripts/bench.ts [part of a name…]`.
 *
 * Each workload has a process of its own. There, rounds of primal and gradient take turns, each by processor time; what is
 * printed is the median of the ratios within a round, and the lowest and highest quarter beside it. The gradient is the
 * golden of the fixture, is given `out`, and returns the value too. `kept` is the size of its scratch, in numbers of 8 bytes.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { random } from "../test/harness/random.ts";

interface Workload {
  readonly model: string;
  readonly function: string;
  readonly size: string;
  readonly inputs: () => unknown[];
}

const rounds = 41;
const millisecondsPerRound = 8;

const workloads: readonly Workload[] = [
  {
    model: "two-layer-relu",
    function: "loss",
    size: "256 inputs, 128 hidden",
    inputs: () => {
      const r = random(1);
      return [r.f32(256 * 128), r.f32(128), r.f32(128), 0.1, r.f32(256), 0.5];
    },
  },
  {
    model: "logistic-regression",
    function: "crossEntropy",
    size: "1000 samples of 50",
    inputs: () => {
      const r = random(2);
      return [r.f64(50, -0.3, 0.3), 0.1, r.f64(50_000), Uint8Array.from(r.integers(1000, 2))];
    },
  },
  {
    model: "softmax-classifier",
    function: "classifierLoss",
    size: "500 samples of 64, 10 classes",
    inputs: () => {
      const r = random(3);
      return [{ W: r.f64(640, -0.2, 0.2), b: r.f64(10) }, r.f64(32_000), r.integers(500, 10), 1e-3];
    },
  },
  {
    model: "gmm",
    function: "gmmObjective",
    size: "1000 points in 5 dimensions, 10 components",
    inputs: () => {
      const r = random(4);
      return [r.f64(10), r.f64(50), r.f64(150, -0.5, 0.5), r.f64(5000), 5, 1, 0];
    },
  },
  {
    model: "rnn",
    function: "rnnLoss",
    size: "100 steps, 32 states, 16 inputs",
    inputs: () => {
      const r = random(5);
      return [r.f64(1024, -0.2, 0.2), r.f64(512, -0.2, 0.2), r.f64(32), r.f64(1600), r.f64(32), 100];
    },
  },
  {
    model: "lstm",
    function: "lstmLoss",
    size: "50 steps, 32 states, 16 inputs",
    inputs: () => {
      const r = random(6);
      const weights = { W: r.f64(2048, -0.2, 0.2), U: r.f64(4096, -0.2, 0.2), b: r.f64(128) };
      return [weights, r.f64(800), r.f64(32), 50];
    },
  },
  {
    model: "heat-equation",
    function: "heatMisfit",
    size: "500 points, 200 steps",
    inputs: () => {
      const r = random(7);
      return [r.f64(500), 0.2, r.f64(500), 200];
    },
  },
  {
    model: "rosenbrock",
    function: "rosenbrock",
    size: "1000 variables",
    inputs: () => [random(8).numbers(1000)],
  },
  {
    model: "cholesky",
    function: "logLikelihood",
    size: "60 × 60",
    inputs: () => {
      const A = random(9).f64(3600, 0, 1);
      for (let i = 0; i < 60; i++) A[61 * i] = 60;
      return [A, random(10).f64(60)];
    },
  },
];

type Callable = (...args: unknown[]) => unknown;

const [only] = process.argv.slice(2);
if (process.send !== undefined) {
  const workload = workloads.find(({ model }) => model === only);
  if (workload === undefined) throw new Error(`no workload ${only}`);
  console.log(await measured(workload));
} else {
  const chosen = workloads.filter(
    ({ model }) => process.argv.length < 3 || process.argv.slice(2).some((part) => model.includes(part)),
  );
  console.log("| model | size | gradient / primal | quartiles | kept |\n| --- | --- | --- | --- | --- |");
  for (const { model } of chosen) {
    await new Promise((resolve) => fork(fileURLToPath(import.meta.url), [model]).on("exit", resolve));
  }
}

async function measured(workload: Workload): Promise<string> {
  const folder = `../fixtures/models/${workload.model}`;
  const { [workload.function]: primal } = (await import(`${folder}/model.ts`)) as Record<string, Callable>;
  const generated = (await import(`${folder}/model.grad.ts`)) as Record<string, Callable>;
  const name = workload.function.replace(/^./, (first) => first.toUpperCase());
  const gradient = generated[`${workload.function}Grad`];
  const create = generated[`create${name}Grad`];
  if (primal === undefined || gradient === undefined || create === undefined) throw new Error("not found");
  // Arguments come from arrays that may change, so that none becomes a constant of the compiled code.
  const inputs = workload.inputs();
  const original = workload.inputs();
  const out = create(...inputs) as { scratch?: Readonly<Record<string, ArrayBufferView>> };
  const restore = (): void => {
    inputs.forEach((input, k) => {
      if (input instanceof Float64Array) input.set(original[k] as Float64Array);
    });
  };
  const runPrimal = (): void => {
    restore();
    primal(...inputs);
  };
  const runGradient = (): void => {
    restore();
    gradient(...inputs, out);
  };
  const repetitions = [runPrimal, runGradient].map((run) => {
    timeOf(run, 20);
    return Math.max(1, Math.round(millisecondsPerRound / (timeOf(run, 20) / 20)));
  });
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const times = [runPrimal, runGradient].map((run, k) => timeOf(run, repetitions[k] ?? 1) / (repetitions[k] ?? 1));
    ratios.push((times[1] ?? NaN) / (times[0] ?? NaN));
  }
  ratios.sort((a, b) => a - b);
  const at = (part: number): string => (ratios[Math.floor((rounds - 1) * part)] ?? NaN).toFixed(2);
  const bytes = Object.values(out.scratch ?? {}).reduce((sum, { byteLength }) => sum + byteLength, 0);
  const cells = [workload.model, workload.size, at(0.5), `${at(0.25)} to ${at(0.75)}`, String(bytes / 8)];
  return `| ${cells.join(" | ")} |`;
}

/** Processor time in milliseconds. */
function timeOf(run: () => void, times: number): number {
  const start = process.cpuUsage();
  for (let k = 0; k < times; k++) run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
