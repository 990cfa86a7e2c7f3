/**
 * The accesses to matrices in compressed rows, joined into runs: entries of one row that stand side by side, and that one
 * round of a region comes to in any case. Where the structure has all of a run, the place of one entry tells that of the
 * others: so it is looked up once for each.
 *
 *   J(i, i - 1) = a; J(i, i) = b; J(i, i + 1) = c      one run, from (i, i - 1)
 *   for (d = 0; d < n; d++) J(r, d) = a[d]             one run, from (r, 0), before the loop
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type {
  ForNode,
  Graph,
  GraphNode,
  LoadNode,
  OperationNode,
  Region,
  StoreNode,
  ValueId,
} from "../../src/ir/graph.ts";
import { bufferOf } from "../../src/ir/buffers.ts";
import { pairing } from "../../src/ir/nested.ts";
import { indexOf, regionsOf, walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra } from "../analyze/affine.ts";
import { constantsOf } from "../analyze/constants.ts";
import {
  addPolynomials,
  constantOf,
  constantPolynomial,
  equalPolynomials,
  type Polynomial,
  polynomialKey,
  splitBy,
  subtractPolynomials,
} from "../analyze/polynomial.ts";
import type { DerivativeGraph, Matrix } from "../pass.ts";

export type Access = LoadNode | StoreNode;

/** Entries of a row that stand side by side. */
export interface Run {
  readonly matrix: number;
  readonly row: Polynomial;
  /** The column of the first. */
  readonly first: Polynomial;
  /** Values that are these, if they are defined where the run is looked up. */
  readonly rowValue: ValueId | undefined;
  readonly firstValue: ValueId | undefined;
  readonly count: Polynomial;
  /** The run is looked up before this node: the first of its accesses, or the loop that goes through it. */
  readonly before: GraphNode;
}

/** Where an entry stands in its run: `index - start + offset`, without a loop `offset`. */
export interface InRun {
  readonly run: Run;
  readonly offset: number;
  readonly loop: ForNode | undefined;
}

/** A loop that only stores zeros, or a store of one: what was in the entries is gone, and nothing comes in. */
export interface Clearing {
  readonly matrix: number;
  readonly row: ValueId;
  readonly array: ValueId;
  readonly result: ValueId;
  /** None: the whole row. */
  readonly columns: { readonly first: ValueId; readonly end: ValueId | undefined } | undefined;
}

export interface MatrixAccesses {
  readonly places: ReadonlyMap<GraphNode, InRun>;
  readonly runsBefore: ReadonlyMap<GraphNode, readonly Run[]>;
  readonly clearings: ReadonlyMap<GraphNode, Clearing>;
  readonly matrixOf: (array: ValueId) => number | undefined;
}

interface Found {
  readonly node: Access;
  readonly matrix: number;
  /** Its row and its column. */
  readonly parts: readonly [ValueId, ValueId];
}

export function matrixAccesses(graph: Graph, matrices: readonly Matrix[]): MatrixAccesses {
  const { polynomialOf, isInvariant, places: definedAt } = indexAlgebra(graph);
  const buffers = bufferOf(graph);
  const owners = new Map(matrices.map(({ value }, k) => [buffers.get(value), k] as const));
  const matrixOf = (array: ValueId): number | undefined => owners.get(buffers.get(array));
  const pairs = new Map<ValueId, OperationNode>();
  const constants = constantsOf(graph);
  walkNodes(graph.body, (node) => {
    if (node.kind === "operation" && node.operation === pairing) pairs.set(node.result, node);
  });
  const partsOf = ({ index }: Access): readonly [ValueId, ValueId] => {
    const [row, column] = present(pairs.get(index), "the index of an entry of a matrix is a pair").operands;
    return [present(row), present(column)];
  };
  const isSameSize = (one: ValueId, other: ValueId): boolean => {
    return polynomialKey(polynomialOf(one)) === polynomialKey(polynomialOf(other));
  };

  const places = new Map<GraphNode, InRun>();
  const runsBefore = new Map<GraphNode, Run[]>();
  const clearings = new Map<GraphNode, Clearing>();
  const addRun = (run: Run): Run => {
    runsBefore.set(run.before, [...(runsBefore.get(run.before) ?? []), run]);
    return run;
  };

  const isZero = (store: StoreNode): boolean => constants.get(store.value) === 0;

  const clearingOf = (node: GraphNode): Clearing | undefined => {
    if (node.kind === "store") {
      const matrix = matrixOf(node.array);
      if (matrix === undefined || !isZero(node)) return undefined;
      const [row, column] = partsOf(node);
      const { columns = column } = present(matrices[matrix]);
      const isWhole = constants.get(columns) === 1;
      return {
        matrix,
        row,
        array: node.array,
        result: node.result,
        columns: isWhole ? undefined : { first: column, end: undefined },
      };
    }
    if (node.kind !== "for" || node.step !== 1 || node.inclusive || node.stops || node.results.length !== 1)
      return undefined;
    const effects = node.body.nodes.filter(({ kind }) => kind !== "constant" && kind !== "operation");
    const [store, ...others] = effects;
    if (store?.kind !== "store" || others.length > 0 || !isZero(store)) return undefined;
    const matrix = matrixOf(store.array);
    if (matrix === undefined) return undefined;
    const [row, column] = partsOf(store);
    if (definedAt.isWithin(row, node) || column !== indexOf(node)) return undefined;
    const [array, result] = [present(node.inits[0]), present(node.results[0])];
    const { columns = column } = present(matrices[matrix]);
    const isWhole = constants.get(node.start) === 0 && isSameSize(node.bound, columns);
    return {
      matrix,
      row,
      array,
      result,
      columns: isWhole ? undefined : { first: node.start, end: node.bound },
    };
  };

  /** `loop`: the one whose body the region is. */
  const visit = (region: Region, loop: GraphNode | undefined): void => {
    const found: Found[] = [];
    for (const node of region.nodes) {
      const clearing = clearingOf(node);
      if (clearing !== undefined) {
        clearings.set(node, clearing);
        continue;
      }
      for (const inner of regionsOf(node)) visit(inner, node);
      if (node.kind !== "load" && node.kind !== "store") continue;
      const matrix = matrixOf(node.array);
      if (matrix !== undefined) found.push({ node, matrix, parts: partsOf(node) });
    }
    const rows = new Map<string, Found[]>();
    for (const each of found) {
      const [row, column] = each.parts.map(polynomialOf);
      const moving = subtractPolynomials(present(column), constantPolynomial(constantPart(present(column))));
      const key = `${each.matrix} ${polynomialKey(present(row))} ${polynomialKey(moving)}`;
      rows.set(key, [...(rows.get(key) ?? []), each]);
    }
    for (const group of rows.values()) joinRuns(group, region, loop);
  };

  const joinRuns = (group: readonly Found[], region: Region, loop: GraphNode | undefined): void => {
    const offsetOf = ({ parts }: Found) => constantPart(polynomialOf(parts[1]));
    const sorted = [...group].sort((a, b) => offsetOf(a) - offsetOf(b));
    const runs: Found[][] = [];
    for (const each of sorted) {
      const last = runs.at(-1)?.at(-1);
      if (last !== undefined && offsetOf(each) - offsetOf(last) <= 1) runs.at(-1)?.push(each);
      else runs.push([each]);
    }
    for (const members of runs) {
      const [least] = members;
      const { matrix, parts } = present(least);
      const [row, column] = [polynomialOf(parts[0]), polynomialOf(parts[1])];
      const width = offsetOf(present(members.at(-1))) - offsetOf(present(least));
      const through = loop?.kind === "for" && isGoneThrough(loop, row, column) ? loop : undefined;
      const start = through && polynomialOf(through.start);
      const split = through && splitBy(column, indexOf(through));
      const nodes = region.nodes.filter((node) => members.some((member) => member.node === node));
      const before: GraphNode = through ?? present(nodes[0]);
      const isThere = (value: ValueId): boolean => isDefinedBefore(value, before, region, through);
      const run = addRun({
        matrix,
        row,
        first: split === undefined || start === undefined ? column : addPolynomials(split.rest, start),
        rowValue: members.map(({ parts: [value] }) => value).find(isThere),
        firstValue:
          through === undefined
            ? members
                .filter((member) => offsetOf(member) === offsetOf(present(least)))
                .map(({ parts: [, value] }) => value)
                .find(isThere)
            : parts[1] === indexOf(through)
              ? through.start
              : undefined,
        count:
          through === undefined
            ? constantPolynomial(width + 1)
            : addPolynomials(
                subtractPolynomials(polynomialOf(through.bound), polynomialOf(through.start)),
                constantPolynomial(width),
              ),
        before,
      });
      for (const member of members) {
        places.set(member.node, { run, offset: offsetOf(member) - offsetOf(present(least)), loop: through });
      }
    }
  };

  /** Whether a loop goes through columns of one row, one by one. */
  const isGoneThrough = (loop: ForNode, row: Polynomial, column: Polynomial): boolean => {
    if (loop.step !== 1 || loop.inclusive || loop.stops || !isInvariant(row, loop)) return false;
    const split = splitBy(column, indexOf(loop));
    return split !== undefined && constantOf(split.factor) === 1 && isInvariant(split.rest, loop);
  };

  const isDefinedBefore = (value: ValueId, before: GraphNode, region: Region, loop: ForNode | undefined): boolean => {
    if (loop !== undefined) return !definedAt.isWithin(value, loop);
    const at = region.nodes.findIndex((node) => "result" in node && node.result === value);
    return at < 0 || at < region.nodes.indexOf(before);
  };

  visit(graph.body, undefined);
  return { places, runsBefore, clearings, matrixOf };
}

/** How often the derivative comes to all entries of a row, whether they are there or not. */
export function runsOfWholeRows({ graph, matrices = [] }: DerivativeGraph): number {
  const { polynomialOf } = indexAlgebra(graph);
  const runs = [...matrixAccesses(graph, matrices).runsBefore.values()].flat();
  return runs.filter(({ matrix, count }) => {
    const { columns } = present(matrices[matrix]);
    return columns !== undefined && equalPolynomials(count, polynomialOf(columns)) && constantOf(count) === undefined;
  }).length;
}

function constantPart(polynomial: Polynomial): number {
  return polynomial.get("")?.coefficient ?? 0;
}
