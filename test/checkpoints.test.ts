/**
 * What a marked loop costs: its rounds are counted by the calls of `Math.sin` that they make (the reverse of one takes the cosine
 * alone), its snapshots by where they are stored. The numbers themselves are those of fixtures/models/checkpoints.
 */
import { beforeAll, describe, expect, test, vi } from "vitest";
import { transform } from "../src/compiler.ts";

interface Result {
  grad: Record<string, number>;
  scratch: Record<string, Float64Array | Int32Array>;
}
type Callable = (...args: readonly unknown[]) => Result;

const source = `
${["1", "3", "6", "20", ""].map(swinging).join("\n")}
/** @grad x */
export function until(x: number, limit: number): number {
  let y = 0;
  // @checkpoint 3
  while (y < limit) y += 1 + 0.01 * Math.sin(x + y);
  return y;
}
`;

function swinging(snapshots: string): string {
  return `/** @grad x */
export function swinging${snapshots}(x: number, steps: number): number {
  let y = x;
  // @checkpoint ${snapshots}
  for (let t = 0; t < steps; t++) y += 0.00001 * Math.sin(y);
  return y;
}`;
}

let derivatives: Record<string, Callable> = {};

beforeAll(async () => {
  const { files, diagnostics } = await transform({ path: "model.ts", text: source }, { lang: "js" });
  expect(diagnostics).toEqual([]);
  const url = `data:text/javascript,${encodeURIComponent(files[0]?.text ?? "")}`;
  derivatives = (await import(/* @vite-ignore */ url)) as Record<string, Callable>;
});

function derivative(name: string): Callable {
  const found = derivatives[name];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** How often a call takes a sine. */
function sinesOf(call: () => unknown): number {
  const sine = vi.spyOn(Math, "sin");
  call();
  const { length } = sine.mock.calls;
  sine.mockRestore();
  return length;
}

/** The least that can be run again: by trying every place of the next snapshot. */
function least(steps: number, snapshots: number, known: Map<string, number>): number {
  if (steps <= 1) return 0;
  if (snapshots === 1) return (steps * (steps - 1)) / 2;
  const key = `${steps} ${snapshots}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  let best = Infinity;
  for (let first = 1; first < steps; first++) {
    const cost = first + least(steps - first, snapshots - 1, known) + least(first, snapshots, known);
    best = Math.min(best, cost);
  }
  known.set(key, best);
  return best;
}

/** r l - C(s + r, r - 1), with the least r for which C(s + r, s) >= l (Griewank & Walther, Algorithm 799). */
function closedForm(steps: number, snapshots: number): number {
  const choose = (n: number, k: number): number => {
    let count = k < 0 ? 0 : 1;
    for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i;
    return count;
  };
  let runs = 0;
  while (choose(snapshots + runs, snapshots) < steps) runs++;
  return runs * steps - choose(snapshots + runs, runs - 1);
}

describe("a loop of l rounds with s snapshots", () => {
  test("runs as few again as can be", () => {
    const known = new Map<string, number>();
    for (const snapshots of [1, 3, 6]) {
      const grad = derivative(`swinging${snapshots}Grad`);
      for (const steps of [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 20, 21, 22, 35, 36, 57, 84]) {
        const again = sinesOf(() => grad(0.5, steps)) - steps;
        expect(again, `${steps} rounds, ${snapshots} snapshots`).toBe(least(steps, snapshots, known));
        if (steps > 0) expect(again).toBe(closedForm(steps, snapshots));
      }
    }
  });

  test("holds as many at once, and has room for no more", () => {
    for (const snapshots of [3, 6]) {
      for (const steps of [1, 2, snapshots, snapshots + 1, 40]) {
        const grad = derivative(`swinging${snapshots}Grad`);
        const out = grad(0.5, steps);
        const { ySnapshots } = out.scratch;
        expect(ySnapshots?.length).toBe(Math.min(snapshots, steps));
        const places = new Set<string>();
        out.scratch.ySnapshots = new Proxy(ySnapshots!, {
          get: (array, key) => Reflect.get(array, key) as unknown,
          set: (array, key, value: number) => {
            places.add(String(key));
            return Reflect.set(array, key, value);
          },
        });
        grad(0.5, steps, out);
        expect(places.size).toBe(Math.min(snapshots, Math.max(1, steps - 1)));
      }
    }
  });

  test("keeps about the square root of the rounds if it is not told how many", () => {
    const out = derivative("swingingGrad")(0.5, 1000);
    expect(out.scratch.ySnapshots?.length).toBe(32);
    expect(sinesOf(() => derivative("swingingGrad")(0.5, 1000)) - 1000).toBe(closedForm(1000, 32));
  });

  test("is a while that is counted by its first run", () => {
    const rounds = sinesOf(() => {
      for (let y = 0; y < 50;) y += 1 + 0.01 * Math.sin(0.3 + y);
    });
    expect(sinesOf(() => derivative("untilGrad")(0.3, 50)) - rounds).toBe(closedForm(rounds, 3));
  });
});

test("a loop of 100,000 rounds takes the memory of 20 states", () => {
  const grad = derivative("swinging20Grad");
  const create = derivatives.createSwinging20Grad as unknown as (...args: readonly unknown[]) => Result;
  const out = create(0.5, 100_000);
  const bytes = () => Object.values(out.scratch).reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(bytes()).toBe(20 * (8 + 4));
  let y = 0.5;
  let dy = 1;
  for (let t = 0; t < 100_000; t++) {
    dy *= 1 + 0.00001 * Math.cos(y);
    y += 0.00001 * Math.sin(y);
  }
  expect(sinesOf(() => grad(0.5, 100_000, out)) - 100_000).toBe(closedForm(100_000, 20));
  expect(Math.abs(out.grad.x! - dy)).toBeLessThan(1e-9 * Math.abs(dy));
  expect(bytes()).toBe(20 * (8 + 4));
});
