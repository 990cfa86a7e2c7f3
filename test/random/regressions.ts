/** Smallest programs that showed a fault once, as text: they stay what they are when the generator changes. */
import type { CompileChoice } from "./compile-program.ts";
import type { InputSpec } from "./print-parameters.ts";
import { functionName, type PrintedProgram } from "./print-program.ts";

export interface Regression {
  readonly fault: string;
  readonly program: PrintedProgram;
  /** Optimisations to leave out: some hide a fault. */
  readonly disabled: CompileChoice["disabled"];
}

const floats = (length: number): InputSpec => ({ kind: "array", element: "f64", length, below: undefined });
const rows = (...lengths: readonly number[]): InputSpec => ({
  kind: "tuple",
  members: lengths.map((length) => ({ kind: "array", element: "number", length, below: undefined })),
});
const typeOf: Partial<Record<InputSpec["kind"], string>> = { array: "Float64Array", tuple: "number[][]" };
const integer = (value: number): InputSpec => ({ kind: "integer", value });

function regression(
  fault: string,
  inputs: Readonly<Record<string, InputSpec>>,
  lines: readonly string[],
  {
    tag = "@grad",
    disabled = [],
    returns = "number",
  }: { readonly tag?: string; readonly disabled?: readonly string[]; readonly returns?: string } = {},
): Regression {
  const parameters = Object.entries(inputs).map(([name, input]) => ({ name, input }));
  const types = parameters.map(({ name, input }) => `${name}: ${typeOf[input.kind] ?? "number"}`);
  const head = [`/** ${tag} */`, `export function ${functionName}(${types.join(", ")}): ${returns} {`];
  const source = [...head, ...lines.map((line) => `  ${line}`), "}", ""].join("\n");
  const accumulate = tag.includes("{accumulate}");
  return {
    fault,
    program: {
      source,
      mode: tag.startsWith("@vjp") ? "vjp" : "grad",
      accumulate,
      parameters,
      features: new Set(),
      inputSeed: 1,
    },
    disabled,
  };
}

export const regressions: readonly Regression[] = [
  regression("a return of an entry from within a loop", { x: floats(4) }, [
    "for (let i = 0; i < x.length; i++) {",
    "  if (x[i] > 0.4) return x[i] * x[i];",
    "}",
    "return Math.sin(x[1]);",
  ]),
  regression("the array of an accumulated gradient is not zeroed", { x: floats(2) }, ["return x[0] * x[1];"], {
    tag: "@grad {accumulate}",
  }),
  regression("the size of a stash is taken from within a branch", { x: floats(3) }, [
    "const n = x.length;",
    "if (0 < x[n - 1]) {",
    "} else {",
    "  for (let i = x.length - 1; i >= 0; i--) x[(2 * i + 2) % n] /= Math.abs(Math.cos(x[(i + 1) % n])) + 0.4;",
    "}",
    "return x[n - 1] + x[0];",
  ]),
  regression("a return between two buffers that take turns", { x: floats(3), m: integer(2) }, [
    "const n = x.length;",
    "let now = x.slice();",
    "let next = new Float64Array(n);",
    "for (let i = 0; i < n * m; i += 2) {",
    "  for (let j = 0; j < n; j++) next[j] = 0.5 * now[j] + Math.sin(Math.max(next[(i + 2) % n], now[j]));",
    "  if (now[0] > 0.9) return now[(i * 3 + 1) % n];",
    "  [now, next] = [next, now];",
    "}",
    "next[2 % n] += x[0];",
    "return next[0] + now[1];",
  ]),
  regression("a loop with a negative trip count has a stash", { x: floats(1) }, [
    "for (let i = 2; i < x.length; i++) {",
    "  for (let j = 0; j < 1; j++) x[i] = Math.max(x[i], 0, 0.3);",
    "}",
    "return x[0] * x[0];",
  ]),
  regression(
    "a store of 0 is lost between stores to the same entry",
    { shift: integer(0), x: floats(1) },
    ["const n = x.length;", "x[(shift * 3 + 1) % n] -= x[(shift * 3 + 1) % n];", "return x[shift % n];"],
    { tag: "@grad x" },
  ),
  regression("buffers are allocated after an early return", { x: floats(3) }, [
    "const n = x.length;",
    "if (x[1] > 5) {",
    "  x[0] = 0.3;",
    "  return x[2 % n];",
    "}",
    "let now = x.slice();",
    "let next = new Float64Array(n);",
    "for (let i = 0; i < x.length; i++) {",
    "  for (let j = 0; j < n; j++) next[j] = Math.sin(now[j]) + x[i];",
    "  const last = now;",
    "  now = next;",
    "  next = last;",
    "}",
    "return Math.sin(now[n - 1] + next[n - 1]);",
  ]),
  regression("a boolean that && and || are assigned to", { x: floats(2) }, [
    "let isSet = x[0] > 0;",
    "isSet &&= x[1] > 0;",
    "isSet ||= x[0] < x[1];",
    "return isSet ? x[0] * x[1] : Math.sin(x[0]);",
  ]),
  regression("the member of a local tuple gives its name to a stash", { x: floats(2), m: integer(2) }, [
    "const n = x.length;",
    "const pair: [number, number] = [x[n - 1], 0.5];",
    "for (let i = 0; i < n; i++) {",
    "  for (let j = 0; j < m; j++) pair[1] *= Math.sin(pair[0] + x[i]);",
    "}",
    "return pair[1];",
  ]),
  regression(
    "a load from before an inner loop is done again while that loop is being restored",
    { x: floats(2), m: integer(2) },
    [
      "const n = x.length;",
      "let round = 0;",
      "while (n > 0 && round < 2) {",
      "  round++;",
      "  let s = x[(round * 3 + 1) % n];",
      "  for (let i = 0; i < n * m; i++) x[(round * 3 + 1) % n] *= Math.cos(s);",
      "}",
      "return x[(round * 3 + 1) % n];",
    ],
    { disabled: ["simplify", "commonSubexpressions", "inlineTrivial", "hoistInvariants", "deadCode"] },
  ),
  regression(
    "a stored value is loaded again from before an inner loop that stores beside it",
    { A: floats(9), b: floats(3) },
    [
      "const n = b.length;",
      "for (let k = 0; k < n; k++) {",
      "  for (let i = k + 1; i < n; i++) {",
      "    A[i * n + k] /= A[k * n + k];",
      "    for (let j = k + 1; j < i; j++) A[i * n + j] -= A[i * n + k] * A[k * n + j];",
      "    b[i] -= A[i * n + k] * b[k];",
      "  }",
      "}",
      "return b[n - 1];",
    ],
  ),
  regression("arguments of a function that is bound to some", { x: floats(2) }, [
    "function pick(a: number, b: number): number {",
    "  return a * b * (arguments[0] as number);",
    "}",
    "return x[0] * pick.bind(null, 5)(x[1]);",
  ]),
  regression("a called function that gives the same number back twice", { x: floats(2) }, [
    "const twice = (a: number): [number, number] => [a, a];",
    "const [left, right] = twice(x[0]);",
    "const [high, low] = twice(left * x[1]);",
    "return left * x[1] + Math.sin(right) + high * low;",
  ]),
  regression("calls of two functions whose results have the same numbers in their graphs", { x: floats(2) }, [
    "const inner = (a: number): number => Math.sin(a) * a;",
    "const outer = (a: number, b: number): number => inner(a * b) + inner(a) * b;",
    "return outer(x[0], x[1]) * inner(x[1]) + outer(x[1], 0.5);",
  ]),
  regression("a local array that is called as the stack of the calls is", { x: floats(2) }, [
    "const sumOf = (first: number, second: number): number => first * Math.sin(second);",
    "const stack: number[] = [0.5];",
    "for (let k = 0; k < 3; k++) stack.push(sumOf(x[0], k));",
    "let top = 0;",
    "while (stack.length > 1) top = 0.5 * top + Math.cos(stack.pop()!) * x[1];",
    "return sumOf(top, x[1]) + stack[0];",
  ]),
  regression(
    "the length of returned rows stands behind the loop that fills them, which is reversed where it runs",
    { x: floats(4) },
    [
      "for (let i = 0; i < x.length; i += 2) x[i] -= Math.tanh(x[i] ** 3);",
      "return Array.from({ length: 4 }, (_, k) => [x[0] * k, x[0]]);",
    ],
    {
      tag: "@vjp",
      returns: "number[][]",
      disabled: ["scalarReductions", "hoistInvariants", "mergeBranches", "deadStores"],
    },
  ),
  regression("a pair of indices is kept in the place of the one that is computed", { grid: rows(2, 2, 2) }, [
    "const m = grid[0].length;",
    "for (let i = 5; i >= 0; i--) {",
    "  for (let k = 1; k < grid.length; k++) {",
    "    const row = grid[k];",
    "    if (row.length > 0) row[0] += grid[k - 1].length + Math.sin(grid[0][[2, 0, 1][i % 3] % m]) * grid[0][0];",
    "  }",
    "}",
    "return grid[0][0] * grid[0][1] + Math.sin(grid[1][0]) + grid[2][0];",
  ]),
  regression(
    "an entry of a row stays in a scalar through two loops",
    { grid: rows(2), stride: integer(3), n: integer(4) },
    [
      "const m = grid[0].length;",
      "for (let i = 0; i < n; i++) {",
      "  let round = 0;",
      "  while (i % 3 === 0 && round < 1) {",
      "    round++;",
      "    grid[0][stride % m] /= 0.9;",
      "  }",
      "}",
      "return grid[0][0] * grid[0][1];",
    ],
  ),
  regression("an entry that a loop overwrites is loaded again behind the loop that restores it", { x: floats(3) }, [
    "for (let i = 0; i < x.length; i++) x[i] += Math.sin(x[i] ** 2);",
    "if (x[0] * x[0] >= 0) x.fill(Math.abs(x[1]) - 2 * x[1]);",
    "let total = x[1];",
    "for (let i = 0; i < x.length; i++) total += x[i] * (0.7 + i);",
    "return total;",
  ]),
  regression(
    "the condition of a branch is made again of an array that the branch restores at another entry",
    { x: floats(2) },
    [
      "if (x[1] * x[1] >= 0) {",
      "  x[0] *= Math.cos(x[0]);",
      "  if (x[1] < x[1]) {",
      "  } else {",
      "    const s = x[0];",
      "    if (s * s > 0) x[0] += x[0];",
      "  }",
      "}",
      "return x[0] * 0.7 + x[1];",
    ],
    { disabled: ["simplify", "forwardStores", "deadCode", "pruneCarried", "runForward"] },
  ),
];
