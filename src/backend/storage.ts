/** Where the arrays live that the graph allocates: gradients, arrays of the value, and scratch, all in `out`. */
import { capitalized } from "../ir/capitalized.ts";
import { present } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import { adjointOfDotted, differentialName } from "../ir/differential-name.ts";
import type { AllocateNode, ArrayRole, ElementType, Graph, ValueId } from "../ir/graph.ts";
import { carriedOf, isLoop, walkNodes } from "../ir/walk.ts";
import type { ArrayGroup, ArrayGroups } from "../../transforms/analyze/array-groups.ts";
import type { EntryValues } from "./entry-values.ts";
import { isAccumulated } from "./accumulated.ts";
import { exactLengths } from "./exact-lengths.ts";
import { isNested } from "../ir/nested.ts";
import { nestedTypeText, outerPath, withoutMembers } from "./nested.ts";
import { placeText } from "./parameters.ts";
import { narrowStashes } from "./narrow.ts";
import { type Ways, waysOf } from "./ways.ts";

export interface Storage {
  readonly node: AllocateNode;
  readonly kind: "scratch" | "gradient" | "matrix" | "value";
  /** `out.scratch.hs` */
  readonly place: string;
  readonly key: string;
  readonly element: ElementType;
  /** How its type is written. */
  readonly type: string;
  /** It is bound when the function is entered, since its length is known there. */
  readonly isHoisted: boolean;
  /** It must not be longer than this call needs. */
  readonly isExact: boolean;
  /** Where one of two modes makes it: how long it is in each, that of the other too if it serves there as well. */
  readonly ways?: Ways;
  /** What the documentation of the scratch says: what it holds, or of which array it holds the adjoint. */
  readonly note: string | { readonly adjointOf: string } | { readonly tangentOf: string };
}

/** A returned array, and the place in `out.value` that it must end up in. */
export interface ValueArray {
  readonly place: string;
  readonly value: ValueId;
}

/** One of those that are in one place: the last, which knows of the others. */
export function onceEach(list: readonly Storage[]): readonly Storage[] {
  return [...new Map(list.map((each) => [each.key, each] as const)).values()];
}

export interface StorageOptions {
  readonly scratch: "f64" | "f32";
  readonly accumulate: boolean;
  /** The gradients, and what the value is made of. */
  readonly results: readonly ValueId[];
  readonly out: string;
  /** The name of the function whose derivative this is. */
  readonly primal: string;
  /** The place of the gradient of a parameter of the graph, or of what else the result has of it. */
  readonly gradientPlace: (role: Extract<ArrayRole, { kind: "gradient" }>) => string;
  /** The place of a Jacobian, or of the Hessian. */
  readonly matrixPlace: (role: Extract<ArrayRole, { kind: "matrix" }>) => string;
  readonly valueArrays: readonly ValueArray[];
  /** What else stands in scratch. */
  readonly others: readonly string[];
}

export function planStorage(
  graph: Graph,
  groups: ArrayGroups,
  entry: EntryValues,
  builder: GraphBuilder,
  options: StorageOptions,
): ReadonlyMap<AllocateNode, Storage> {
  const storages = new Map<AllocateNode, Storage>();
  const topLevel = new Set(graph.body.nodes);
  const keys = new Set(options.others);
  const scalars = new Set(
    [...graph.values.values()].filter(({ type }) => typeof type !== "object").map(({ name }) => name),
  );
  const narrow = options.scratch === "f32" ? narrowStashes(graph, groups) : new Set<AllocateNode>();
  const allocations: AllocateNode[] = [];
  walkNodes(graph.body, (node) => {
    if (node.kind === "allocate") allocations.push(node);
  });
  const exact = exactLengths(graph, groups);
  const takenPlaces = new Set<string>();
  const versionNames = namesOfVersions(graph, groups);

  const elementOf = (node: AllocateNode, group: ArrayGroup): ElementType => {
    const isPlain = node.element === "number" && group.parameters.length === 0;
    const isOwn = group.allocations.every(({ role }) => role.kind !== "value" && role.kind !== "gradient");
    return narrow.has(node) ? "f32" : isPlain && isOwn ? "f64" : node.element;
  };
  const ways = waysOf(graph);
  const isFixed = new Set(graph.body.nodes.flatMap((node) => (node.kind === "constant" ? [node.result] : [])));
  const isShared = (node: AllocateNode): boolean => {
    const group = groups.groupOf(node.result);
    const isOwn = group.parameters.length === 0 && !group.grows;
    return isOwn && !exact.has(group) && !isNested(builder.typeOf(node.result)) && !isFixed.has(node.length);
  };
  const joined = new Set<Storage>();
  /** Of two modes one runs: what is called this in the other serves here too. */
  const twinOf = (node: AllocateNode, wish: string): Storage | undefined => {
    if (ways.get(node)?.reverse === undefined || !isShared(node)) return undefined;
    const element = elementOf(node, groups.groupOf(node.result));
    const found = [...storages.values()].find((each) => {
      const isForward = each.ways !== undefined && each.ways.reverse === undefined && !joined.has(each);
      return isForward && each.key === wish && each.element === element && isShared(each.node);
    });
    if (found !== undefined) joined.add(found);
    return found;
  };

  for (const node of allocations) {
    const group = groups.groupOf(node.result);
    // Where loops exchange it with other buffers, another one may stand in its place in the end: it is copied then.
    const isDirect = !group.isPermuted && group.allocations.length === 1;
    const isKnown = topLevel.has(node) && entry.has(node.length);
    if (node.role.kind === "gradient" && isDirect) {
      const { parameter, under } = node.role;
      if (!options.accumulate || isAccumulated(graph, options.results, node, groups)) {
        const place = options.gradientPlace(node.role);
        const of = String(outerPath(present(graph.parameters[parameter]).path).at(-1));
        const name = present(under === "hvp" ? adjointOfDotted(of) : differentialName(of));
        if (node.like === undefined) builder.suggestName(node.result, name);
        else builder.values.set(node.result, { type: builder.typeOf(node.result), name });
        storages.set(node, {
          node,
          kind: "gradient",
          place,
          key: name,
          element: node.element,
          type: "",
          isHoisted: true,
          isExact: true,
          note: "",
        });
        continue;
      }
    }
    if (node.role.kind === "matrix" && isDirect) {
      const place = options.matrixPlace(node.role);
      storages.set(node, {
        node,
        kind: "matrix",
        place,
        key: "",
        element: node.element,
        type: "",
        // In compressed rows it is bound where its structure is known.
        isHoisted: isKnown && node.role.isSparse !== true,
        isExact: true,
        note: "",
      });
      continue;
    }
    if (node.role.kind === "value" && isDirect) {
      const home = options.valueArrays.find(
        ({ place, value }) => !takenPlaces.has(place) && groups.groupOf(value).id === group.id,
      );
      if (home !== undefined) {
        takenPlaces.add(home.place);
        storages.set(node, {
          node,
          kind: "value",
          place: home.place,
          key: "",
          element: node.element,
          type: "",
          isHoisted: isKnown,
          isExact: true,
          note: "",
        });
        continue;
      }
    }
    const wish = builder.nameOf(node.result) ?? versionNames.get(node.result) ?? wishOf(node, graph);
    const wanted = node.role.kind === "stash" && scalars.has(wish) ? keptName(wish) : wish;
    const twin = twinOf(node, wanted);
    const key = twin?.key ?? freeKey(wanted, keys);
    if (isNested(builder.typeOf(node.result)) && group.parameters.length === 0) {
      unstructured(graph, groups, node, builder);
    }
    const own = builder.typeOf(node.result);
    builder.values.set(node.result, { type: own, name: key });
    const element = elementOf(node, group);
    const place = placeText([options.out, "scratch", key]);
    storages.set(node, {
      node,
      kind: "scratch",
      place,
      key,
      element,
      type: typeof own === "object" ? nestedTypeText(own, element) : "",
      isHoisted: isKnown,
      isExact: node.role.kind !== "stash" && exact.has(group),
      note: noteOf(node, key, options),
      // What has its length from the start has it in any case.
      ...(isFixed.has(node.length) ? {} : lengthsOf(ways.get(node), twin)),
    });
  }
  return storages;
}

function lengthsOf(own: Ways | undefined, twin: Storage | undefined): Pick<Storage, "ways"> {
  if (own === undefined) return {};
  return { ways: twin === undefined ? own : { ...own, forward: twin.node.length } };
}

/** Lets all versions of an array be accessed as what it is in scratch: with the lengths of a nested parameter, but none of its objects. */
function unstructured(graph: Graph, groups: ArrayGroups, { result }: AllocateNode, builder: GraphBuilder): void {
  const group = groups.groupOf(result);
  for (const [value, { type }] of graph.values) {
    if (!isNested(type) || groups.groupOf(value) !== group) continue;
    builder.values.set(value, { ...present(builder.values.get(value)), type: withoutMembers(type) });
  }
}

/** What the first named version of a buffer is called: that of a store, or what a loop that takes it carries it as. */
function namesOfVersions(graph: Graph, groups: ArrayGroups): ReadonlyMap<ValueId, string> {
  const names = new Map<ValueId, string>();
  const suggest = (array: ValueId, version: ValueId | undefined): void => {
    const name = version === undefined ? undefined : graph.values.get(version)?.name;
    if (typeof graph.values.get(array)?.type !== "object" || name === undefined) return;
    const buffer = groups.bufferOf(array);
    if (!names.has(buffer)) names.set(buffer, name);
  };
  walkNodes(graph.body, (node) => {
    if (node.kind === "store" || node.kind === "grow") suggest(node.array, node.result);
    if (isLoop(node)) node.inits.forEach((init, k) => suggest(init, carriedOf(node)[k]));
  });
  return names;
}

function wishOf({ role }: AllocateNode, graph: Graph): string {
  if (role.kind === "gradient") return `d${String(outerPath(present(graph.parameters[role.parameter]).path).at(-1))}`;
  return role.kind === "stash" ? "values" : "buffer";
}

function noteOf({ role }: AllocateNode, key: string, { primal }: StorageOptions): Storage["note"] {
  switch (role.kind) {
    case "stash":
      return role.note;
    case "adjoint":
      return { adjointOf: key.replace(/^d(?=.)/, "") };
    case "tangent":
      return { tangentOf: key.endsWith("Dot") ? key.slice(0, -"Dot".length) : key.replace(/^d(?=.)/, "") };
    case "gradient":
      return "the gradient of this call, before it is added";
    default:
      return `as in ${primal}`;
  }
}

/** `keptYs`, where a variable is called `ys`. */
function keptName(name: string): string {
  return name.startsWith("kept") ? name : `kept${capitalized(name)}`;
}

function freeKey(wish: string, keys: Set<string>): string {
  let key = wish;
  for (let number = 2; keys.has(key); number++) key = wish + (/\d$/.test(wish) ? `_${number}` : number);
  keys.add(key);
  return key;
}
