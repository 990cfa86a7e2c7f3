/**
 * The Hessian, whole: the tangent of the gradient (hessian-product.ts) for all unit vectors of the inputs. Its rows and
 * columns are the entries of wrt in order, those of one array one after the other.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import type { DerivativeGraph } from "../pass.ts";
import { eachColour } from "./directions/each-colour.ts";
import { eachDirection } from "./directions/each-direction.ts";
import type { Layout } from "./directions/filling.ts";
import type { EntryIndex } from "./directions/linear-form.ts";
import { fillMatrices, type Matrices, type Setting } from "./directions/matrices.ts";
import { none, one, plus } from "./directions/sizes.ts";
import { forwardOverReverse } from "./hessian-product.ts";
import { elementOf, inputSeeds } from "./jacobian.ts";

/** All columns at once. `gradient` is that of the same request. */
export function hessianOf(gradient: DerivativeGraph, request: TagRequest): DerivativeGraph | undefined {
  const { primal } = gradient;
  const { graph, gradients, products = [] } = forwardOverReverse(gradient, { ...request, mode: "hvp" });
  const own = primal.parameters.length;
  const layout = (setting: Setting): Layout => layoutOf(primal, request, products, setting);
  const filled = fillMatrices(graph, { own, seeds: inputSeeds(graph, request, own), outcomes: products, layout });
  return filled && derivativeOf(filled, request, primal, gradients);
}

/** One column after the other. `product` is the Hessian times a vector. */
export function hessianByColumns(
  gradient: DerivativeGraph,
  product: DerivativeGraph,
  request: TagRequest,
): DerivativeGraph {
  const { primal, gradients } = gradient;
  const layout = (setting: Setting): Layout => layoutOf(primal, request, product.products ?? [], setting);
  const filled = eachDirection({ base: gradient.graph, linear: product.graph, wrt: request.wrt, layout });
  return derivativeOf(filled, request, primal, gradients);
}

/** One run for each colour of the columns. */
export function hessianByColours(
  gradient: DerivativeGraph,
  product: DerivativeGraph,
  request: TagRequest,
): DerivativeGraph | undefined {
  const { primal, gradients } = gradient;
  const layout = (setting: Setting): Layout => layoutOf(primal, request, product.products ?? [], setting);
  const filled = eachColour({ base: gradient.graph, linear: product.graph, wrt: request.wrt, layout }, true);
  return filled && derivativeOf(filled, request, primal, gradients);
}

function derivativeOf(
  { graph, matrices }: Matrices,
  request: TagRequest,
  primal: Graph,
  gradients: readonly ValueId[],
): DerivativeGraph {
  const body = withoutProducts(graph.body);
  return { graph: { ...graph, body, name: request.functionName }, request, primal, gradients, matrices, seeds: [] };
}

/** A product with a vector is no result here, but what a column is made in. */
function withoutProducts(region: Region): Region {
  const change = (node: GraphNode): GraphNode => {
    const isProduct = node.kind === "allocate" && node.role.kind === "gradient" && node.role.under === "hvp";
    return isProduct ? { ...node, role: { kind: "tangent" } } : mapNode(node, (value) => value, withoutProducts);
  };
  return { ...region, nodes: region.nodes.map(change) };
}

function layoutOf(primal: Graph, request: TagRequest, products: readonly ValueId[], setting: Setting): Layout {
  const { build } = setting;
  const sizes = request.wrt.map((parameter) => setting.entriesOf(parameter));
  const starts: EntryIndex[] = [];
  const total = sizes.reduce<EntryIndex>((sum, size) => {
    starts.push(sum);
    return plus(build, sum, size);
  }, none);
  const targets = request.wrt.map((parameter, k) => {
    const isArray = typeof present(primal.parameters[parameter]).type === "object";
    return {
      value: present(products[k]),
      like: parameter,
      layers: isArray ? [{ length: present(sizes[k]), stride: one }] : [],
      blockOf: ({ index }: { readonly index: number }) => ({
        matrix: 0,
        row: { first: present(starts[k]), entryStride: one, directionStride: none },
        column: { first: present(starts[index]), entryStride: none, directionStride: one },
      }),
    };
  });
  const isSingle = request.wrt.every((parameter) => elementOf(primal, parameter) === "f32");
  const element = isSingle ? "f32" : "f64";
  const isOfNumbers = targets.every(({ layers }) => layers.length === 0);
  const { sparse: isSparse = false } = request;
  const shape = { rows: total, columns: total, isSparse };
  const matrix = { key: "hessian", parameter: undefined, element, ...shape, name: "H", isOfNumbers } as const;
  return { matrices: [matrix], targets, isSymmetric: true };
}
