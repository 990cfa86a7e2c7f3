/**
 * Names the arrays that a function makes. Of two that have one name in the source (a helper that is called twice) the
 * second gets a number, so that its adjoint gets the same one; one without a name (`y.set(x.slice(1))`) is a `temp`.
 *
 * An array is made before the variable that it is given to (`const y = x.slice()`), so only its first version has the name
 * then: the others get it here. What a loop carries keeps the name of its variable.
 */
import type { Graph, GraphNode, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, changedBy, isLoop, regionsOf, walkNodes } from "../ir/walk.ts";

export function nameArrays(graph: Graph): Graph {
  const values = new Map(graph.values);
  const taken = new Set(graph.parameters.map(({ value }) => graph.values.get(value)?.name));
  const rename = (array: ValueId, name: string): void => {
    const info = values.get(array);
    if (info !== undefined) values.set(array, { ...info, name });
  };
  walkNodes(graph.body, (node) => {
    if (node.kind !== "allocate") return;
    const given = graph.values.get(node.result)?.name;
    const name = given ?? (node.role.kind === "value" ? "value" : "temp");
    let own = name;
    for (let number = 2; taken.has(own); number++) own = `${name}${/\d$/.test(name) ? "_" : ""}${number}`;
    taken.add(own);
    if (own !== given) rename(node.result, own);
  });

  const pass = (from: ValueId | undefined, to: ValueId | undefined): void => {
    if (from === undefined || to === undefined || typeof values.get(to)?.type !== "object") return;
    const name = values.get(from)?.name;
    const given = graph.values.get(to)?.name;
    if (name !== undefined && (given === undefined || given === graph.values.get(from)?.name)) rename(to, name);
  };
  const visitRegion = (region: Region): void => region.nodes.forEach(visit);
  const visit = (node: GraphNode): void => {
    if (node.kind === "store" || node.kind === "grow") pass(node.array, node.result);
    if (node.kind === "call") for (const { array, next } of changedBy(node)) pass(array, next);
    if (isLoop(node)) {
      node.inits.forEach((init, k) => {
        pass(init, carriedOf(node)[k]);
        if (node.kind === "while") pass(init, node.condition.arguments[k]);
        pass(carriedOf(node)[k], node.results[k]);
      });
    }
    regionsOf(node).forEach(visitRegion);
    if (node.kind === "if") node.results.forEach((result, k) => pass(node.then.yields[k], result));
  };
  visitRegion(graph.body);
  return { ...graph, values };
}
