import { test } from "vitest";
import fc from "fast-check";
import { programOf } from "./random/arbitrary.ts";
import { profiles } from "./random/profiles.ts";
import { printProgram, functionName } from "./random/print-program.ts";
import { programReader } from "./random/read-programs.ts";
import { inputsOf } from "./random/inputs.ts";
import { copyOf, load } from "./random/execute.ts";
import { verify } from "../src/ir/verify.ts";
import { evaluate } from "../src/ir/evaluate.ts";
function plain(v: any): any { return typeof v === "number" ? (Object.is(v,-0) ? 0 : String(v)) : ArrayBuffer.isView(v) || Array.isArray(v) ? Array.from(v as any, plain) : v && typeof v === "object" ? Object.fromEntries(Object.entries(v).map(([k,p])=>[k,plain(p)])) : v ?? undefined; }
test("random", () => {
  const read = programReader(); const counts: Record<string, number> = {}; let shown = 0;
  const from = Number(process.env.FROM ?? 0), to = Number(process.env.TO ?? 12);
  const note = (key: string, source = "", detail = "") => { counts[key] = (counts[key] ?? 0) + 1; if (source && shown++ < 5) console.log(key, "\n" + source + "\n" + detail); };
  for (let seed = from; seed < to; seed++) {
    const trees = fc.sample(programOf(profiles[seed % profiles.length]!), { seed, numRuns: 50 });
    const printed = trees.map(t => printProgram(t));
    const models = read(printed);
    models.forEach((m: any, k: number) => {
      const p = printed[k]!;
      if (m.kind === "crashed") return note("crash " + m.stage, p.source, (m.error as Error).stack?.slice(0, 1200));
      if (m.kind === "refused") return note("refused " + m.diagnostics.map((d: any) => d.code).join(), p.source, m.diagnostics.map((d: any) => `${d.code} ${d.span?.line}:${d.span?.column} ${d.message}`).join("\n"));
      const g = m.model.graph; const faults = verify(g);
      if (faults.length) return note("verify", p.source, faults.slice(0,4).join("\n"));
      const inputs = inputsOf(p); const args = inputs.map(copyOf);
      const expected = load(p.source)[functionName]!(...args);
      const names = m.model.signature.parameters.map((x: any) => x.name);
      const leaf = (from: any, path: any) => path.slice(1).reduce((a: any, b: any) => a[b], from[names.indexOf(path[0])]);
      const { returned, final } = evaluate(g, g.parameters.map((x: any) => leaf(inputs, x.path)));
      const a = JSON.stringify(plain(returned)), b = JSON.stringify(plain(expected));
      if (a !== b) return note("value", p.source, `${a}\n${b}`);
      for (const [i, arr] of final) { const x = JSON.stringify(plain(arr)), y = JSON.stringify(plain(leaf(args, g.parameters[i].path))); if (x !== y) return note("final", p.source, x + "\n" + y); }
      note("ok");
    });
  }
  console.log(JSON.stringify(counts, null, 1));
}, 600000);
