import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openProject } from "../src/frontend/project.ts";
import { readModel } from "../src/frontend/read-model.ts";
import { evaluate, type Argument } from "../src/ir/evaluate.ts";
import type { Graph } from "../src/ir/graph.ts";
import { printGraph } from "../src/ir/print.ts";
import { verify } from "../src/ir/verify.ts";
import { mapNode } from "../src/ir/walk.ts";
import { simplify } from "../transforms/optimize/simplify.ts";
import { completeInputs, graphArguments } from "./harness/arguments.ts";
import type { ModelCase } from "./harness/model-case.ts";
import { flat } from "./pass-checks.ts";
import { exactPasses } from "./pass-list.ts";
import { programOf } from "./random/arbitrary.ts";
import { inputsOf } from "./random/inputs.ts";
import { leavesOf } from "./random/leaves.ts";
import { printProgram } from "./random/print-program.ts";
import { profiles } from "./random/profiles.ts";
import { programReader } from "./random/read-programs.ts";

/** Each pass on the graphs of real models and of random programs: not a bit of their results changes. */

const fixtures = join(import.meta.dirname, "../fixtures");

it("the models of fixtures/models", async () => {
  const names = readdirSync(join(fixtures, "models")).sort();
  const paths = names.map((name) => join(fixtures, "models", name, "model.ts"));
  const project = openProject({ files: paths });
  let functions = 0;
  for (const path of paths) {
    const { cases } = (await import(join(path, "../case.ts"))) as { cases: readonly ModelCase[] };
    for (const model of readModel(project, path).functions) {
      functions++;
      const inputs = cases
        .filter((each) => each.function === model.signature.name && each.throws === undefined)
        .map((each) => graphArguments(model, completeInputs(model.signature, each.inputs())));
      expectAllSame(model.graph, inputs, `${path} ${model.signature.name}`);
    }
  }
  expect(functions).toBeGreaterThan(100);
});

it.each([1, 2, 3, 4])("random programs, seed %i", (seed) => {
  const profile = profiles[seed % profiles.length]!;
  const printed = fc.sample(programOf(profile), { seed, numRuns: 25 }).map((tree) => printProgram(tree));
  programReader()(printed).forEach((read, k) => {
    if (read.kind !== "read") return;
    const program = printed[k]!;
    const { graph } = read.model;
    const leaves = leavesOf(read.model, inputsOf(program));
    expectAllSame(graph, [leaves], program.source);
    expectAllSame(asDerivative(graph), [leaves], program.source);
  });
});

describe("the graph after a pass", () => {
  const passes: typeof exactPasses = { ...exactPasses, simplify: simplify({ strictFp: false }).run };
  for (const folder of readdirSync(join(fixtures, "passes")).sort()) {
    const name = folder.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    for (const each of readdirSync(join(fixtures, "passes", folder)).sort()) {
      it(`${folder}/${each}`, () => {
        const path = join(fixtures, "passes", folder, each, "model.ts");
        const { functions, diagnostics } = readModel(openProject({ files: [path] }), path);
        expect(diagnostics).toEqual([]);
        const text = functions.map(({ graph }) => printGraph(passes[name]!(graph))).join("\n");
        const golden = join(path, "../graph.txt");
        if (process.env["BLESS"] !== undefined) writeFileSync(golden, text);
        expect(text).toBe(readFileSync(golden, "utf8"));
      });
    }
  }
});

/** Each pass by itself, then all of them one after the other, twice. */
function expectAllSame(graph: Graph, inputs: readonly (readonly Argument[])[], shown: string): void {
  const expected = inputs.map((input) => results(graph, input));
  const check = (name: string, after: Graph): Graph => {
    expect(verify(after), `${name}: ${shown}`).toEqual([]);
    inputs.forEach((input, k) => expect(results(after, input), `${name}: ${shown}`).toEqual(expected[k]));
    return after;
  };
  for (const [name, pass] of Object.entries(exactPasses)) check(name, pass(graph));
  let current = graph;
  for (const round of ["first", "second"]) {
    for (const [name, pass] of Object.entries(exactPasses)) current = check(`${name}, ${round} round`, pass(current));
  }
}

function results(graph: Graph, input: readonly Argument[]): unknown {
  const { returned, final } = evaluate(graph, input);
  return [flat(returned), ...[...final.values()].map((array) => [...array])];
}

/** As if every statement belonged to a derivative, and every local array of doubles were an adjoint: more passes then act. */
function asDerivative(graph: Graph): Graph {
  const visit = (region: Graph["body"]): Graph["body"] => ({
    ...region,
    nodes: region.nodes.map((node) => {
      const reversed = mapNode({ ...node, origin: graph.span }, (value) => value, visit);
      const isLocal = reversed.kind === "allocate" && reversed.role.kind === "local" && reversed.element !== "f32";
      return isLocal ? { ...reversed, role: { kind: "adjoint" } } : reversed;
    }),
  });
  return { ...graph, body: visit(graph.body) };
}
