import type { Graph, Region, ValueId } from "./graph.ts";
import { valuesOfOutput } from "./outputs.ts";
import { operandsOf, regionsOf, resultsOf } from "./walk.ts";

/** Faults of definition and use; see verify.ts. */
export function scopeFaults(graph: Graph): readonly string[] {
  const faults: string[] = [];
  const defined = new Set<ValueId>();
  const visible = new Set<ValueId>();

  const define = (id: ValueId, what: string): void => {
    if (defined.has(id)) faults.push(`value ${id} is defined twice, the second time by ${what}`);
    if (!graph.values.has(id)) faults.push(`value ${id} of ${what} has no info`);
    defined.add(id);
    visible.add(id);
  };
  const use = (id: ValueId, what: string): void => {
    if (visible.has(id)) return;
    faults.push(`${what} uses value ${id} ${defined.has(id) ? "out of its scope" : "before its definition"}`);
  };

  const visitRegion = (region: Region, what: string, leave = true): void => {
    const own = [...region.arguments];
    region.arguments.forEach((id) => define(id, what));
    for (const node of region.nodes) {
      const name = node.kind === "operation" ? node.operation : node.kind;
      operandsOf(node).forEach((id) => use(id, name));
      for (const inner of regionsOf(node)) visitRegion(inner, name);
      const results = resultsOf(node);
      results.forEach((id) => define(id, name));
      own.push(...results);
    }
    region.yields.forEach((id) => use(id, `a yield of ${what}`));
    if (leave) own.forEach((id) => visible.delete(id));
  };

  visitRegion(graph.body, "the body", false);
  valuesOfOutput(graph.returned).forEach((id) => use(id, "the returned value"));
  for (const id of graph.final.values()) use(id, "a final version");
  for (const id of graph.members?.values() ?? []) use(id, "what a member is left with");

  const values = graph.parameters.map(({ value }) => value);
  if (values.length !== graph.body.arguments.length || values.some((id, k) => id !== graph.body.arguments[k])) {
    faults.push("the arguments of the body are not the values of the parameters");
  }
  if (graph.body.yields.length > 0) faults.push("the body yields");
  graph.parameters.forEach(({ type }, k) => {
    if ((typeof type === "object") !== graph.final.has(k)) faults.push(`parameter ${k}: final is for arrays`);
  });
  return faults;
}
