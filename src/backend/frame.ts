/** What the parts of one printed derivative have in common: its names, its leaves, and where its arrays live. */
import { capitalized } from "../ir/capitalized.ts";
import { present } from "../diagnostics/invariant.ts";
import { GraphBuilder } from "../ir/builder.ts";
import type { AllocateNode, Graph, ValueId } from "../ir/graph.ts";
import type { FunctionSignature, TagRequest } from "../ir/signature.ts";
import { arrayGroups, type ArrayGroups } from "../../transforms/analyze/array-groups.ts";
import { bufferOf } from "../ir/buffers.ts";
import { valuesOfOutput } from "../ir/outputs.ts";
import { differentialName, dottedName } from "../ir/differential-name.ts";
import type { DerivativeGraph } from "../../transforms/pass.ts";
import { entryValues, type EntryValues } from "./entry-values.ts";
import { type CompressedMatrix, patternTypeText } from "./compressed-rows.ts";
import {
  faceOf,
  type GradientLeaf,
  homeOf,
  isKeptAside,
  type MatrixLeaf,
  type ResultParts,
  type Section,
} from "./face.ts";
import { printCalled } from "./called-function.ts";
import { type CalledNames, calledNames, usesStack } from "./called-names.ts";
import { helperName } from "./helper-functions.ts";
import type { ModuleParts } from "./module-parts.ts";
import { nameScopes } from "./names.ts";
import { outerPath } from "./nested.ts";
import type { ValueLeaf } from "./outputs.ts";
import {
  accessLeaves,
  parameterLeaves,
  seedLeaf,
  placeText,
  seedAt,
  type LeafAccess,
  type ParameterLeaf,
} from "./parameters.ts";
import type { Body } from "./render.ts";
import { sectionsOf } from "./sections.ts";
import { planStorage, type Storage } from "./storage.ts";
import { leavesOf, treeOf } from "./trees.ts";

export interface PlacedLeaf<Leaf> {
  readonly key: Section["key"];
  /** `out.grad.W1` */
  readonly place: string;
  readonly leaf: Leaf;
}

export interface Frame {
  readonly derivative: DerivativeGraph;
  readonly parts: ModuleParts;
  /** The functions that it calls. */
  readonly called: CalledNames;
  readonly builder: GraphBuilder;
  readonly groups: ArrayGroups;
  readonly entry: EntryValues;
  readonly result: ResultParts;
  /** Those of the primal, then the seeds. */
  readonly leaves: readonly ParameterLeaf[];
  readonly primalLeaves: readonly ParameterLeaf[];
  readonly seedLeaves: readonly ParameterLeaf[];
  readonly access: LeafAccess;
  /** What stands in the result for parameters, and what for the returned value, with the member of the result. */
  readonly gradients: readonly PlacedLeaf<GradientLeaf>[];
  readonly values: readonly PlacedLeaf<ValueLeaf>[];
  readonly matrices: readonly PlacedLeaf<MatrixLeaf>[];
  /** Those that come in compressed rows, in the order of the derivative. */
  readonly compressed: readonly CompressedMatrix[];
  readonly storages: readonly Storage[];
  readonly storageOf: (node: AllocateNode) => Storage;
  /** Names for the indices of loops in checks, these if nothing that the checks read is called so. */
  readonly indexNames: (wishes: readonly string[]) => readonly string[];
  /** Whether the array is in its place in `out` all the time, so that it need not be copied there. */
  readonly isInPlace: (array: ValueId) => boolean;
  /** What every body of it is rendered with. */
  readonly body: Omit<Body, "steps" | "expand">;
}

export function frameOf(
  signature: FunctionSignature,
  derivative: DerivativeGraph,
  parts: ModuleParts,
  scratch: "f64" | "f32",
): Frame {
  const { graph, request, primal } = derivative;
  const builder = new GraphBuilder(graph.values);
  const face = faceOf(signature, request);
  const { out } = face;
  const called = calledNames(graph, parts);
  const groups = arrayGroups(graph);
  const entry = entryValues(graph, bufferOf(graph));
  const ownLeaves = parameterLeaves(signature, graph).slice(0, primal.parameters.length);
  const seedLeaves = closedUp(
    derivative.seeds.map(({ output }, k) => {
      const parameter = present(graph.parameters[primal.parameters.length + k]);
      return seedLeaf(parameter, typeof output === "number" ? ownLeaves[output] : undefined);
    }),
  );
  const leaves = [...ownLeaves, ...seedLeaves];

  const sections = sectionsOf(derivative, leaves, builder);
  const placed = sections.flatMap((section) =>
    leavesOf(section.tree).map(({ path, leaf }) => {
      return { key: section.key, path: [...homeOf(section, out), ...path], leaf };
    }),
  );
  const gradients = placed.flatMap(({ key, path, leaf }) =>
    leaf.kind === "ofParameter" ? [{ key, place: placeText(outerPath(path)), leaf }] : [],
  );
  const values = placed.flatMap(({ key, path, leaf }) =>
    leaf.kind === "ofParameter" || leaf.kind === "matrix" ? [] : [{ key, place: placeText(path), leaf }],
  );
  const matrices = placed.flatMap(({ key, path, leaf }) =>
    leaf.kind === "matrix" ? [{ key, place: placeText(path), leaf }] : [],
  );
  const compressed = compressedMatrices(derivative, matrices);
  const patterns = compressed.map(({ pattern }) => pattern);
  const plan = planStorage(graph, groups, entry, builder, {
    scratch,
    accumulate: request.accumulate,
    results: [...derivative.gradients, ...valuesOfOutput(graph.returned)],
    out,
    primal: signature.name,
    others: [
      ...(usesStack(called) ? [called.stack] : []),
      ...patterns,
      ...sections.filter(isKeptAside).map(({ key }) => key),
    ],
    gradientPlace: ({ parameter, under = "grad" }) => {
      const home = gradients.find(({ key, leaf }) => key === under && leaf.leaf === leaves[parameter]);
      return present(home, `${under} of parameter ${parameter}`).place;
    },
    matrixPlace: ({ parameter }) => present(matrices.find(({ leaf }) => leaf.parameter === parameter)).place,
    valueArrays: values.flatMap(({ place, leaf }) => (leaf.kind === "array" ? [{ place, value: leaf.value }] : [])),
  });
  // Branches that are printed as one are other nodes.
  const storageByResult = new Map([...plan].map(([{ result }, storage]) => [result, storage] as const));
  const placeOf = ({ node: { role } }: Storage): number => {
    if (role.kind === "matrix") return 2 * request.wrt.length + request.wrt.indexOf(role.parameter ?? -1);
    if (role.kind !== "gradient") return -1;
    return request.wrt.indexOf(role.parameter) + (role.under === "hvp" ? request.wrt.length : 0);
  };
  const storages = [...plan.values()].sort((a, b) => placeOf(a) - placeOf(b));
  const inPlace = storages.filter(({ kind }) => kind !== "scratch");
  const inPlaceGroups = new Set(inPlace.map(({ node }) => groups.groupOf(node.result).id));
  const ofScratch = storages.filter(({ kind }) => kind === "scratch");

  const [seedName = ""] = seedLeaves.map(({ key }) => String(key[0]));
  const access = accessLeaves(leaves, builder, parts, seedNames(seedName, request, storages, builder));
  for (const each of called.all) parts.define(each.name, () => printCalled(each, called, parts));
  const stack = usesStack(called) ? called.stack : undefined;
  const taken = new Set([
    ...(stack === undefined ? [] : [stack]),
    ...patterns,
    ...signature.parameters.map(({ name }) => name),
    out,
    ...(seedLeaves.length === 0 ? [] : [seedName]),
    ...parts.names(),
  ]);
  return {
    derivative,
    parts,
    called,
    builder,
    groups,
    entry,
    result: {
      signature,
      request,
      face,
      sections,
      scratch: ofScratch,
      stackType: stack === undefined ? undefined : parts.stackType(),
      patterns: { keys: patterns, type: patterns.length === 0 ? "" : patternTypeText(parts) },
      seedName,
      wrtNames: [...new Set(request.wrt.map((parameter) => outerPath(present(leaves[parameter]).key).join(".")))],
    },
    leaves,
    primalLeaves: leaves.slice(0, primal.parameters.length),
    seedLeaves,
    access,
    gradients,
    values,
    matrices,
    compressed,
    storages,
    storageOf: ({ result }) => present(storageByResult.get(result), "storage"),
    indexNames: checkIndices(
      new Set([
        ...taken,
        ...[...graph.parameters.map(({ value: each }) => each), ...valuesOfOutput(graph.returned)].map((each) =>
          builder.nameOf(each),
        ),
      ]),
    ),
    isInPlace: (array) => inPlaceGroups.has(groups.groupOf(array).id),
    body: {
      builder,
      parameters: graph.parameters.map((parameter) => parameter.value),
      fixedNames: access.fixedNames,
      unassigned: access.unassigned,
      preferred: new Set(ofScratch.map(({ node }) => node.result)),
      steady: steadyParameters(graph, groups),
      aliases: aliasesOf(graph, [...access.aliases, ...gradientAliases(storages)]),
      taken,
      lengths: {
        sameLength: new Map(
          inPlace.flatMap(({ node: { role, result } }) => {
            if (role.kind !== "gradient") return [];
            return [[result, present(graph.parameters[role.parameter]).value] as const];
          }),
        ),
        exactLength: new Map(
          storages.flatMap(({ node: { result, length, role, like }, isHoisted, isExact }) => {
            const isKnown = isHoisted && isExact && role.kind !== "gradient" && like === undefined;
            return isKnown ? [[result, length] as const] : [];
          }),
        ),
      },
      restNote: `entries that ${signature.name} does not ${["jvp", "jacobian"].includes(request.mode) ? "write" : "read"}`,
      table: (element, entries, wish) => parts.table(element, entries, wish, taken),
      helper: (operation) => helperName(operation, parts),
      style: { lang: parts.lang, file: graph.span.file },
    },
  };
}

function compressedMatrices(
  { matrices = [] }: DerivativeGraph,
  placed: readonly PlacedLeaf<MatrixLeaf>[],
): readonly CompressedMatrix[] {
  const sparse = matrices.filter(({ columns }) => columns !== undefined);
  const names = nameScopes([]);
  return sparse.map(({ parameter }) => {
    const { place, leaf } = present(placed.find((each) => each.leaf.parameter === parameter));
    const name = place.replace(/^.*[.[]/, "").replace(/\W/g, "");
    return { leaf, place, pattern: names.take(sparse.length === 1 ? "pattern" : `patternOf${capitalized(name)}`) };
  });
}

/** Seeds in tuples stand where their type has them: it closes up over the parts that hold no floats. */
function closedUp(leaves: readonly ParameterLeaf[]): readonly ParameterLeaf[] {
  const tree = treeOf(leaves.map((leaf) => ({ path: leaf.key, leaf })));
  const places = new Map(leavesOf(tree).map(({ path, leaf }) => [leaf, path] as const));
  return leaves.map((leaf) => seedAt(leaf.parameter, present(places.get(leaf), "the place of a seed")));
}

function checkIndices(taken: ReadonlySet<string | undefined>): Frame["indexNames"] {
  return (wishes) => {
    const free = [..."ijklmnpqrstuvw"].filter((letter) => !taken.has(letter) && !wishes.includes(letter));
    return wishes.map((wish) => (taken.has(wish) ? (free.shift() ?? `${wish}_`) : wish));
  };
}

/** Every version of a leaf is in the variable of the nested array. */
export function aliasesOf(graph: Graph, leaves: Iterable<readonly [ValueId, ValueId]>): ReadonlyMap<ValueId, ValueId> {
  const firsts = new Map(leaves);
  const aliases = new Map<ValueId, ValueId>();
  if (firsts.size === 0) return aliases;
  const all = new Set([...firsts.keys(), ...firsts.values()]);
  for (const [version, buffer] of bufferOf(graph)) {
    const first = firsts.get(buffer) ?? buffer;
    if (all.has(buffer) && version !== first) aliases.set(version, first);
  }
  return aliases;
}

/** Gradients within one nested array are one variable, as its leaves are. */
function gradientAliases(storages: readonly Storage[]): ReadonlyMap<ValueId, ValueId> {
  const firsts = new Map<string, ValueId>();
  const aliases = new Map<ValueId, ValueId>();
  for (const { kind, place, node } of storages) {
    if (kind !== "gradient" || node.like === undefined) continue;
    const first = firsts.get(place) ?? node.result;
    firsts.set(place, first);
    aliases.set(node.result, first);
  }
  return aliases;
}

export function steadyParameters(graph: Graph, groups: ArrayGroups): ReadonlySet<ValueId> {
  const arrays = graph.parameters.filter(({ type }) => typeof type === "object");
  return new Set(arrays.map(({ value }) => value).filter((value) => !groups.groupOf(value).isPermuted));
}

/** `dx`, or `xDot` of a vector; where an array of the derivative has that name, `xSeed` or the like. */
function seedNames(
  seedName: string,
  { mode }: TagRequest,
  storages: readonly Storage[],
  builder: GraphBuilder,
): (name: string) => string {
  const taken = new Set(storages.map(({ node }) => builder.nameOf(node.result)));
  const differential = (name: string): string => present(mode === "hvp" ? dottedName(name) : differentialName(name));
  return (name) => (taken.has(differential(name)) ? name + capitalized(seedName) : differential(name));
}
