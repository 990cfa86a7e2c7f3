/** Which stage a fault comes from: the graph after each pass is verified and evaluated, and its gradient compared. */
import { evaluate, type Argument } from "../../src/ir/evaluate.ts";
import type { Graph } from "../../src/ir/graph.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { verify } from "../../src/ir/verify.ts";
import { runPipeline } from "../../src/pipeline.ts";
import type { CompileChoice } from "./compile-program.ts";
import { readPath } from "../harness/tree.ts";
import { numbersIn } from "./execute.ts";
import { leavesOf } from "./leaves.ts";
import { close, list } from "./numbers.ts";
import type { Reference } from "./reference.ts";

/** In words; the back end where every graph is right. */
export function blame(model: ModelFunction, request: TagRequest, reference: Reference, choice: CompileChoice): string {
  const leaves = leavesOf(model, reference.inputs);
  let before = "the front end";
  let found: string | undefined;
  let differentiated = false;
  const look = (pass: string, graph: Graph): void => {
    if (found !== undefined) return;
    const faults = verify(graph);
    if (faults.length > 0) found = `verify fails first after ${pass} (before it: ${before}): ${faults[0]}`;
    else if (differentiated) {
      try {
        const seeds = graph.parameters.slice(leaves.length);
        const given = seeds.map(({ path }) => readPath({ seed: reference.seed.value }, path) as Argument);
        const { returned } = evaluate(graph, [...leaves, ...given]);
        const parts = Array.isArray(returned) ? (returned as readonly unknown[]) : [];
        const gradient = numbersIn(parts[1]);
        if (!close(gradient, reference.gradient, reference.singles ? 1e-4 : 1e-8)) {
          found = `the graph's gradient is first wrong after ${pass} (before it: ${before}): ${list(gradient)}`;
        }
      } catch (error) {
        found = `evaluating throws first after ${pass} (before it: ${before}): ${String(error)}`;
      }
    }
    if (pass === "reverse") differentiated = true;
    before = pass;
  };
  try {
    runPipeline(model, request, { ...choice, disabled: new Set(choice.disabled), onPass: look });
  } catch (error) {
    return found ?? `the pass after ${before} throws: ${String(error)}`;
  }
  return found ?? "every graph is right: the back end, or what it promises for a second call";
}
