/**
 * The body of a printed derivative, in order: what the lengths are made of, the checks, the arrays of `out`, the forward
 * sweep, the reverse sweep, the results. Arrays whose length is known at entry are bound there; others where they are
 * allocated.
 */
import { invariant, present } from "../diagnostics/invariant.ts";
import { forEachEntry } from "../ir/copy-array.ts";
import type {
  AllocateNode,
  ArrayType,
  CallNode,
  ElementType,
  Graph,
  GraphNode,
  Origin,
  RowsLeaf,
  ValueId,
} from "../ir/graph.ts";
import { surelyAccessed } from "../../transforms/analyze/extents.ts";
import { atomsOf, constantOf } from "../../transforms/analyze/polynomial.ts";
import { depthOf, isNested } from "../ir/nested.ts";
import { type RowCall, rowCallOf } from "../ir/row-calls.ts";
import { newArray } from "./array-types.ts";
import type { Expand } from "./blocks.ts";
import { allocationsOf } from "./called-function.ts";
import { callSteps } from "./call-steps.ts";
import { usesStack } from "./called-names.ts";
import { lengthCheck, objectChecks, overlapCheck, overlapChecks, rowChecks, sizeCheck, wholeChecks } from "./checks.ts";
import { compressedChecks, patternSteps, rowCallSteps } from "./compressed-rows.ts";
import { without } from "./entry-values.ts";
import { homeOf, isKeptAside, type Section } from "./face.ts";
import { mixedValue } from "./outputs.ts";
import type { Frame } from "./frame.ts";
import { sweepsBegin, sweepsEnd } from "./headings.ts";
import { withinRows } from "./within-rows.ts";
import { lengthChecks, outerPath, rowUseChecks, zeroing } from "./nested.ts";
import { bindPlaces, type ParameterLeaf, placeText } from "./parameters.ts";
import { polynomialValue } from "./polynomial-value.ts";
import { renderBody } from "./render.ts";
import { fillRows, type Filling, rowsRoom, rowsSeedChecks } from "./rows.ts";
import type { Storage } from "./storage.ts";
import { template, type Parts, type Step } from "./steps.ts";
import { leadingArrays } from "./ways.ts";

export function printDerivativeBody(frame: Frame): string {
  const { builder, entry, parts, storages, leaves, result } = frame;
  const { graph } = frame.derivative;
  const hoisted = storages.filter(({ isHoisted }) => isHoisted);
  const gradients = hoisted.filter(({ kind }) => kind === "gradient");
  const matrices = hoisted.filter(({ kind }) => kind === "matrix");
  const buffers = hoisted.filter(({ kind }) => kind !== "gradient" && kind !== "matrix");
  const bindAll = (list: readonly Storage[]) =>
    bindPlaces(
      list
        .filter(({ place }, k) => list.findIndex((other) => other.place === place) === k)
        .map(({ place, node }) => ({ place, value: node.result })),
    );
  const sizes = sizeChecks(frame);
  const rowsKnown = frame.compressed.filter(({ leaf: { length } }) => entry.has(length));
  const seeded = seededValues(frame);
  const known = seeded.filter(({ lengths, isAlways }) => isAlways && lengths.every(entry.has));
  const first = entry.nodesFor([
    ...[...buffers, ...matrices].map(({ node }) => node.length),
    ...rowsKnown.map(({ leaf: { length } }) => length),
    ...sizes.flatMap(({ atoms }) => atoms),
    ...known.flatMap(({ lengths }) => lengths),
  ]);
  const rows = frame.values.flatMap(({ place, leaf }) =>
    leaf.kind === "rows" ? [filledRows(frame, place, leaf.leaves)] : [],
  );
  const sweeps = without(graph.body.nodes, first).flatMap((node) =>
    node.kind === "allocate" ? allocation(frame, node) : [node],
  );
  const structureEnd = sweeps.findLastIndex(completesStructure) + 1;
  const steps: readonly Step[] = [
    ...frame.access.steps,
    ...wholeChecks(leaves, graph),
    ...first,
    ...overlapChecks(leaves, builder, parts, result.signature.name),
    ...objectChecks(leaves, graph.members ?? new Map(), result.signature.name),
    ...rowChecks(
      leaves,
      ({ parameter: { value } }) => frame.access.aliases.get(value) ?? value,
      parts,
      result.signature.name,
      frame.indexNames,
    ),
    ...sizes.flatMap(({ steps: checks }) => checks),
    ...seedChecks(frame),
    ...known.flatMap(({ checks }) => checks),
    ...outputChecks(frame),
    ...bindAll([...gradients, ...matrices]),
    ...gradientChecks(frame),
    ...matrices.flatMap((storage) => matrixChecks(frame, storage)),
    ...rowsKnown.map((matrix) => compressedChecks(matrix, knownNumber(graph, matrix.leaf.length))),
    ...frame.compressed.flatMap(({ place, leaf: { parameter, element } }) =>
      itselfChecks(frame, parameter, element, `${place}.value`, `${place}.value`),
    ),
    ...buffers.flatMap((storage) => room(frame, storage)),
    ...bindAll(buffers),
    ...stackSteps(frame),
    ...patternSteps(
      [...result.patterns.keys, ...(result.structure === undefined ? [] : [result.structure.key])],
      result.face.out,
    ),
    ...(structureEnd === 0 ? [] : [template(["\n// Structure."])]),
    ...sweeps.slice(0, structureEnd),
    template([sweepsBegin]),
    ...sweeps.slice(structureEnd),
    template([sweepsEnd]),
    ...seeded.filter((each) => !known.includes(each)).flatMap(({ checks }) => checks),
    ...growthChecks(frame),
    ...results(frame),
    ...rows.flatMap(({ steps: filling }) => filling),
    ...onItsWays(result),
    template([`return ${result.face.out};`]),
  ];
  const aliases = new Map([...(frame.body.aliases ?? []), ...rows.flatMap((each) => [...each.aliases])]);
  return renderBody({ ...frame.body, aliases, steps, expand: expansion(frame) });
}

/** The stack of the calls, empty whatever an earlier call that threw has left there. */
function stackSteps({ called, result }: Frame): readonly Step[] {
  if (!usesStack(called)) return [];
  const { stack } = called;
  const { out } = result.face;
  const depth = called.all.some(({ graph }) => allocationsOf(graph).length > 0);
  return [
    template([`const { ${stack} } = ${out}.scratch;`]),
    template([`${stack}.top = 0;`]),
    ...(depth ? [template([`${stack}.depth = 0;`])] : []),
  ];
}

function expansion(frame: Frame): Expand {
  const leading = leadingArrays(frame.derivative.graph);
  return (node) => {
    if (node.kind === "allocate") return allocation(frame, node, leading.get(node.result));
    if (node.kind === "call") {
      const call = rowCallOf(node.callee);
      return call === undefined ? callSteps(node, frame.called, frame.builder) : matrixSteps(frame, node, call);
    }
    if (node.kind !== "grow") throw new TypeError("a derivative itself keeps nothing on the stack");
    const owner = present(frame.groups.groupOf(node.array).allocations[0], "the allocation of an array that grows");
    const { place, element } = frame.storageOf(owner);
    const text: Parts = [`${place} = ${frame.parts.grow(element)}(`, node.array, ", ", node.length, ")"];
    return [template(text, { result: node.result, again: node.array, origin: node.origin })];
  };
}

function knownNumber({ body }: Graph, value: ValueId): number | undefined {
  const node = body.nodes.find((each) => each.kind === "constant" && each.result === value);
  return node?.kind === "constant" ? Number(node.value) : undefined;
}

function completesStructure(step: Step): boolean {
  return step.kind === "call" && rowCallOf(step.callee)?.verb === "start";
}

/** What is done to a matrix in compressed rows. */
function matrixSteps({ compressed, storages, parts, builder }: Frame, node: CallNode, call: RowCall): readonly Step[] {
  const matrix = present(compressed[call.matrix]);
  const { node: own } = present(storages.find(({ kind, place }) => kind === "matrix" && place === matrix.place));
  return rowCallSteps(node, call, matrix, own.result, parts, builder);
}

/**
 * What stands in the place of an allocation: it is bound, unless it is already, and zeroed, if it need be. `together`: the
 * first of these binds them all.
 */
function allocation(frame: Frame, node: AllocateNode, together: readonly AllocateNode[] = [node]): readonly Step[] {
  if (node.role.kind === "matrix" && node.role.isSparse === true) return [];
  const storage = frame.storageOf(node);
  const { origin, result } = node;
  const setUp = storage.isHoisted || together[0]?.result !== result ? [] : bound(frame, together, origin);
  const startsFromOut = storage.kind === "gradient" && frame.derivative.request.accumulate;
  if (!node.filled || startsFromOut) return setUp;
  if (isNested(frame.builder.typeOf(result))) return [...setUp, ...nestedZeroing(frame, storage)];
  // What it grows by is zero too.
  const isWhole = storage.isExact || isMadeAsLong(frame, storage) || frame.groups.groupOf(result).grows;
  const range: Parts = storage.kind === "scratch" && !isWhole ? ["0, 0, ", node.length] : ["0"];
  return [...setUp, template([result, ".fill(", ...range, ");"], { writes: [result], origin })];
}

function bound(frame: Frame, arrays: readonly AllocateNode[], origin: Origin | undefined): readonly Step[] {
  const storages = arrays.map(frame.storageOf);
  const rooms = storages.flatMap((storage) => room(frame, storage));
  const [only, ...others] = storages;
  if (only !== undefined && others.length === 0)
    return [...rooms, template([only.place], { result: only.node.result, origin })];
  return [...rooms, ...bindPlaces(storages.map(({ place, node }) => ({ place, value: node.result })))];
}

/** Zeroes a nested array; the leaves of one gradient together, where the first of them is made. */
function nestedZeroing({ derivative, storages, builder }: Frame, storage: Storage): readonly Step[] {
  const { nodes } = derivative.graph.body;
  const leaves = storages.filter(({ kind, place }) => kind === "gradient" && place === storage.place);
  const isJoint = leaves.every(({ node }) => nodes.includes(node)) && leaves.includes(storage);
  const together = isJoint ? leaves.filter(({ node }) => node.filled) : [storage];
  const ordered = [...together].sort((a, b) => nodes.indexOf(a.node) - nodes.indexOf(b.node));
  if (ordered[0] !== storage) return [];
  const types = together.map(({ node }) => builder.typeOf(node.result)).filter(isNested);
  const { result, origin } = storage.node;
  return [template(zeroing(result, types), { writes: together.map(({ node }) => node.result), origin })];
}

/** Whether an array has its length from the start, since that is a constant. */
function isMadeAsLong({ derivative }: Frame, { node }: Storage): boolean {
  if (node.like !== undefined) return false;
  return derivative.graph.body.nodes.some((each) => each.kind === "constant" && each.result === node.length);
}

/** Makes room for an array in `out`: as much as this call needs, or exactly so much. */
function room(frame: Frame, storage: Storage): readonly Step[] {
  const { derivative, parts } = frame;
  const { node, place, element, kind, isExact } = storage;
  if (kind === "gradient" || (kind === "scratch" && isMadeAsLong(frame, storage))) return [];
  const like = node.like === undefined ? undefined : derivative.graph.parameters[node.like];
  if (like !== undefined && isNested(like.type) && depthOf(like.type) > 1) {
    const [fits, create] = [parts.fits(like.type), parts.createLike(like.type, element)];
    return [template([`if (!${fits}(${place}, `, like.value, `)) ${place} = ${create}(`, like.value, ");"])];
  }
  const test = isExact ? ".length !== " : ".length < ";
  const fresh = newArray(element, [node.length], parts.lang);
  return [template([`if (${place}${test}`, node.length, `) ${place} = `, ...fresh, ";"])];
}

/** A matrix has room for its entries, no more and no less, and is not the parameter that it is of. */
function matrixChecks(frame: Frame, { place, node }: Storage): readonly Step[] {
  const { length, result, role, element } = node;
  const needed: Parts =
    knownNumber(frame.derivative.graph, length) === 1 ? ["1 entry is"] : ["${", length, "} entries are"];
  const fault: Parts = [
    "throw new RangeError(`",
    place,
    " has length ${",
    result,
    ".length}, but ",
    ...needed,
    " needed`);",
  ];
  const parameter = role.kind === "matrix" ? role.parameter : undefined;
  return [
    template(["if (", result, ".length !== ", length, ") ", ...fault]),
    ...itselfChecks(frame, parameter, element, place, result),
  ];
}

/** The array at a place is not the parameter, which would change while it is read. */
function itselfChecks(
  { derivative, builder, result: { face } }: Frame,
  index: number | undefined,
  element: ElementType,
  place: string,
  array: ValueId | string,
): readonly Step[] {
  const parameter = derivative.graph.parameters[index ?? -1];
  const type = parameter && builder.typeOf(parameter.value);
  if (parameter === undefined || typeof type !== "object" || isNested(type) || type.element !== element) return [];
  const name = placeText(parameter.path);
  const another: Parts = [`throw new Error("${name} is ${place}: give another ${face.out}, or a copy");`];
  return [template(["if (", array, " === ", parameter.value, ") ", ...another])];
}

function sizeChecks(frame: Frame): readonly { readonly atoms: readonly ValueId[]; readonly steps: readonly Step[] }[] {
  const { builder, leaves, primalLeaves, entry } = frame;
  const extents = surelyAccessed(frame.derivative.graph, entry.has);
  return extents
    .filter(({ parameter }) => parameter < primalLeaves.length)
    .map(({ parameter, size, guards, order }) => {
      const leaf = present(leaves[parameter]);
      const made: GraphNode[] = [];
      const atoms = [size, ...guards.map(({ value }) => value)].flatMap((each) => [...atomsOf(each)]);
      const conditions = guards.flatMap(({ value, limit, isStrict }): Parts => {
        return [polynomialValue(value, builder, made, order), isStrict ? " > " : " >= ", `${limit} && `];
      });
      const fixed = constantOf(size);
      const sizeValue = () => (fixed === undefined ? polynomialValue(size, builder, made, order) : String(fixed));
      const check = sizeCheck(leaf, conditions, sizeValue);
      return { atoms, steps: [...made, check] };
    });
}

function seedChecks({ seedLeaves, leaves, derivative, access, indexNames }: Frame): readonly Step[] {
  const variableOf = (value: ValueId): ValueId => access.aliases.get(value) ?? value;
  const checks = seedLeaves.flatMap((leaf, k): readonly Parts[] => {
    const seed = derivative.seeds[k];
    if (seed === undefined || typeof seed.output !== "number" || typeof leaf.parameter.type !== "object") return [];
    const output = present(leaves[seed.output]);
    const { type, value } = leaf.parameter;
    const of = variableOf(output.parameter.value);
    if (isNested(type)) return lengthChecks(variableOf(value), leaf.outer, of, output.outer, type, indexNames);
    return [lengthCheck(value, leaf.place, [of, ".length"], output.place)];
  });
  // Leaves of one nested array have its lengths in common.
  const texts = new Map(checks.map((parts) => [parts.join(), parts] as const));
  return [...texts.values()].map((parts) => template(parts));
}

interface SeededValue {
  readonly lengths: readonly ValueId[];
  /** There is a value whatever the function does. */
  readonly isAlways: boolean;
  readonly checks: readonly Step[];
}

/** The seeds of arrays that are returned: each has the length of its array. */
function seededValues({ seedLeaves, derivative, values, result, access, indexNames }: Frame): readonly SeededValue[] {
  const asked = new Set<string>();
  return seedLeaves.flatMap(({ parameter, place, outer }, k) => {
    const seed = derivative.seeds[k];
    const within = outerPath(seed?.path ?? []);
    const section = seed?.output === "value" ? result.sections.find(({ key }) => key === "value") : undefined;
    const isAlways = section?.instead === undefined || section.instead.length === 0;
    const wanted = section && placeText([...homeOf(section, result.face.out), ...within]);
    const value = values.find((each) => each.place === wanted)?.leaf;
    if (value?.kind === "array") {
      const { length } = value;
      const check = lengthCheck(parameter.value, place, [length], "the value");
      return [{ lengths: [length], isAlways, checks: [template(whereThereIsOne(section, check))] }];
    }
    const rows = value?.kind === "rows" ? value.leaves.find(({ path }) => isEnd(seed?.path ?? [], path)) : undefined;
    if (rows === undefined) return [];
    // Leaves of one result have its outer lengths in common.
    const checks = rowsSeedChecks(
      access.aliases.get(parameter.value) ?? parameter.value,
      outer,
      rows,
      indexNames(["i", "j", "k"]),
    );
    const others = checks.filter((parts) => !asked.has(parts.join()));
    others.forEach((parts) => asked.add(parts.join()));
    return [
      { lengths: rows.lengths, isAlways, checks: others.map((parts) => template(whereThereIsOne(section, parts))) },
    ];
  });
}

/** A check that holds only where the value is there. */
function whereThereIsOne(section: Section | undefined, check: Parts): Parts {
  const conditions = (section?.instead ?? []).flatMap(({ when }, k): Parts => [k === 0 ? "!" : " && !", when]);
  if (conditions.length === 0) return check;
  const [first, ...rest] = check;
  return typeof first === "string" && first.startsWith("if (")
    ? ["if (", ...conditions, " && ", first.slice("if (".length), ...rest]
    : ["if (", ...conditions, ") ", ...check];
}

function isEnd(path: readonly (string | number)[], end: readonly (string | number)[]): boolean {
  return end.every((key, k) => path[path.length - end.length + k] === key);
}

/**
 * What comes in may be what an earlier call has put into `out`: a state as the next one's, an adjoint as the seed of the
 * step before. This call would write it while it is read.
 */
function outputChecks({ primalLeaves, seedLeaves, values, gradients, builder, parts, result }: Frame): readonly Step[] {
  const outputs = [
    ...values.flatMap(({ key, place, leaf }) => (leaf.kind === "array" ? [{ key, place, element: leaf.element }] : [])),
    ...gradients.flatMap(({ key, place, leaf }) =>
      leaf.element === undefined || isNested(leaf.leaf.parameter.type) ? [] : [{ key, place, element: leaf.element }],
    ),
  ];
  const against = (leaf: ParameterLeaf, member: Section["key"]): readonly Step[] => {
    const type = builder.typeOf(leaf.parameter.value);
    if (isNested(type)) return [];
    const places = outputs.flatMap(({ key, place, element }) =>
      key === member && typeof type === "object" && type.element === element ? [place] : [],
    );
    return places.length === 0 ? [] : [overlapCheck(leaf, `${result.face.out}.${member}`, places, builder, parts)];
  };
  const others = result.sections.map(({ key }) => key).filter((key) => key !== "value");
  return [
    ...[...primalLeaves, ...seedLeaves].flatMap((leaf) => against(leaf, "value")),
    ...others.flatMap((key) => seedLeaves.flatMap((leaf) => against(leaf, key))),
  ];
}

function gradientChecks({ gradients, storages, result, access, indexNames }: Frame): readonly Step[] {
  const asked = new Set<string>();
  return gradients.flatMap(({ place, leaf }): readonly Step[] => {
    if (leaf.element === undefined) return [];
    const bound = storages.find((storage) => storage.place === place)?.node.result;
    const { parameter, outer: name } = leaf.leaf;
    const { type } = parameter;
    const array = access.aliases.get(parameter.value) ?? parameter.value;
    const gradient = bound ?? place;
    const another = `give another ${result.face.out}, or a copy`;
    const checks = isNested(type)
      ? lengthChecks(gradient, place, array, name, type, indexNames)
      : [lengthCheck(gradient, place, [array, ".length"], name)];
    const isItself: Parts = ["if (", gradient, " === ", array, `) throw new Error("${name} is ${place}: ${another}");`];
    // Leaves of one nested array have its lengths in common.
    const isAlike = !isNested(type) || type.layers.every((members) => members.length === 0);
    return [...checks, ...(isAlike ? [isItself] : [])].flatMap((parts) => {
      const isKnown = asked.has(parts.join());
      asked.add(parts.join());
      return isKnown ? [] : [template(parts)];
    });
  });
}

/**
 * Rows of plain nested gradients must have the lengths in the end that they had in the beginning: what is used beyond the
 * end of a row of the parameter makes that of the gradient longer.
 */
function growthChecks({ derivative, storages, primalLeaves, access, indexNames }: Frame): readonly Step[] {
  const isInside = withinRows(derivative.graph);
  return storages.flatMap(({ node, kind }): readonly Step[] => {
    const leaf = node.like === undefined || kind !== "gradient" ? undefined : primalLeaves[node.like];
    if (leaf === undefined || !isNested(leaf.parameter.type) || isInside(leaf.parameter.value, node.result)) return [];
    const { type, value } = leaf.parameter;
    return rowUseChecks(node.result, access.aliases.get(value) ?? value, leaf.outer, type, indexNames).map((each) =>
      template(each),
    );
  });
}

/** What is put into `out` in the end. */
function results(frame: Frame): readonly Step[] {
  const { values, gradients, matrices, isInPlace, parts, builder } = frame;
  const { accumulate } = frame.derivative.request;
  const steps: Step[] = [];
  for (const [parameter, value] of frame.derivative.graph.members ?? []) {
    steps.push(template([`${present(frame.leaves[parameter]).place} = `, value, ";"]));
  }
  for (const { place, leaf } of values) {
    if (leaf.kind === "rows") continue;
    if (leaf.kind !== "array") steps.push(template([`${place} = `, ...mixedValue(leaf.instead, [leaf.value]), ";"]));
    else if (!isInPlace(leaf.value)) {
      const fresh = newArray(leaf.element, [leaf.length], parts.lang);
      steps.push(template([`if (${place}.length !== `, leaf.length, `) ${place} = `, ...fresh, ";"]));
      const type = { kind: "array", element: leaf.element } as const;
      steps.push(...copy(frame, leaf.value, place, type, leaf.length));
    }
  }
  for (const { leaf } of matrices) {
    if (!isInPlace(leaf.value)) throw new TypeError("a matrix is filled where it stands");
  }
  for (const { place, leaf } of gradients) {
    if (leaf.element === undefined) {
      steps.push(template([`${place} ${accumulate ? "+=" : "="} `, leaf.value, ";"]));
    } else if (!isInPlace(leaf.value)) {
      const { value: like, type } = leaf.leaf.parameter;
      const length: GraphNode = { kind: "length", array: like, result: builder.fresh("number") };
      invariant(typeof type === "object", "an array has a gradient that is one");
      const own = { ...type, element: leaf.element };
      steps.push(length, ...copy(frame, leaf.value, place, own, length.result, like, accumulate));
    }
  }
  return steps;
}

/** The value, where there is one; what stands there instead elsewhere. */
function onItsWays({ face, sections }: Frame["result"]): readonly Step[] {
  return sections.filter(isKeptAside).map((section) => {
    const place = placeText(homeOf(section, face.out));
    return template([`${face.out}.${section.key} = `, ...mixedValue(section.instead ?? [], [place]), ";"]);
  });
}

function filledRows({ builder, parts }: Frame, place: string, leaves: readonly RowsLeaf[]): Filling {
  const { steps, aliases } = fillRows(builder, leaves, place);
  return { steps: [rowsRoom(leaves, place, parts), ...steps], aliases };
}

/** Copies entries to a place in `out`, or adds them to what is there; nested arrays have the lengths of the parameter `like`. */
function copy(
  { builder }: Frame,
  from: ValueId,
  place: string,
  type: ArrayType,
  length: ValueId,
  like: ValueId | undefined = undefined,
  isAdded = false,
): readonly Step[] {
  const target = builder.fresh(type, "target");
  const region = builder.region([], () => {
    forEachEntry(builder, target, length, like, (version, index) => {
      const entry = builder.load(from, index);
      const stored = isAdded ? builder.operation("add", [builder.load(version, index), entry]) : entry;
      return builder.store(version, index, stored);
    });
    return [];
  });
  return [template([place], { result: target }), ...region.nodes];
}
