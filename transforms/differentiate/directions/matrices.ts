/**
 * A derivative that is linear in its seeds, as matrices: for all unit vectors at once (all-directions.ts), with what it
 * gives put where it belongs. The parameters of the new graph are those of the primal.
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import { GraphBuilder } from "../../../src/ir/builder.ts";
import type { Graph, Region, ValueId } from "../../../src/ir/graph.ts";
import { isNested } from "../../../src/ir/nested.ts";
import { mapNode, walkNodes } from "../../../src/ir/walk.ts";
import { indexAlgebra } from "../../analyze/affine.ts";
import { arrayGroups } from "../../analyze/array-groups.ts";
import {
  constantOf,
  constantPolynomial,
  type Polynomial,
  polynomialKey,
  subtractPolynomials,
} from "../../analyze/polynomial.ts";
import { eraseVanishing } from "../../optimize/erase-vanishing.ts";
import type { Matrix } from "../../pass.ts";
import { parameterLength } from "../parameter-length.ts";
import { AllDirections } from "./all-directions.ts";
import { directional } from "./dependence.ts";
import { type EntryPlaces, entryPlaces } from "./entry-places.ts";
import { Filling, type Layout } from "./filling.ts";
import { liftIndices } from "./lift-indices.ts";
import type { DirectionGroup, EntryIndex } from "./linear-form.ts";
import { EntryCopies, one, valueOfSize } from "./sizes.ts";

/** What sizes are made of, where the matrices are laid out. */
export interface Setting {
  readonly build: GraphBuilder;
  /** None where it is not known yet. */
  readonly sizeOf: (value: ValueId) => EntryIndex | undefined;
  /** The number of entries of a parameter; 1 of a number. */
  readonly entriesOf: (parameter: number) => EntryIndex;
}

/** A parameter that names directions. */
export interface Seed {
  readonly value: ValueId;
  /** Stands behind the names of what belongs to it. */
  readonly suffix: string;
  /** The parameter whose entries its own are, one by one. */
  readonly like: number | undefined;
  /** Of an array: how many directions. */
  readonly count: (setting: Setting) => EntryIndex | undefined;
  /** Of an array whose entries have several indices, and that is like no parameter: the place of an entry. */
  readonly placeOf?: (setting: Setting, indices: readonly ValueId[]) => ValueId;
}

export interface MatricesOptions {
  /** How many parameters are those of the primal. */
  readonly own: number;
  readonly seeds: readonly Seed[];
  /** What is put into the matrices in the end. */
  readonly outcomes: readonly ValueId[];
  /** None where sizes are not known. */
  readonly layout: (setting: Setting) => Layout | undefined;
}

export interface Matrices {
  readonly graph: Graph;
  readonly matrices: readonly Matrix[];
}

/** None where the graph is not linear in a way that is known, or a number of directions is not known at its beginning. */
export function fillMatrices(original: Graph, { own, seeds, outcomes, layout }: MatricesOptions): Matrices | undefined {
  const seeded = seeds.map(({ value }) => value);
  // What vanishes is 0 in all directions.
  const plain = eraseVanishing(original);
  const withoutTwins = withLengths(plain, seeds);
  const graph = liftIndices(withoutTwins, directional(withoutTwins, arrayGroups(withoutTwins), seeded));
  const build = new GraphBuilder(graph.values);
  const groups = arrayGroups(graph);
  const isDirectional = directional(graph, groups, seeded);
  const { polynomialOf } = indexAlgebra(graph);
  const polynomial = (entry: EntryIndex): Polynomial | undefined => {
    if (typeof entry === "object") return constantPolynomial(entry.constant);
    return graph.values.has(entry) ? polynomialOf(entry) : undefined;
  };
  let matrices: readonly Matrix[] | undefined;
  const body = build.region(graph.body.arguments.slice(0, own), () => {
    const copies = new EntryCopies(build, graph);
    const rows = rowsOf(build, graph, seeds);
    const setting: Setting = {
      build,
      sizeOf: (value) => copies.of(value),
      entriesOf: (parameter) => {
        const { type } = present(graph.parameters[parameter]);
        if (typeof type !== "object") return one;
        return rows.get(parameter)?.count ?? parameterLength(build, graph, parameter);
      },
    };
    const directions = directionsOf(build, seeds, setting);
    const first = layout(setting);
    if (directions === undefined) return [];
    const filling: { current?: Filling } = {};
    const walk = new AllDirections({
      graph,
      build,
      groups,
      isDirectional,
      outcomes,
      directions,
      blockOf: (array, group) => {
        const of = groups.groupOf(array);
        if (of.isPermuted || of.allocations.length !== 1) return undefined;
        return filling.current?.blockOf((value) => groups.groupOf(value) === of, group);
      },
      homeOf: (value, group) => filling.current?.homeOf(value, group),
      placeOf: (array, indices) => {
        const buffer = groups.bufferOf(array);
        const seed = seeds.find(({ value }) => value === buffer);
        if (seed?.placeOf !== undefined) return seed.placeOf(setting, indices);
        const { allocations, parameters } = groups.groupOf(array);
        const parameter = seed?.like ?? allocations[0]?.like ?? present(parameters[0], "a nested parameter");
        const found = present(rows.get(parameter), "the rows of a nested parameter");
        return indices.length === 0 ? found.count : found.placeOf(indices);
      },
      areDistinct: (one, other) => {
        const [a, b] = [polynomial(one), polynomial(other)];
        const distance = a && b && constantOf(subtractPolynomials(a, b));
        return distance !== undefined && distance !== 0;
      },
      keyOf: (index) => polynomialKey(polynomialOf(index)),
      nameFor: (name, { suffix }) => (directions.length === 1 ? name : nameIn(name, suffix)),
    });
    if (first !== undefined) filling.current = new Filling(build, first, walk.state);
    walk.run();
    const last = filling.current === undefined ? layout({ ...setting, sizeOf: (value) => value }) : undefined;
    if (last !== undefined) filling.current = new Filling(build, last, walk.state);
    if (walk.state.hasFailed || filling.current === undefined) return [];
    for (const group of directions) filling.current.fill(walk.state, group);
    filling.current.mirror(walk.state, directions);
    matrices = filling.current.results(walk.state);
    return [];
  });
  if (matrices === undefined) return undefined;
  const parameters = graph.parameters.slice(0, own);
  const final = new Map([...graph.final].filter(([parameter]) => parameter < own));
  return { graph: { ...graph, parameters, body, final, values: build.values }, matrices };
}

function directionsOf(
  build: GraphBuilder,
  seeds: readonly Seed[],
  setting: Setting,
): readonly DirectionGroup[] | undefined {
  const groups: DirectionGroup[] = [];
  for (const [index, { value, suffix, count }] of seeds.entries()) {
    const isArray = typeof build.typeOf(value) === "object";
    const size = isArray ? count(setting) : undefined;
    if (isArray && size === undefined) return undefined;
    groups.push({ index, seed: value, count: size && valueOfSize(build, size), suffix });
  }
  return groups;
}

/** `dydx` of dy, `ddxdx` of dxDot. */
function nameIn(name: string | undefined, suffix: string): string | undefined {
  if (name === undefined) return undefined;
  return `${name.endsWith("Dot") ? `d${name.slice(0, -"Dot".length)}` : name}${suffix}`;
}

/** The length of a seed is that of the parameter that it goes along with. */
function withLengths(graph: Graph, seeds: readonly Seed[]): Graph {
  const like = new Map(seeds.map((seed) => [seed.value, seed.like] as const));
  const visit = (region: Region): Region => ({
    ...region,
    nodes: region.nodes.map((node) => {
      const parameter = node.kind === "length" ? like.get(node.array) : undefined;
      if (node.kind !== "length" || parameter === undefined) return mapNode(node, (value) => value, visit);
      return { ...node, array: present(graph.parameters[parameter]).value };
    }),
  });
  return { ...graph, body: visit(graph.body) };
}

/** Where the entries stand of the nested parameters that seeds, or arrays of derivatives, are like. */
function rowsOf(build: GraphBuilder, graph: Graph, seeds: readonly Seed[]): ReadonlyMap<number, EntryPlaces> {
  const asked = new Set(seeds.flatMap(({ like }) => (like === undefined ? [] : [like])));
  walkNodes(graph.body, (node) => {
    if (node.kind === "allocate" && node.like !== undefined && node.role.kind !== "local") asked.add(node.like);
  });
  const rows = new Map<number, EntryPlaces>();
  for (const index of asked) {
    const { type, value } = present(graph.parameters[index]);
    if (!isNested(type)) continue;
    rows.set(index, entryPlaces(build, type, value, parameterLength(build, graph, index)));
  }
  return rows;
}
