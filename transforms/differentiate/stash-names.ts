import { present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { GraphNode, LoadNode, LoopNode, ValueId } from "../../src/ir/graph.ts";
import { plural, singular } from "../../src/ir/plural.ts";
import { carriedOf, indexOf, isLoop, walkNodes } from "../../src/ir/walk.ts";
import { isOwnName, nameOfResult, type StashName } from "../analyze/result-names.ts";
import type { StoragePlan } from "../analyze/storage-plan.ts";

/**
 * Names stash arrays after the value that is kept; where it has no name, after what it is: `cosines`, `xEntries` (what is
 * read from `x`), `xBefore` (what a store to `x` overwrites), `tests` (which way a branch went), `tripCounts`.
 */
export function stashNames(
  build: GraphBuilder,
  plan: StoragePlan,
  isHeld: (value: ValueId) => boolean,
): (value: ValueId) => StashName {
  const { definitions, body } = plan.order;
  const taken = new Set([...build.values.values()].map(({ name }) => name));
  const indices = new Set<ValueId>();
  walkNodes(body.region, (node) => {
    if (node.kind === "load" || node.kind === "store") indices.add(node.index);
  });
  const overwriting = new Map([...plan.undone].map(([store, old]) => [old, store] as const));

  return (value) => {
    const { node, region } = present(definitions.get(value));
    const { owner } = region;
    const given = build.nameOf(value);
    const line = (node ?? owner)?.span?.line;
    const inLine = line === undefined ? "" : ` in line ${line}`;
    const started = plan.startedBy(value);
    if (started !== undefined) return ofStart(value, started);
    if (isOwnName(given)) return { name: plural(given), note: given + inLine };
    const isOfLoop = node === undefined && owner !== undefined && isLoop(owner) && value === indexOf(owner);
    if (isOfLoop || indices.has(value)) return { name: "indices", note: `the index${inLine}` };
    const first = firstOf(value);
    if (first?.kind === "load") return ofEntry(first, value, inLine);
    if (node !== undefined && isLoop(node) && value === node.trips) {
      return { name: "tripCounts", note: `how often the loop${inLine} ran` };
    }
    if (build.typeOf(value) === "boolean") return { name: "tests", note: `the test${inLine}` };
    if (node?.kind === "if") return { name: "choices", note: `the choice${inLine}` };
    return node?.kind === "operation" ? nameOfResult(undefined, node) : { name: "values", note: `a value${inLine}` };
  };

  /** What defines the value, or the first one where a loop carries it. */
  function firstOf(value: ValueId): GraphNode | undefined {
    const { node, region } = present(definitions.get(value));
    const loop = node ?? region.owner;
    if (loop === undefined || !isLoop(loop)) return node;
    const slot = node === undefined ? carriedOf(loop).indexOf(value) : loop.results.indexOf(value);
    const init = loop.inits[slot];
    return init === undefined ? node : definitions.get(init)?.node;
  }

  /** What a loop that is run again starts from; in its own scope, with room for what its rounds start from. */
  function ofStart(value: ValueId, loop: LoopNode): StashName {
    const given = build.nameOf(value);
    const name = isOwnName(given) ? given : "array";
    const line = loop.span === undefined ? "" : ` in line ${loop.span.line}`;
    return isHeld(value)
      ? { name: `${name}Snapshots`, note: `${name} before rounds of the loop${line}` }
      : { name: `${name}Starts`, note: `${name} before each run of the loop${line}` };
  }

  function ofEntry(node: LoadNode, value: ValueId, inLine: string): StashName {
    const array = build.nameOf(plan.groups.bufferOf(node.array)) ?? build.nameOf(node.array) ?? "array";
    const overwrittenIn = overwriting.get(value)?.span?.line;
    if (overwrittenIn !== undefined) {
      return { name: `${array}Before`, note: `entries of ${array} that line ${overwrittenIn} overwrites` };
    }
    const one = singular(array) ?? array;
    const index = definitions.get(node.index)?.node;
    const entry = index?.kind === "constant" ? `${one}${String(index.value)}` : one;
    if (index?.kind === "constant" && !/\d$/.test(one) && !taken.has(entry)) {
      return { name: plural(entry), note: `${array}[${String(index.value)}]${inLine}` };
    }
    return { name: `${one}Entries`, note: `entries of ${array}${inLine}` };
  }
}
