/**
 * Minimum vertex cut by maximum flow (Dinic). Vertices are numbers from 0; each has a capacity, what it costs to cut it.
 * An arc says that its head can be had from its tail. Of the cheapest cuts it gives the one nearest to the sinks.
 */
export interface CutProblem {
  readonly capacities: readonly number[];
  readonly arcs: readonly (readonly [from: number, to: number])[];
  readonly sources: readonly number[];
  readonly sinks: readonly number[];
}

/** The vertices of the cut, ascending: every path from a source to a sink passes one of them. */
export function minCut(problem: CutProblem): readonly number[] {
  const count = problem.capacities.length;
  const network = new Network(2 * count + 2);
  const source = 2 * count;
  const sink = 2 * count + 1;
  problem.capacities.forEach((capacity, vertex) => network.connect(2 * vertex, 2 * vertex + 1, capacity));
  for (const [from, to] of problem.arcs) network.connect(2 * from + 1, 2 * to, Infinity);
  for (const vertex of problem.sources) network.connect(source, 2 * vertex, Infinity);
  for (const vertex of problem.sinks) network.connect(2 * vertex + 1, sink, Infinity);
  while (network.advance(source, sink));
  const beyond = network.reachesSink(sink);
  const cut: number[] = [];
  for (let vertex = 0; vertex < count; vertex++) {
    if (!beyond[2 * vertex] && beyond[2 * vertex + 1]) cut.push(vertex);
  }
  return cut;
}

/** A flow network with residual arcs: arc k and arc k ^ 1 are each other's reverse. */
class Network {
  readonly #heads: number[] = [];
  readonly #residual: number[] = [];
  readonly #out: number[][];
  #level: Int32Array = new Int32Array(0);

  constructor(vertices: number) {
    this.#out = Array.from({ length: vertices }, () => []);
  }

  connect(from: number, to: number, capacity: number): void {
    this.#out[from]!.push(this.#heads.length);
    this.#heads.push(to);
    this.#residual.push(capacity);
    this.#out[to]!.push(this.#heads.length);
    this.#heads.push(from);
    this.#residual.push(0);
  }

  /** One phase: levels by breadth-first search, then a blocking flow. False when the sink cannot be reached. */
  advance(source: number, sink: number): boolean {
    this.#level = new Int32Array(this.#out.length).fill(-1);
    this.#level[source] = 0;
    const queue = [source];
    for (let k = 0; k < queue.length; k++) {
      const vertex = queue[k]!;
      for (const arc of this.#out[vertex]!) {
        const head = this.#heads[arc]!;
        if (this.#residual[arc]! <= 0 || this.#level[head]! >= 0) continue;
        this.#level[head] = this.#level[vertex]! + 1;
        queue.push(head);
      }
    }
    if (this.#level[sink]! < 0) return false;
    this.#block(source, sink);
    return true;
  }

  /** Augments along level-respecting paths until none is left; a path is kept on a stack, so depth does not matter. */
  #block(source: number, sink: number): void {
    const next = new Int32Array(this.#out.length);
    const path: number[] = [];
    let vertex = source;
    for (;;) {
      if (vertex === sink) {
        const bottleneck = Math.min(...path.map((arc) => this.#residual[arc]!));
        for (const arc of path) {
          this.#residual[arc]! -= bottleneck;
          this.#residual[arc ^ 1]! += bottleneck;
        }
        path.length = 0;
        vertex = source;
        continue;
      }
      const arcs = this.#out[vertex]!;
      let arc: number | undefined;
      for (; next[vertex]! < arcs.length; next[vertex]!++) {
        const candidate = arcs[next[vertex]!]!;
        const head = this.#heads[candidate]!;
        if (this.#residual[candidate]! > 0 && this.#level[head] === this.#level[vertex]! + 1) {
          arc = candidate;
          break;
        }
      }
      if (arc !== undefined) {
        path.push(arc);
        vertex = this.#heads[arc]!;
        continue;
      }
      const back = path.pop();
      if (back === undefined) return;
      vertex = this.#heads[back ^ 1]!;
      next[vertex]!++;
    }
  }

  /** Which vertices still reach the sink through residual arcs. */
  reachesSink(sink: number): readonly boolean[] {
    const reaches: boolean[] = Array.from({ length: this.#out.length }, () => false);
    reaches[sink] = true;
    const queue = [sink];
    for (let k = 0; k < queue.length; k++) {
      for (const arc of this.#out[queue[k]!]!) {
        const tail = this.#heads[arc]!;
        if (reaches[tail] || this.#residual[arc ^ 1]! <= 0) continue;
        reaches[tail] = true;
        queue.push(tail);
      }
    }
    return reaches;
  }
}
