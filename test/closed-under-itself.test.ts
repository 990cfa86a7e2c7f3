/**
 * What is generated is itself a model: the gradient of a sum over the entries of a generated gradient is the Hessian times the
 * weights of the sum, by hyper-dual numbers on the primal; and third derivatives, by differentiating twice what is generated.
 * `ALL_FIXTURES=1 npx vitest run test/closed-under-itself.test.ts` tries every golden.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileFile, defaultOptions } from "../src/compile-file.ts";
import { transform } from "../src/compiler.ts";
import { openProject } from "../src/frontend/project.ts";
import type { ModelFunction, TagRequest } from "../src/ir/signature.ts";
import { readFunctions } from "./harness/compile.ts";
import { mixedDerivative, otherDirections, rounding } from "./harness/check-hessians.ts";
import { execute, type Exports } from "./harness/execute.ts";
import { loadFixtures, loadModel, type Fixture } from "./harness/fixtures.ts";
import { weightOf, wrapGradient } from "./harness/gradient-wrapper.ts";
import { defaultTolerance } from "./harness/model-case.ts";
import { random } from "./harness/random.ts";
import { callGenerated, type Subject } from "./harness/subject.ts";
import { isWithin, largestOf, numbersOf, readPath } from "./harness/tree.ts";
import { graphArguments, completeInputs, resultPath } from "./harness/arguments.ts";

const all = process.env.ALL_FIXTURES !== undefined;
/** Buffers that change places, that grow, that are made anew in a loop, rows, objects, comparisons of arrays. */
const some = [
  "rosenbrock",
  "rnn",
  "while-newton",
  "local-rows",
  "wave-equation",
  "object-parameter",
  "cholesky",
  "written-members",
];
const loaded = await loadFixtures(all ? undefined : some);

/**
 * What is refused in a generated function: its stack, in a recursion; what depends on members; arrays that change places and grow
 * without a bound. And what only the run shows: rows of several lengths that it makes, entries that are asked whether they are there.
 */
const refusedForms: ReadonlySet<string> = new Set([
  ...["ADJ2008", "ADJ2014", "ADJ2032", "ADJ2037", "ADJ2080", "ADJ2081", "ADJ2082"],
]);
const refusedRuns = /^row \d+ of .* has length|(entry is|entries are) read$/;
/** What the text of a gradient does not have: marks of its model. Destructured parameters have other names in it. */
const isOther = (model: string): boolean => /stopGradient|@nondiff|@vjpOf|@jvpOf|function \w+\(\s*[{[]/.test(model);

const fixtures = loaded.filter(({ model }) => !isOther(readFileSync(model, "utf8")));

interface Wrapped {
  readonly fixture: Fixture;
  readonly model: ModelFunction;
  readonly request: TagRequest;
  readonly path: string;
  readonly text: string;
  readonly name: string;
}

const opened = openProject({ files: fixtures.map(({ model }) => model) });
const wrapped = fixtures.flatMap((fixture): readonly Wrapped[] => {
  const golden = readFileSync(fixture.golden, "utf8");
  const pairs = readFunctions(opened, fixture.model).flatMap((model) => {
    return model.requests.flatMap((request) => (request.mode === "grad" ? [{ model, request }] : []));
  });
  return pairs.map(({ model, request }, k) => {
    const name = `weighed${k}`;
    const text = wrapGradient(model, request, golden, { name, from: "./model.grad.ts" });
    return { fixture, model, request, name, path: join(dirname(fixture.model), `weighed${k}.ts`), text };
  });
});
for (const { path, text } of wrapped) opened.project.createSourceFile(path, text, { overwrite: true });

describe.each(fixtures.filter((fixture) => wrapped.some((each) => each.fixture === fixture)))("$name", (fixture) => {
  const own = wrapped.filter((each) => each.fixture === fixture);
  test.each(own)("$request.functionName", async ({ model, request, name, path }) => {
    const compiled = await compileFile(opened, path, "./model.ts", defaultOptions);
    const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
    if (all && errors.length > 0 && errors.every(({ code }) => refusedForms.has(code))) return;
    expect(errors.map(({ message }) => message)).toEqual([]);
    const originals = await loadModel(fixture);
    const generated = execute(compiled.text ?? "");
    const cases = fixture.cases.filter((each) => each.function === model.signature.name && each.throws === undefined);
    for (const modelCase of cases.filter(({ duals }) => duals !== false)) {
      const subject = { model, request, modelCase, siblings: [], originals, generated };
      expect(faultsOf(subject, name), modelCase.note).toEqual([]);
    }
  });
});

function faultsOf(subject: Subject, name: string): readonly string[] {
  const { model, request, modelCase } = subject;
  const args = graphArguments(model, completeInputs(model.signature, modelCase.inputs()));
  const weights = request.wrt.map((parameter, leaf) => {
    return numbersOf(args[parameter]).map((_, entry) => weightOf(leaf, entry));
  });
  let grad: unknown;
  try {
    ({ grad } = callGenerated(subject, `${name}Grad`, modelCase.inputs()));
  } catch (error) {
    if (all && error instanceof Error && refusedRuns.test(error.message)) return [];
    throw error;
  }
  const found = request.wrt.map((parameter) => numbersOf(readPath(grad, resultPath(model, parameter))));
  const largest = largestOf(found.flat());
  const tolerance = Math.max(1e-11, modelCase.tolerance ?? defaultTolerance);
  return otherDirections(weights, random(7)).flatMap((direction) => {
    const { mixed } = mixedDerivative(subject, weights, direction);
    const terms = direction.flatMap((along, leaf) => along.flatMap((d, i) => (d === 0 ? [] : [d * found[leaf]![i]!])));
    const sum = terms.reduce((total, term) => total + term, 0);
    const bound = tolerance * Math.max(largest, Math.abs(mixed)) * Math.max(1, terms.length);
    const isFine = !Number.isFinite(mixed) || isWithin(sum, mixed, bound + rounding(subject, weights, direction));
    return isFine ? [] : [`${sum}, not ${mixed}`];
  });
}

/** Compiles the sources, of which each may import what is generated from those before it; gives what the last one generates. */
async function inTurn(sources: readonly { readonly path: string; readonly text: string }[]): Promise<Exports> {
  const known: { readonly path: string; readonly text: string }[] = [];
  let last = "";
  for (const source of sources) {
    known.push(source);
    const { files, diagnostics } = await transform(known);
    expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
    const made = files.find(({ path }) => path === source.path.replace(".ts", ".grad.ts"));
    if (made !== undefined) known.push(made);
    last = made?.text ?? last;
  }
  return execute(last);
}

describe("third derivatives", () => {
  test("of Rosenbrock's function are the closed form", async () => {
    const { thirdGrad } = await inTurn([
      {
        path: "model.ts",
        text: `/** @grad */ export function valley(x: Float64Array): number {
          let sum = 0;
          for (let i = 0; i < x.length - 1; i++) sum += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
          return sum;
        }`,
      },
      {
        path: "second.ts",
        text: `import { valleyGrad } from "./model.grad.js";
        /** @grad x */ export function second(x: Float64Array, u: Float64Array): number {
          const { grad } = valleyGrad(x);
          let sum = 0;
          for (let i = 0; i < x.length; i++) sum += u[i] * grad.x[i];
          return sum;
        }`,
      },
      {
        path: "third.ts",
        text: `import { secondGrad } from "./second.grad.js";
        /** @grad x */ export function third(x: Float64Array, u: Float64Array, v: Float64Array): number {
          const { grad } = secondGrad(x, u);
          let sum = 0;
          for (let i = 0; i < x.length; i++) sum += v[i] * grad.x[i];
          return sum;
        }`,
      },
    ]);
    const x = Float64Array.of(-1.2, 1, 0.4, 0.9);
    const u = Float64Array.of(1, 0.5, -0.7, 0.3);
    const v = Float64Array.of(-0.4, 1.1, 0.6, 0.2);
    const { grad } = thirdGrad!(x, u, v) as { grad: { x: Float64Array } };
    // With T(i, i, i) = 2400 x[i], T(i, i, i + 1) = -400, and what is symmetric to these.
    const wanted = x.map((_, i) => {
      const isOwn = i < 3 ? 2400 * x[i]! * u[i]! * v[i]! - 400 * (u[i + 1]! * v[i]! + u[i]! * v[i + 1]!) : 0;
      return isOwn - (i > 0 ? 400 * u[i - 1]! * v[i - 1]! : 0);
    });
    wanted.forEach((entry, i) => expect(grad.x[i]).toBeCloseTo(entry, 8));
  });

  test("of a small network are those of nested dual numbers", async () => {
    const { thirdGrad } = await inTurn([
      {
        path: "model.ts",
        text: `/** @grad w */ export function network(w: Float64Array, x: Float64Array): number {
          const n = x.length;
          const h = new Float64Array(3);
          let y = 0;
          for (let j = 0; j < 3; j++) {
            let a = 0;
            for (let i = 0; i < n; i++) a += w[j * n + i] * x[i];
            h[j] = Math.tanh(a);
            y += w[3 * n + j] * h[j];
          }
          return y * y;
        }`,
      },
      {
        path: "second.ts",
        text: `import { networkGrad } from "./model.grad.js";
        /** @grad w */ export const second = (w: Float64Array, x: Float64Array, u: Float64Array): number =>
          networkGrad(w, x).grad.w.reduce((sum, entry, k) => sum + entry * u[k], 0);`,
      },
      {
        path: "third.ts",
        text: `import { secondGrad, createSecondGrad } from "./second.grad.js";
        /** @grad w */ export function third(w: Float64Array, x: Float64Array, u: Float64Array, v: Float64Array): number {
          const out = createSecondGrad(w, x, u);
          secondGrad(w, x, u, out);
          let sum = 0;
          for (let k = 0; k < w.length; k++) sum += v[k] * out.grad.w[k];
          return sum;
        }`,
      },
    ]);
    const { f64 } = random(3);
    const [x, w, u, v] = [f64(2), f64(9), f64(9), f64(9)];
    const { grad } = thirdGrad!(w, x, u, v) as { grad: { w: Float64Array } };
    for (let k = 0; k < w.length; k++) expect(grad.w[k]).toBeCloseTo(thirdOfNetwork(w, x, [u, v, unit(9, k)]), 11);
  });
});

function unit(length: number, at: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => (k === at ? 1 : 0));
}

/**
 * The mixed third derivative along three directions: numbers with three ε of which each squares to 0, by the sets of ε (bits)
 * that their parts belong to.
 */
function thirdOfNetwork(w: Float64Array, x: Float64Array, directions: readonly Float64Array[]): number {
  type Nested = readonly number[];
  const times = (a: Nested, b: Nested): Nested =>
    a.map((_, set) => {
      let sum = 0;
      for (let part = 0; part <= set; part++) if ((part & set) === part) sum += a[part]! * b[set ^ part]!;
      return sum;
    });
  const plus = (a: Nested, b: Nested): Nested => a.map((entry, set) => entry + b[set]!);
  const number = (value: number): Nested => [value, 0, 0, 0, 0, 0, 0, 0];
  const tanh = (a: Nested): Nested => {
    const t = Math.tanh(a[0]!);
    const s = 1 - t * t;
    const rest = [0, ...a.slice(1)];
    const square = times(rest, rest);
    const terms = [
      rest.map((entry) => s * entry),
      square.map((entry) => -t * s * entry),
      times(square, rest).map((entry) => ((s * (6 * t * t - 2)) / 6) * entry),
    ];
    return terms.reduce(plus, number(t));
  };
  const weight = (k: number): Nested => {
    const at = (set: number): number => [1, 2, 4].indexOf(set);
    return number(w[k]!).map((value, set) => (at(set) >= 0 ? directions[at(set)]![k]! : value));
  };
  let y = number(0);
  for (let j = 0; j < 3; j++) {
    let a = number(0);
    x.forEach((entry, i) => (a = plus(a, times(weight(j * x.length + i), number(entry)))));
    y = plus(y, times(weight(3 * x.length + j), tanh(a)));
  }
  return times(y, y)[7]!;
}
