/** What the result of a derivative consists of, each member as a tree of leaves. */
import { present } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { ValueId } from "../ir/graph.ts";
import { each } from "../ir/nested.ts";
import type { DerivativeGraph, Matrix } from "../../transforms/pass.ts";
import type { GradientLeaf, ResultLeaf, Section } from "./face.ts";
import { sizeAt } from "./nested.ts";
import { insteadOfWhole, valueTree } from "./outputs.ts";
import type { ParameterLeaf } from "./parameters.ts";
import { type Tree, treeOf } from "./trees.ts";

interface OfParameter {
  readonly parameter: number;
  readonly value: ValueId;
}

/** In the order in which they stand in the result. `leaves`: those of the parameters. */
export function sectionsOf(
  derivative: DerivativeGraph,
  leaves: readonly ParameterLeaf[],
  builder: GraphBuilder,
): readonly Section[] {
  const { graph, request, gradients, products, tangents, matrices = [] } = derivative;
  const sections: Section[] = [];
  const value = valueTree(graph.returned, graph, builder);
  if (value !== undefined) sections.push({ key: "value", tree: value, instead: insteadOfWhole(graph.returned) });
  if (request.mode === "jacobian") return [...sections, { key: "jacobian", tree: matrixTree(matrices, leaves) }];
  if (tangents === undefined) {
    const ofWrt = request.wrt.map((parameter, k) => ({ parameter, value: present(gradients[k], "gradient") }));
    sections.push({ key: "grad", tree: parameterTree(ofWrt, leaves) });
    const [hessian] = matrices;
    if (hessian !== undefined) sections.push({ key: "hessian", tree: leafOf(hessian) });
    if (products === undefined) return sections;
    const times = request.wrt.map((parameter, k) => ({ parameter, value: present(products[k], "product") }));
    return [...sections, { key: "hvp", tree: parameterTree(times, leaves) }];
  }
  const returned = valueTree(tangents.returned, graph, builder);
  return [...sections, { key: "tangent", tree: tangentTree(tangents.parameters, returned, leaves) }];
}

function parameterTree(entries: readonly OfParameter[], leaves: readonly ParameterLeaf[]): Tree<GradientLeaf> {
  return treeOf<GradientLeaf>(
    entries.map(({ parameter, value }) => {
      const leaf = present(leaves[parameter], "a leaf of a parameter");
      const { type } = leaf.parameter;
      const element = typeof type === "object" ? type.element : undefined;
      return { path: leaf.key, leaf: { kind: "ofParameter", leaf, element, value } };
    }),
    ({ leaf: { parameter } }, layer) =>
      typeof parameter.type === "object" ? sizeAt(parameter.type, layer) : undefined,
  );
}

function leafOf(matrix: Matrix): Tree<ResultLeaf> {
  return { kind: "leaf", leaf: { kind: "matrix", ...matrix } };
}

/** A parameter that is an array of objects or arrays has one matrix for each of its leaves. */
function matrixTree(matrices: readonly Matrix[], leaves: readonly ParameterLeaf[]): Tree<ResultLeaf> {
  return treeOf<ResultLeaf>(
    matrices.map((matrix) => {
      const { key } = present(leaves[present(matrix.parameter)], "a leaf of a parameter");
      return { path: key.filter((part) => part !== each), leaf: { kind: "matrix", ...matrix } };
    }),
  );
}

/** The returned value alone has the structure of it; beside parameters it stands under the key `value`. */
function tangentTree(
  parameters: readonly OfParameter[],
  returned: Tree<ResultLeaf> | undefined,
  leaves: readonly ParameterLeaf[],
): Tree<ResultLeaf> {
  if (parameters.length === 0) return present(returned, "the tangent of what is returned");
  const tree: Tree<ResultLeaf> = parameterTree(parameters, leaves);
  if (returned === undefined || tree.kind !== "object") return tree;
  return { kind: "object", entries: [...tree.entries, { key: "value", tree: returned }] };
}
