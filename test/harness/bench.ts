import type { SourceProject } from "../../src/frontend/project.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import type { Subject } from "./subject.ts";
import { readFunctions, requestsOf } from "./compile.ts";
import type { Exports } from "./execute.ts";
import { loadModel, type Fixture } from "./fixtures.ts";
import { probes, type Probe } from "./oracle.ts";

/** One fixture on the bench: its functions are read once, and what the oracle says of a case is asked once. */
export interface Bench {
  readonly functions: readonly ModelFunction[];
  /** Runs a check for every tag and case, and gives all faults. */
  readonly check: (
    generated: Exports,
    faults: (subject: Subject, probes: readonly Probe[]) => readonly string[],
  ) => readonly string[];
}

const benches = new WeakMap<SourceProject, Map<string, Promise<Bench>>>();

/** The bench of a fixture: the same one for all files of tests that run in one process. */
export function benchOf(project: SourceProject, fixture: Fixture): Promise<Bench> {
  const known = benches.get(project) ?? new Map<string, Promise<Bench>>();
  benches.set(project, known);
  const bench = known.get(fixture.name) ?? prepare(project, fixture);
  known.set(fixture.name, bench);
  return bench;
}

async function prepare(project: SourceProject, fixture: Fixture): Promise<Bench> {
  const functions = readFunctions(project, fixture.model);
  const originals = await loadModel(fixture);
  const known = new Map<string, readonly Probe[]>();
  const pairs = requestsOf(functions).flatMap(([model, request]) =>
    fixture.cases.flatMap((modelCase, k) =>
      modelCase.function === model.signature.name
        ? [{ model, request, modelCase, key: `${request.functionName} ${k}` }]
        : [],
    ),
  );
  const probesOf = (model: ModelFunction, request: TagRequest, key: string, modelCase: Subject["modelCase"]) => {
    const found = known.get(key) ?? (modelCase.throws === undefined ? probes(model, request, modelCase) : []);
    known.set(key, found);
    return found;
  };
  return {
    functions,
    check: (generated, faults) =>
      pairs.flatMap(({ model, request, modelCase, key }) => {
        const siblings = fixture.cases.filter((other) => other !== modelCase && other.function === modelCase.function);
        const subject = { model, request, modelCase, siblings, originals, generated };
        return faults(subject, probesOf(model, request, key, modelCase)).map((text) => `${modelCase.note}: ${text}`);
      }),
  };
}

/** The value of a function that is asked for when it is first needed, and then kept. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
