/** The mutants of the fixtures' models, each named by its model and a seed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openProject, type SourceProject } from "../../src/frontend/project.ts";
import { loadFixtures, modelsFolder, type Fixture } from "../harness/fixtures.ts";
import { random } from "../harness/random.ts";
import { checkMutant, type MutantOutcome } from "./check-mutant.ts";
import { mutate } from "./mutate.ts";

export interface MutantJob {
  readonly model: string;
  readonly seed: number;
}

export function modelNames(): readonly string[] {
  return readdirSync(modelsFolder).sort();
}

/** Checks mutants; the project of a model is kept until one of another model comes. */
export function mutantChecker(): (job: MutantJob) => Promise<MutantOutcome> {
  let opened: { readonly fixture: Fixture; readonly project: SourceProject; readonly text: string } | undefined;
  return async ({ model, seed }) => {
    if (opened?.fixture.name !== model) {
      const [fixture] = await loadFixtures([model]);
      if (fixture === undefined) throw new Error(`no model ${model}`);
      const text = readFileSync(join(modelsFolder, model, "model.ts"), "utf8");
      opened = { fixture, project: openProject({ files: [fixture.model] }), text };
    }
    const { fixture, project, text } = opened;
    const mutant = mutate(text, random(seed));
    const outcome = checkMutant(project, fixture.model, mutant.text, text, fixture.cases);
    if (outcome.fault === undefined) return outcome;
    const { what, detail } = outcome.fault;
    return { ...outcome, fault: { what, detail: `${mutant.edits.join("; ")}\n\n${mutant.text}\n${detail}` } };
  };
}
