import { test } from "vitest";
import { openProject } from "../src/frontend/project.ts";
import { readModel } from "../src/frontend/read-model.ts";
const fn = (k: number) => `/** @grad W */\nexport function loss${k}(W: Float64Array, x: Float64Array, n: number): number {\n  let s = 0;\n  for (let i = 0; i < n; i++) { let a = 0; for (let j = 0; j < n; j++) a += W[i * n + j] * x[j]; s += Math.tanh(a) * x[i]; }\n  return s;\n}\n`;
test("scale", () => {
  for (const count of [50, 100, 200]) {
    const text = Array.from({ length: count }, (_, k) => fn(k)).join("\n");
    const p = openProject({ sources: { "/m.ts": text } }); const t = performance.now();
    const m = readModel(p, "/m.ts"); console.log(count, m.functions.length, Math.round(performance.now() - t));
  }
  for (const count of [1000, 2500, 5000]) {
    const lines = Array.from({ length: count }, (_, k) => `const v${k + 1} = Math.sin(v${k}) * 0.999 + x[${k % 4}];`);
    const p = openProject({ sources: { "/m.ts": `/** @grad x */\nexport function f(x: Float64Array): number { const v0 = x[0]; ${lines.join("\n")} return v${count}; }` } }); const t = performance.now();
    const m = readModel(p, "/m.ts"); console.log("lines", count, m.functions.length, Math.round(performance.now() - t));
  }
}, 300000);
