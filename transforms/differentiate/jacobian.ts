/**
 * The Jacobian, whole: the Jacobian-vector product for all unit vectors of the inputs, or the vector-Jacobian product for all
 * of the outputs (Griewank & Walther, sections 3.1 and 3.2). Its rows are the outputs in order, each flattened in the order
 * of its structure; there is one matrix for each wrt entry.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import { capitalized } from "../../src/ir/capitalized.ts";
import { differentialName } from "../../src/ir/differential-name.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ElementType, Graph, GraphNode, Region, ValueId } from "../../src/ir/graph.ts";
import { mapNode } from "../../src/ir/walk.ts";
import type { TagRequest } from "../../src/ir/signature.ts";
import type { DerivativeGraph } from "../pass.ts";
import { eachColour } from "./directions/each-colour.ts";
import { eachDirection } from "./directions/each-direction.ts";
import type { Layout, MatrixLayout } from "./directions/filling.ts";
import type { EntryIndex } from "./directions/linear-form.ts";
import { fillMatrices, type Seed, type Setting } from "./directions/matrices.ts";
import { type OutputRows, outputRows } from "./directions/output-rows.ts";
import { leafName, matrixNames } from "./directions/matrix-names.ts";
import { none, one, plus, times, valueOfSize } from "./directions/sizes.ts";
import { withPlaces } from "./forward.ts";
import { type SeedLeaf, seedsOf } from "./seeds.ts";
import { withTangents } from "./with-tangents.ts";

/** One sweep for all columns. */
export function jacobianForward(graph: Graph, request: TagRequest): DerivativeGraph | undefined {
  const { whole, layout, outcomes } = tangentsOf(graph, request);
  const own = graph.parameters.length;
  const filled = fillMatrices(whole, { own, seeds: inputSeeds(whole, request, own), outcomes, layout });
  return filled && derivativeOf(filled, request, graph);
}

/** One sweep for each column. */
export function jacobianByColumns(graph: Graph, request: TagRequest): DerivativeGraph {
  const { whole, layout } = tangentsOf(graph, request);
  const filled = eachDirection({ base: graph, linear: whole, wrt: request.wrt, layout });
  return derivativeOf(filled, request, graph);
}

/** One sweep for each colour of the columns of a matrix. */
export function jacobianByColours(graph: Graph, request: TagRequest): DerivativeGraph | undefined {
  const { whole, layout } = tangentsOf(graph, request);
  const filled = eachColour({ base: graph, linear: whole, wrt: request.wrt, layout }, false);
  return filled && derivativeOf(filled, request, graph);
}

/** The graph with tangents, and where those of the outputs belong. */
function tangentsOf(graph: Graph, request: TagRequest) {
  const leaves = seedsOf(graph, request);
  const options = { dependents: leaves.map(({ value }) => value), outputs: [], naming: differentialName };
  let outcomes: readonly (ValueId | undefined)[] = [];
  const whole = withTangents(graph, { ...request, mode: "jvp" }, options, ({ build, sweep, arrays }) => {
    outcomes = leaves.map(({ value }) =>
      typeof build.typeOf(value) === "object" ? arrays.find(value) : sweep.tangentOf(value),
    );
  });
  const layout = (setting: Setting): Layout | undefined => {
    const rows = rowsOf(leaves, graph, setting);
    if (rows === undefined) return undefined;
    const targets = leaves.flatMap(({ output, parameter }, k) => {
      const value = outcomes[k];
      const { first, layers } = present(rows.rows[k]);
      if (value === undefined) return [];
      const like = output === "value" ? parameter : output;
      const blockOf = ({ index }: { readonly index: number }) => ({
        matrix: index,
        row: { first, entryStride: one, directionStride: none },
        column: { first: none, entryStride: none, directionStride: one },
      });
      return [{ value, layers, like, blockOf }];
    });
    return {
      matrices: jacobianMatrices(
        graph,
        request,
        rows.total,
        setting,
        targets.length === leaves.length && targets.every(({ layers }) => layers.length === 0),
      ),
      targets,
    };
  };
  return { whole, layout, outcomes: outcomes.filter((value) => value !== undefined) };
}

/** One reverse sweep for all rows. `product` is the seed times the Jacobian, of the same request. */
export function jacobianReverse(product: DerivativeGraph, request: TagRequest): DerivativeGraph | undefined {
  const { graph, gradients, primal, seeds } = product;
  const leaves = seedsOf(primal, request);
  const own = primal.parameters.length;
  const cache = new Map<GraphBuilder, ReturnType<typeof rowsOf>>();
  const rowsIn = (setting: Setting): ReturnType<typeof rowsOf> => {
    const known = cache.get(setting.build);
    if (known !== undefined) return known;
    const made = rowsOf(leaves, primal, setting);
    cache.set(setting.build, made);
    return made;
  };
  const filled = fillMatrices(graph, {
    own,
    outcomes: gradients,
    seeds: seeds.map(({ output, path }, k): Seed => {
      const leaf = present(leaves[k]);
      const like = output === "value" ? leaf.parameter : output;
      return {
        value: present(graph.parameters[own + k]).value,
        suffix: `Of${capitalized(outputName(output, path, primal))}`,
        like,
        count: (setting) => rowsIn(setting)?.rows[k]?.count,
        ...(like === undefined && {
          placeOf: (setting: Setting, indices: readonly ValueId[]) =>
            flatPlace(setting.build, present(rowsIn(setting)?.rows[k]), indices),
        }),
      };
    }),
    layout: (setting): Layout | undefined => {
      const rows = rowsIn(setting);
      if (rows === undefined || rows.rows.some(({ layers }) => layers.length > 1 && !isDense(layers))) return undefined;
      const targets = request.wrt.map((parameter, matrix) => {
        const width = setting.entriesOf(parameter);
        const isArray = typeof present(primal.parameters[parameter]).type === "object";
        return {
          value: present(gradients[matrix]),
          like: parameter,
          layers: isArray ? [{ length: width, stride: one }] : [],
          blockOf: ({ index }: { readonly index: number }) => {
            const { first, layers } = present(rows.rows[index]);
            const stride = layers.at(-1)?.stride ?? one;
            return {
              matrix,
              row: { first, entryStride: none, directionStride: stride },
              column: { first: none, entryStride: one, directionStride: none },
            };
          },
        };
      });
      return {
        matrices: jacobianMatrices(
          primal,
          request,
          rows.total,
          setting,
          seeds.length === leaves.length && rows.rows.every(({ layers }) => layers.length === 0),
        ),
        targets,
      };
    },
  });
  return filled && derivativeOf({ ...filled, graph: withoutGradients(filled.graph) }, request, primal);
}

/** A gradient that nothing flows into is in no matrix: its array is scratch, until it is found to be of no use. */
function withoutGradients(graph: Graph): Graph {
  const visit = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.map((node): GraphNode => {
      if (node.kind !== "allocate") return mapNode(node, (value) => value, visit);
      return node.role.kind === "gradient" ? { ...node, role: { kind: "tangent" } } : node;
    }),
  });
  return { ...graph, body: visit(graph.body) };
}

function outputName(output: number | "value", path: readonly (string | number)[], primal: Graph): string {
  if (path.length > 0) return leafName(path);
  return output === "value" ? output : leafName(present(primal.parameters[output]).path);
}

function isDense(layers: OutputRows["layers"]): boolean {
  return layers.every(({ stride }, k) => layers[k + 1] === undefined || stride === layers[k + 1]?.length);
}

function flatPlace(build: GraphBuilder, { layers }: OutputRows, indices: readonly ValueId[]): ValueId {
  const place = indices.reduce<EntryIndex>((outer, index, k) => {
    return plus(build, times(build, outer, layers[k]?.length ?? one), index);
  }, none);
  return valueOfSize(build, place);
}

/** The parameters of the tangents, as seeds. */
export function inputSeeds(graph: Graph, { wrt }: TagRequest, own: number): readonly Seed[] {
  return wrt.map((parameter, k) => ({
    value: present(graph.parameters[own + k]).value,
    suffix: `d${leafName(present(graph.parameters[parameter]).path)}`,
    like: parameter,
    count: ({ entriesOf }) => entriesOf(parameter),
  }));
}

function derivativeOf(
  { graph, matrices }: NonNullable<ReturnType<typeof fillMatrices>>,
  request: TagRequest,
  primal: Graph,
): DerivativeGraph {
  const placed = withPlaces(graph);
  return { graph: { ...placed, name: request.functionName }, request, primal, gradients: [], matrices, seeds: [] };
}

/** `areNumbers`: all outputs are. */
function jacobianMatrices(
  graph: Graph,
  { wrt, sparse = false }: TagRequest,
  rows: EntryIndex,
  setting: Setting,
  areNumbers: boolean,
): readonly MatrixLayout[] {
  const names = matrixNames(graph, wrt, "J");
  return wrt.map((parameter, k) => ({
    key: "jacobian",
    parameter,
    element: elementOf(graph, parameter),
    rows,
    columns: setting.entriesOf(parameter),
    isSparse: sparse,
    name: present(names[k]),
    isOfNumbers: areNumbers && typeof present(graph.parameters[parameter]).type !== "object",
  }));
}

/** What the derivatives in a parameter are kept in. */
export function elementOf(graph: Graph, parameter: number): ElementType {
  const { type } = present(graph.parameters[parameter]);
  return typeof type === "object" && type.element === "f32" ? "f32" : "f64";
}

function rowsOf(
  leaves: readonly SeedLeaf[],
  graph: Graph,
  setting: Setting,
): { readonly rows: readonly OutputRows[]; readonly total: EntryIndex } | undefined {
  const lengths = leaves.map((leaf) => lengthsOf(leaf, graph, setting));
  if (lengths.includes(undefined)) return undefined;
  return outputRows(setting.build, leaves, (leaf) => present(lengths[leaves.indexOf(leaf)]));
}

function lengthsOf(
  { output, value, rows, length, parameter }: SeedLeaf,
  graph: Graph,
  setting: Setting,
): readonly EntryIndex[] | undefined {
  if (typeof graph.values.get(value)?.type !== "object") return [];
  const entries = output === "value" ? parameter : output;
  if (entries !== undefined) return [setting.entriesOf(entries)];
  const asked = rows?.lengths ?? (length === undefined ? [] : [length]);
  const sizes = asked.map((each) => setting.sizeOf(each));
  const known = sizes.flatMap((size) => (size === undefined ? [] : [size]));
  return known.length < sizes.length ? undefined : known;
}
