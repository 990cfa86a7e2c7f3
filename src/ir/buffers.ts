/**
 * Which buffer each version of an array lives in. Names a buffer by the value that it starts with: the result of an
 * `allocate` or `table`, a parameter, or, where a loop permutes its buffers (`[h, next] = [next, h]`), the argument or
 * the result of that loop.
 *
 * In a loop that yields an array in the place where it came in, argument and result are the buffer of the init.
 */
import type { Graph, GraphNode, LoopNode, Region, ValueId, ValueInfo } from "./graph.ts";
import { carriedOf, changedBy, nextOf, walkNodes } from "./walk.ts";

/** Maps every array value of the graph to the value that names its buffer. */
export function bufferOf(graph: Pick<Graph, "body" | "values">): ReadonlyMap<ValueId, ValueId> {
  const owners = new Owners(graph.values);
  graph.body.arguments.forEach((value) => owners.own(value));
  visitRegion(graph.body, owners);
  return owners.resolved();
}

/** The buffers that get larger: how long they are where they are allocated says nothing of how long they become. */
export function grownBuffers(graph: Graph, buffers: ReadonlyMap<ValueId, ValueId>): ReadonlySet<ValueId> {
  const grown = new Set<ValueId>();
  walkNodes(graph.body, (node) => {
    if (node.kind === "grow") grown.add(buffers.get(node.array) ?? node.array);
  });
  return grown;
}

function visitRegion(region: Region, owners: Owners): void {
  for (const node of region.nodes) visitNode(node, owners);
}

function visitNode(node: GraphNode, owners: Owners): void {
  switch (node.kind) {
    case "allocate":
    case "table":
      return owners.own(node.result);
    case "store":
    case "grow":
      return owners.follow(node.result, node.array);
    case "call":
      return changedBy(node).forEach(({ array, next }) => owners.follow(next, array));
    case "pop":
      return node.results.forEach((value) => owners.own(value));
    case "if":
      visitRegion(node.then, owners);
      visitRegion(node.else, owners);
      node.results.forEach((result, k) => {
        const taken = node.then.yields[k];
        const other = node.else.yields[k];
        if (taken !== undefined && other !== undefined && owners.find(taken) === owners.find(other)) {
          owners.follow(result, taken);
        } else {
          owners.own(result);
        }
      });
      return;
    case "for":
    case "while":
      return visitLoop(node, owners);
    default:
      return;
  }
}

function visitLoop(loop: LoopNode, owners: Owners): void {
  const carried = carriedOf(loop);
  carried.forEach((value) => owners.own(value));
  if (loop.kind === "while") loop.condition.arguments.forEach((value, k) => owners.follow(value, carried[k] ?? value));
  visitRegion(loop.body, owners);
  const next = nextOf(loop);
  carried.forEach((value, k) => {
    const yielded = next[k];
    const init = loop.inits[k];
    const result = loop.results[k];
    if (yielded === undefined || init === undefined || result === undefined) return;
    if (owners.find(yielded) === value) {
      owners.follow(value, init);
      owners.follow(result, init);
    } else {
      owners.own(result);
    }
  });
}

/** A forest of arrays; a root names a buffer. */
class Owners {
  readonly #values: ReadonlyMap<ValueId, ValueInfo>;
  readonly #parent = new Map<ValueId, ValueId>();

  constructor(values: ReadonlyMap<ValueId, ValueInfo>) {
    this.#values = values;
  }

  own(value: ValueId): void {
    if (this.#isArray(value)) this.#parent.set(value, value);
  }

  follow(value: ValueId, origin: ValueId): void {
    if (this.#isArray(value)) this.#parent.set(value, origin === value ? value : this.find(origin));
  }

  find(value: ValueId): ValueId {
    let root = value;
    for (
      let parent = this.#parent.get(root);
      parent !== undefined && parent !== root;
      parent = this.#parent.get(root)
    ) {
      root = parent;
    }
    for (let step = value; step !== root;) {
      const parent = this.#parent.get(step) ?? root;
      this.#parent.set(step, root);
      step = parent;
    }
    return root;
  }

  resolved(): ReadonlyMap<ValueId, ValueId> {
    const all = new Map<ValueId, ValueId>();
    for (const value of [...this.#parent.keys()]) all.set(value, this.find(value));
    return all;
  }

  #isArray(value: ValueId): boolean {
    return typeof this.#values.get(value)?.type === "object";
  }
}
