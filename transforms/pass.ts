import type { ElementType, Graph, MatrixKey, Output, ValueId } from "../src/ir/graph.ts";
import type { TagRequest } from "../src/ir/signature.ts";

/** A graph in, a new graph out; the input is never changed. */
export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph) => Graph;
}

/** Facts about a graph, computed where they are needed and never kept on nodes. */
export type Analysis<Facts> = (graph: Graph) => Facts;

/** The tangents of the outputs of a request. */
export interface Tangents {
  /** Of what is returned, without its parts that hold no floats; of kind `none` where it is not an output. */
  readonly returned: Output;
  /** Of the arrays that are outputs: the last versions. */
  readonly parameters: readonly { readonly parameter: number; readonly value: ValueId }[];
}

/** A matrix of derivatives: row-major, or in compressed rows. */
export interface Matrix {
  readonly key: MatrixKey;
  /** Of a Jacobian: the parameter that it is in. */
  readonly parameter: number | undefined;
  readonly value: ValueId;
  readonly element: ElementType;
  /** The number of its entries; in compressed rows that of its rows. */
  readonly length: ValueId;
  /** How many there are, where it comes in compressed rows. */
  readonly columns?: ValueId;
}

/** What differentiation gives: one graph that computes value and derivatives. Its parameters are the primal's, then the seeds. */
export interface DerivativeGraph {
  readonly graph: Graph;
  readonly request: TagRequest;
  /** The primal that was differentiated; parameters `0 … primal.parameters.length - 1` of `graph` are its. */
  readonly primal: Graph;
  /** For each wrt entry: the gradient, a scalar value, or the last version of a gradient array. None in forward mode. */
  readonly gradients: readonly ValueId[];
  /** For each wrt entry, where it is asked for: what the Hessian times the vector has of it. */
  readonly products?: readonly ValueId[];
  /** In forward mode: the tangents of the outputs. */
  readonly tangents?: Tangents;
  /** Jacobians, one for each wrt entry, or the Hessian: the last versions. */
  readonly matrices?: readonly Matrix[];
  /**
   * For each seed parameter of `graph` (after the primal's): which output, and the path of the leaf within it; in forward
   * mode the parameter whose tangent it is.
   */
  readonly seeds: readonly { readonly output: number | "value"; readonly path: readonly (string | number)[] }[];
}
