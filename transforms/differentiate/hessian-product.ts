/**
 * The Hessian times a vector, by the two compositions of the modes (Griewank & Walther, section 5.4): the tangent of the
 * gradient, or the gradient of the tangent. Both give the gradient too.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { adjointOfDotted, dottedName } from "../../src/ir/differential-name.ts";
import type { AllocateNode, Graph, Region, ValueId } from "../../src/ir/graph.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import { mapNode } from "../../src/ir/walk.ts";
import type { DerivativeGraph } from "../pass.ts";
import { reverse, type ReverseOptions } from "./reverse.ts";
import type { TangentSweep } from "./tangent-sweep.ts";
import { withTangents } from "./with-tangents.ts";

/** The request for the gradient that a Hessian is the derivative of. */
export function gradientRequest(request: TagRequest): TagRequest {
  return { ...request, mode: "grad" };
}

/** Forward over reverse: every node of the gradient, and its tangent. Not of graphs that keep values on the stack of calls. */
export function forwardOverReverse(gradient: DerivativeGraph, request: TagRequest): DerivativeGraph {
  const { graph, gradients, primal } = gradient;
  let products: readonly ValueId[] = [];
  const options = { dependents: gradients, outputs: [], naming: dottedName };
  const whole = withTangents(graph, request, options, (tangents) => {
    products = gradients.map((value, k) => productOf(value, present(request.wrt[k]), tangents));
  });
  return { graph: whole, request, primal, gradients, products, seeds: seedsOf(request) };
}

/** The tangent of a gradient; 0 where it is the same everywhere. */
function productOf(gradient: ValueId, parameter: number, { build, sweep, arrays }: TangentSweep): ValueId {
  const type = build.typeOf(gradient);
  if (typeof type !== "object") return sweep.tangentOf(gradient);
  const found = arrays.find(gradient);
  if (found !== undefined) return found;
  return arrays.zerosFor(parameter, { kind: "gradient", parameter, under: "hvp" });
}

/**
 * Reverse over forward: `forwards` gives the value and its tangent, which is the gradient times the vector. The gradient
 * of that in the vector is the gradient of the primal, and in the parameters the Hessian times the vector.
 */
export function reverseOverForward(
  forwards: DerivativeGraph,
  request: TagRequest,
  options: ReverseOptions,
): DerivativeGraph {
  const { primal } = forwards;
  const first = primal.parameters.length;
  const vector = request.wrt.map((_, k) => first + k);
  const tangent = forwards.tangents?.returned;
  const dependent = tangent?.kind === "scalar" ? tangent.value : undefined;
  const both = reverse(
    forwards.graph,
    { ...gradientRequest(request), wrt: [...request.wrt, ...vector] },
    { ...options, dependents: [present(dependent, "the tangent of a number")], naming: adjointOfDotted },
  );
  const count = request.wrt.length;
  const graph = withRoles(both.graph, (node) => {
    if (node.role.kind !== "gradient") return node;
    const { parameter } = node.role;
    const role =
      parameter < first
        ? ({ kind: "gradient", parameter, under: "hvp" } as const)
        : ({ kind: "gradient", parameter: present(request.wrt[parameter - first]) } as const);
    return { ...node, role };
  });
  return {
    graph: { ...graph, name: request.functionName },
    request,
    primal,
    gradients: both.gradients.slice(count),
    products: both.gradients.slice(0, count),
    seeds: seedsOf(request),
  };
}

function seedsOf(request: TagRequest): DerivativeGraph["seeds"] {
  return request.wrt.map((output) => ({ output, path: [] }));
}

function withRoles(graph: Graph, change: (node: AllocateNode) => AllocateNode): Graph {
  const visit = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.map((node) =>
      node.kind === "allocate" ? change(node) : mapNode(node, (value) => value, visit),
    ),
  });
  return { ...graph, body: visit(graph.body) };
}
