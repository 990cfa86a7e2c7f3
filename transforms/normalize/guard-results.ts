/**
 * What is differentiated of a result that is not there on some ways, as where `null` is returned: zeros there, so that
 * nothing flows into it. What is given back stays as it is.
 *
 *   return c ? null : { x, y }     ->     of { x: c ? 0 : x, … }, where y is an array: a copy of it, zeros where c holds
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { copyArray } from "../../src/ir/copy-array.ts";
import type { ElementType, Graph, Output, ValueId } from "../../src/ir/graph.ts";
import { mapParts } from "../../src/ir/outputs.ts";
import { type Definition, definitionsOf, nodeOf } from "../analyze/uses.ts";

export function guardResults(graph: Graph): Graph {
  const { returned } = graph;
  if (returned.kind !== "mixed" || returned.shown !== undefined) return graph;
  const build = new GraphBuilder(graph.values);
  const definitions = definitionsOf(graph);
  let of: Output = returned.of;
  const body = build.region(graph.body.arguments, () => {
    graph.body.nodes.forEach((node) => build.push(node));
    for (const { when } of returned.instead) of = guarded(of, when, graph, build, definitions);
    return graph.body.yields;
  });
  return { ...graph, body, returned: { ...returned, of, shown: returned.of }, values: build.values };
}

function guarded(
  output: Output,
  when: ValueId,
  graph: Graph,
  build: GraphBuilder,
  definitions: ReadonlyMap<ValueId, Definition>,
): Output {
  const copyOf = (array: ValueId, element: ElementType, length: ValueId): ValueId => {
    const copy = build.allocate(element, length, { kind: "local" }, true, build.nameOf(array));
    return where(
      () => copy,
      () => copyArray(build, array, copy, length),
    );
  };
  const where = (without: () => ValueId, otherwise: () => ValueId): ValueId => {
    const [either] = build.if(
      when,
      () => [without()],
      () => [otherwise()],
    );
    return present(either);
  };
  const zeroWithout = (value: ValueId): ValueId =>
    where(
      () => build.constant(0),
      () => value,
    );
  const isZero = (array: ValueId): boolean => isUntouched(array, when, definitions);
  switch (output.kind) {
    case "scalar": {
      if (build.typeOf(output.value) !== "number") return output;
      return { ...output, value: zeroWithout(output.value) };
    }
    case "array":
      if (isZero(output.value)) return output;
      return { ...output, value: copyOf(output.value, output.element, output.length) };
    case "parameter": {
      const { value, type } = present(graph.parameters[output.parameter]);
      const element = typeof type === "object" ? type.element : "f64";
      const length = build.length(value);
      return { kind: "array", value: copyOf(output.value, element, length), element, length };
    }
    case "rows": {
      // Nothing is read of the seeds of rows that are not there.
      const leaves = output.leaves.map((leaf) => {
        const lengths = leaf.lengths.map((each, layer) => (layer === 0 ? zeroWithout(each) : each));
        const length = lengths.reduce((product, each) => build.operation("mul", [product, each]));
        return { ...leaf, lengths, value: copyOf(leaf.value, leaf.type.element, length) };
      });
      return { ...output, leaves };
    }
    default:
      return mapParts(output, (part) => guarded(part, when, graph, build, definitions));
  }
}

/** Whether nothing has been stored in the array where the condition holds. */
function isUntouched(version: ValueId, when: ValueId, definitions: ReadonlyMap<ValueId, Definition>): boolean {
  const node = nodeOf(definitions, version);
  if (node?.kind === "allocate") return node.isUnset !== true && node.like === undefined;
  if (node?.kind !== "if") return false;
  const slot = node.results.indexOf(version);
  const regions = node.condition === when ? [node.then] : [node.then, node.else];
  return regions.every(({ yields }) => isUntouched(present(yields[slot]), when, definitions));
}
