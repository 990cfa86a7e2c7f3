/**
 * The structure of matrices in compressed rows, as a graph that notes it: the loops and indices of the derivative alone,
 * without its numbers.
 *
 *   for (i < n) { y = f(x[i], x[i + 1]); J(i, i) = …; J(i, i + 1) = … }   ->   for (i < n) note(i, i, 2)
 *
 * What is noted are all entries that a call may store to, or read: of a branch that data decide both ways, as long as both
 * come to an end whatever comes in; any other branch, and every loop, goes as it does in the derivative. So the structure
 * is that of all calls with these sizes and indices, or, where data decide how long a loop runs, that of this call.
 */
import { isNested } from "../../src/ir/nested.ts";
import { present } from "../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../src/ir/builder.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import type { Graph, GraphNode, IfNode, Region, ValueId } from "../../src/ir/graph.ts";
import { calleeOf } from "../../src/ir/row-calls.ts";
import { versionFaults } from "../../src/ir/verify-versions.ts";
import { mapNode, regionsOf, renameResults, walkNodes } from "../../src/ir/walk.ts";
import { commonSubexpressions } from "../optimize/common-subexpressions.ts";
import { deadCode } from "../optimize/dead-code.ts";
import { buildPolynomial } from "../optimize/build-polynomial.ts";
import type { Polynomial } from "../analyze/polynomial.ts";
import type { Matrix } from "../pass.ts";
import { dataValues, mayGoOn } from "./data-values.ts";
import type { MatrixAccesses, Run } from "./matrix-accesses.ts";

export interface Structure {
  /** Has the parameters of the derivative; returns nothing. */
  readonly graph: Graph;
}

/** Where it takes what the derivative writes to its parameters, or what cannot be evaluated twice: what that is. */
export function structureOf(
  graph: Graph,
  matrices: readonly Matrix[],
  accesses: MatrixAccesses,
): Structure | { readonly fault: GraphNode | undefined } {
  const ways = [true, false].map((isBothWays) => noted(graph, matrices, accesses, isBothWays));
  const found = ways.find((made) => isSound(made.graph));
  const [, asItGoes] = ways;
  return found ?? { fault: asItGoes && impureNodes(asItGoes.graph)[0] };
}

function noted(graph: Graph, matrices: readonly Matrix[], accesses: MatrixAccesses, isBothWays: boolean): Structure {
  const build = new GraphBuilder(graph.values);
  const data = dataValues(graph);
  const renamed = new Map<ValueId, ValueId>();
  const resolve = (value: ValueId): ValueId => renamed.get(value) ?? value;
  const fresh = (value: ValueId): ValueId => {
    const twin = build.twin(value);
    renamed.set(value, twin);
    return twin;
  };
  const notesIn = (node: GraphNode): boolean => {
    return accesses.runsBefore.has(node) || regionsOf(node).some(({ nodes }) => nodes.some(notesIn));
  };
  const valueOf = (value: ValueId | undefined, polynomial: Polynomial): ValueId => {
    return value === undefined ? buildPolynomial(build, polynomial, resolve) : resolve(value);
  };
  const note = ({ matrix, row, first, count, rowValue, firstValue }: Run): void => {
    const entries = [valueOf(rowValue, row), valueOf(firstValue, first), buildPolynomial(build, count, resolve)];
    build.call(calleeOf({ verb: "note", matrix }), entries, [], []);
  };
  /** Of rows that data choose there may be none: what asks for one throws then. */
  const asksForRow = (node: GraphNode): boolean => {
    if (node.kind === "length") return node.at !== undefined && data.has(node.at);
    return node.kind === "load" && isNested(graph.values.get(node.array)?.type) && data.has(node.index);
  };
  /** Whether a way comes to an end whatever comes in. */
  const isEnding = ({ nodes }: Region): boolean => {
    return nodes.every((node) => !mayGoOn(node) && !asksForRow(node) && regionsOf(node).every(isEnding));
  };
  const isGoneBothWays = (node: IfNode): boolean => {
    return isBothWays && data.has(node.condition) && [node.then, node.else].every(isEnding);
  };

  const copyRegion = (region: Region, withNotes: boolean, isInWhile: boolean): Region => {
    return build.region(region.arguments.map(fresh), () => {
      region.nodes.forEach((node) => copy(node, withNotes, isInWhile));
      return region.yields.map(resolve);
    });
  };
  const copy = (node: GraphNode, withNotes: boolean, isInWhile: boolean): void => {
    if (withNotes) (accesses.runsBefore.get(node) ?? []).forEach(note);
    const clearing = accesses.clearings.get(node);
    if (clearing !== undefined) {
      renamed.set(clearing.result, resolve(clearing.array));
      if (node.kind === "for") renamed.set(node.trips, build.constant(0));
      return;
    }
    if (node.kind === "load" && accesses.matrixOf(node.array) !== undefined) {
      renamed.set(node.result, build.constant(0));
      return;
    }
    if (node.kind === "store" && accesses.matrixOf(node.array) !== undefined) {
      renamed.set(node.result, resolve(node.array));
      return;
    }
    // What keeps a loop from running on forever stays.
    if (node.kind === "throw" && !isInWhile) return;
    let isNoted = withNotes;
    if (withNotes && node.kind === "if" && notesIn(node) && isGoneBothWays(node)) {
      for (const way of [node.then, node.else]) way.nodes.forEach((each) => copy(each, true, isInWhile));
      isNoted = false;
    }
    const isWhile = isInWhile || (node.kind === "while" && notesIn(node));
    const own = mapNode({ ...node, origin: undefined }, resolve, (region) => copyRegion(region, isNoted, isWhile));
    build.push(renameResults(own, fresh));
  };

  const body = build.region(graph.body.arguments, () => {
    graph.body.nodes.forEach((node) => copy(node, true, false));
    matrices.forEach(({ length, columns = length }, matrix) => {
      build.call(calleeOf({ verb: "compress", matrix }), [resolve(length), resolve(columns)], [], []);
    });
    return [];
  });
  const whole: Graph = { ...graph, body, values: build.values, returned: { kind: "none" }, final: new Map() };
  const slice = commonSubexpressions(deadCode({ ...whole, members: new Map() }));
  return { graph: { ...slice, body: withoutRepetition(slice.body, new Set()) } };
}

/** What is noted already, in this region or around it, is not noted again. */
function withoutRepetition(region: Region, around: ReadonlySet<string>): Region {
  const known = new Set(around);
  const nodes = region.nodes.flatMap((node): readonly GraphNode[] => {
    if (node.kind === "call" && node.results.length === 0) {
      const key = [node.callee, ...node.operands].join();
      if (known.has(key)) return [];
      known.add(key);
    }
    return [
      mapNode(
        node,
        (value) => value,
        (inner) => withoutRepetition(inner, known),
      ),
    ];
  });
  return { ...region, nodes };
}

/**
 * Whether it can run before the derivative: it changes none of the parameters, evaluates nothing twice, and no way that is
 * gone beside the other one changes an array that is read.
 */
function isSound(graph: Graph): boolean {
  return impureNodes(graph).length === 0 && versionFaults(graph).length === 0;
}

function impureNodes(graph: Graph): readonly GraphNode[] {
  const buffers = bufferOf(graph);
  const parameters = new Set(graph.parameters.map(({ value }) => value));
  const found: GraphNode[] = [];
  walkNodes(graph.body, (node) => {
    const isStored = node.kind === "store" && parameters.has(present(buffers.get(node.array)));
    const isMade = node.kind === "allocate" && node.role.kind !== "local" && node.role.kind !== "stash";
    if (node.kind === "opaque" || isStored || isMade) found.push(node);
  });
  return found;
}
