import { present } from "../diagnostics/invariant.ts";
import type { CallNode, Graph, GraphNode, IfNode, LoopNode, Region, ValueId } from "./graph.ts";
import { valuesOfOutput } from "./outputs.ts";
import { carriedOf, changedBy, isLoop, nextOf, operandsOf } from "./walk.ts";

/** Faults of the versions of arrays, in a graph whose scopes and types are sound; see verify.ts. */
export function versionFaults(graph: Graph): readonly string[] {
  const faults: string[] = [];
  const versions = new Map<ValueId, Version>();
  const taken = new Set<ValueId>();
  /** `taken` in the order of taking, so that the second region of an `if` can start from where the first did. */
  const takings: ValueId[] = [];
  const written = new Map(graph.parameters.map((parameter) => [parameter.value, parameter.written]));
  const tables = new Set<ValueId>();
  let depth = 0;

  const isArray = (id: ValueId): boolean => typeof present(graph.values.get(id)).type === "object";
  const nameOf = (id: ValueId): string => {
    const name = graph.values.get(id)?.name;
    return name === undefined ? `array ${id}` : `array ${id} (${name})`;
  };
  const versionOf = (id: ValueId): Version => present(versions.get(id), `version ${id}`);
  const define = (id: ValueId, previous?: ValueId): void => {
    const root = previous === undefined ? id : versionOf(previous).root;
    versions.set(id, { previous, root, depth, order: versions.size });
  };
  const read = (id: ValueId, what: string): void => {
    if (taken.has(id)) faults.push(`${what} uses ${nameOf(id)}, which was taken before`);
  };
  const take = (id: ValueId, what: string): void => {
    read(id, what);
    if (versionOf(id).depth < depth) faults.push(`${what} takes ${nameOf(id)} from outside of its loop`);
    if (taken.has(id)) return;
    taken.add(id);
    takings.push(id);
  };
  /** Goes back along the versions to the first one that `isEnd`, or to the root. */
  const trace = (id: ValueId, isEnd: (version: ValueId) => boolean): ValueId => {
    let version = id;
    while (!isEnd(version)) {
      const { previous } = versionOf(version);
      if (previous === undefined) return version;
      version = previous;
    }
    return version;
  };

  /** Returns whether control always leaves the region by a throw. */
  const visitRegion = (region: Region): boolean => {
    for (const node of region.nodes) if (visitNode(node)) return true;
    return false;
  };

  const visitNode = (node: GraphNode): boolean => {
    if (node.kind === "throw") return true;
    if (node.kind === "if") return visitBranch(node);
    if (isLoop(node)) visitLoop(node);
    else if (node.kind === "store" || node.kind === "grow") {
      take(node.array, node.kind);
      define(node.result, node.array);
      const { root } = versionOf(node.array);
      if (tables.has(root)) faults.push(`${node.kind} changes the table ${nameOf(root)}`);
      if (written.get(root) === false) faults.push(`${node.kind} changes the parameter ${nameOf(root)}, not written`);
    } else if (node.kind === "call") visitCall(node);
    else if (node.kind === "pop") node.results.forEach((id) => isArray(id) && define(id));
    else if (node.kind !== "length") {
      for (const id of operandsOf(node)) if (isArray(id)) read(id, node.kind);
      if (node.kind === "table") tables.add(node.result);
      if (node.kind === "table" || node.kind === "allocate") define(node.result);
    }
    return false;
  };

  const visitCall = (node: CallNode): void => {
    const arrays = node.operands.filter(isArray);
    const changed = changedBy(node);
    arrays.forEach((id) => read(id, "call"));
    for (const { array, next } of changed) {
      if (arrays.filter((id) => versionOf(id).root === versionOf(array).root).length > 1)
        faults.push(`call of ${node.callee} is given ${nameOf(array)} twice, and writes it`);
      take(array, "call");
      define(next, array);
      const { root } = versionOf(array);
      if (tables.has(root)) faults.push(`call changes the table ${nameOf(root)}`);
      if (written.get(root) === false) faults.push(`call changes the parameter ${nameOf(root)}, not written`);
    }
  };

  const visitLoop = (node: LoopNode): void => {
    const inits = node.inits.filter(isArray);
    for (const id of inits) take(id, `${node.kind} that carries it`);
    depth++;
    if (node.kind === "while") {
      node.condition.arguments.forEach((id, k) => isArray(id) && define(id, node.inits[k]));
      visitRegion(node.condition);
    }
    const carried = carriedOf(node);
    carried.forEach((id, k) => isArray(id) && define(id, node.inits[k]));
    if (!visitRegion(node.body)) {
      const next = nextOf(node).filter(isArray);
      for (const id of next) take(id, `yield of ${node.kind}`);
      const own = carried.filter(isArray);
      const owned = new Set(own);
      const sources = next.map((id) => trace(id, (version) => owned.has(version)));
      sources.forEach((source, k) => {
        const yielded = `${node.kind} yields ${nameOf(next[k]!)}`;
        if (!owned.has(source)) faults.push(`${yielded}, which is no version of what it carries`);
        else if (source !== own[k] && written.has(versionOf(source).root))
          faults.push(`${yielded}, a parameter, elsewhere`);
      });
      if (new Set(sources).size < sources.length) faults.push(`${node.kind} yields two versions of one array`);
    }
    depth--;
    node.results.forEach((id, k) => isArray(id) && define(id, node.inits[k]));
  };

  const visitBranch = (node: IfNode): boolean => {
    const sides = [visitSide(node.then), visitSide(node.else)];
    for (const id of sides.flatMap(({ takenThere }) => takenThere)) {
      if (!taken.has(id)) takings.push(id);
      taken.add(id);
    }
    node.results.forEach((id, k) => {
      if (!isArray(id)) return;
      const sources = sides.flatMap((side) => side.sources[k] ?? []);
      if (new Set(sources).size > 1) faults.push(`the branches yield versions of two arrays as ${nameOf(id)}`);
      define(id, sources[0]);
    });
    return sides.every(({ throws }) => throws);
  };

  /** Leaves `taken` as it was, and tells what the region took, and what it yields versions of. */
  const visitSide = (side: Region) => {
    const mark = takings.length;
    const order = versions.size;
    const throws = visitRegion(side);
    const arrays = throws ? [] : side.yields.map((id) => (isArray(id) ? id : undefined));
    for (const id of arrays) if (id !== undefined) take(id, "yield of if");
    const sources = arrays.map((id) => id && trace(id, (version) => versionOf(version).order < order));
    const own = takings.splice(mark);
    own.forEach((id) => taken.delete(id));
    return { throws, sources, takenThere: throws ? [] : own };
  };

  graph.parameters.forEach(({ value }) => isArray(value) && define(value));
  if (!visitRegion(graph.body)) {
    const atEnd = new Set([...valuesOfOutput(graph.returned), ...graph.final.values()]);
    for (const id of atEnd) if (isArray(id)) read(id, "the end of the function");
    for (const [k, id] of graph.final) {
      if (versionOf(id).root !== graph.parameters[k]?.value)
        faults.push(`final of parameter ${k} is a version of another array`);
    }
  }
  return faults;
}

interface Version {
  /** The version that it was made from; none for parameters, tables and new arrays. */
  readonly previous: ValueId | undefined;
  /** The first version. */
  readonly root: ValueId;
  /** How many loops it stands in. */
  readonly depth: number;
  readonly order: number;
}
