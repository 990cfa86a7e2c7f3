/** All evals, by the names that GradBench has for them and for their functions. */
import { ba } from "./evals/ba.ts";
import { det } from "./evals/det.ts";
import { gmm } from "./evals/gmm.ts";
import { hello } from "./evals/hello.ts";
import { ht } from "./evals/ht.ts";
import { kmeans } from "./evals/kmeans.ts";
import { llsq } from "./evals/llsq.ts";
import { lse } from "./evals/lse.ts";
import { lstm } from "./evals/lstm.ts";
import { ode } from "./evals/ode.ts";
import { particle } from "./evals/particle.ts";
import { saddle } from "./evals/saddle.ts";
import type { Workload } from "./workload.ts";

/** Makes the input of each function ready. */
export type Module = Readonly<Record<string, (input: never) => Workload>>;

export const modules: Readonly<Record<string, Module>> = {
  ba,
  det,
  gmm,
  hello,
  ht,
  kmeans,
  llsq,
  lse,
  lstm,
  ode,
  particle,
  saddle,
};
