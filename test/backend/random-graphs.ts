/** Random graphs, built by hand with a seed: to compare what is printed with what the evaluator says. */
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Output, ValueId } from "../../src/ir/graph.ts";
import { f64, graphOf, scalar } from "../hand-built-graphs.ts";

interface State {
  readonly numbers: readonly ValueId[];
  readonly booleans: readonly ValueId[];
  /** The current version of each array; all have four entries. */
  readonly arrays: readonly ValueId[];
}

/** A linear congruential generator. */
export function randomSource(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function randomGraph(seed: number): Graph {
  const random = randomSource(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const names = ["s", "t", "u", undefined, undefined, undefined];
  /** Values that are already there and read again late make live ranges cross. */
  return graphOf({ a: f64, b: f64, x: "number", y: "number", n: "number" }, (build, p) => {
    const local = build.allocate("f64", build.constant(4), { kind: "local" }, true, "w");
    const start: State = {
      numbers: [p["x"]!, p["y"]!, build.constant(0.5), build.constant(2)],
      booleans: [build.operation("lt", [p["x"]!, p["y"]!], "boolean")],
      arrays: [p["a"]!, p["b"]!, local],
    };
    const end = statements(build, start, 3);
    const entries: Output[] = end.numbers.slice(-4).map(scalar);
    entries.push(...end.arrays.map((array, k) => scalar(build.load(array, build.constant(k)))));
    return { returned: { kind: "tuple", entries } };
  });

  function index(build: GraphBuilder, state: State): ValueId {
    if (random() < 0.5) return build.constant(below(4));
    return build.operation("bitAnd", [pick(state.numbers), build.constant(3)]);
  }

  function statements(build: GraphBuilder, from: State, depth: number): State {
    let state = from;
    for (let count = 2 + below(5); count > 0; count--) state = statement(build, state, depth);
    return state;
  }

  function statement(build: GraphBuilder, state: State, depth: number): State {
    const { numbers, booleans, arrays } = state;
    const choice = depth === 0 ? below(6) : below(10);
    if (choice < 3) {
      const operation = pick(["add", "sub", "mul", "max", "min", "add"]);
      const result = build.operation(operation, [pick(numbers), pick(numbers)], "number", pick(names));
      const tamed = build.operation("sin", [result], "number", random() < 0.3 ? pick(names) : undefined);
      return { ...state, numbers: [...numbers, random() < 0.5 ? result : tamed].slice(-9) };
    }
    if (choice === 3)
      return { ...state, numbers: [...numbers, build.load(pick(arrays), index(build, state), pick(names))] };
    if (choice === 4) {
      const k = below(arrays.length);
      const stored = build.store(arrays[k]!, index(build, state), pick(numbers));
      return { ...state, arrays: arrays.map((array, other) => (other === k ? stored : array)) };
    }
    if (choice === 5) {
      const test = build.operation(pick(["lt", "le", "gt"]), [pick(numbers), pick(numbers)], "boolean");
      return { ...state, booleans: [...booleans, test] };
    }
    return choice < 8 ? branch(build, state, depth - 1) : loop(build, state, depth - 1);
  }

  function branch(build: GraphBuilder, state: State, depth: number): State {
    const count = below(3);
    const side = () => {
      const inner = random() < 0.25 ? state : statements(build, state, depth);
      return [...Array.from({ length: count }, () => pick(inner.numbers)), ...inner.arrays];
    };
    const results = build.if(
      pick(state.booleans),
      side,
      side,
      Array.from({ length: count }, () => pick(names)),
    );
    return { ...state, numbers: [...state.numbers, ...results.slice(0, count)], arrays: results.slice(count) };
  }

  function loop(build: GraphBuilder, state: State, depth: number): State {
    const count = 1 + below(3);
    const inits = [...Array.from({ length: count }, () => pick(state.numbers)), ...state.arrays];
    const stops = random() < 0.5;
    const isFor = random() < 0.6;
    const fill = (first: ValueId, carried: readonly ValueId[]) => {
      const entry: State = {
        ...state,
        numbers: [...state.numbers, ...(random() < 0.5 ? [first] : []), ...carried.slice(0, count)],
        arrays: carried.slice(count),
      };
      const inner = statements(build, entry, depth);
      const swapped = random() < 0.4 ? [...inner.arrays.slice(1), inner.arrays[0]!] : inner.arrays;
      const next = [...Array.from({ length: count }, () => pick(inner.numbers)), ...swapped];
      if (!stops) return next;
      if (random() < 0.3) return [pick(inner.booleans), ...next];
      const stopped = build.constant(true);
      const goes = build.constant(false);
      return build.if(
        pick(inner.booleans),
        () => [stopped, ...statementsThen(build, { ...inner, arrays: swapped }, count)],
        () => [
          random() < 0.7 ? goes : pick(inner.booleans),
          ...statementsThen(build, { ...inner, arrays: swapped }, count),
        ],
      );
    };
    const carriedNames = inits.map((_, k) => (k < count ? pick(names) : undefined));
    const trips = build.constant(3);
    if (isFor) {
      const range = {
        start: build.constant(0),
        bound: random() < 0.5 ? trips : build.constant(0),
        step: 1,
        inclusive: random() < 0.5,
        stops,
      };
      const node = build.for(range, inits, fill, carriedNames);
      return after(state, node, count, stops);
    }
    // Counts down from a carried number so that it ends.
    const node = build.while(
      [...inits, trips],
      (tested) => {
        const left = build.operation("gt", [tested.at(-1)!, build.constant(0)], "boolean");
        return random() < 0.3
          ? build.operation(
              "and",
              [left, build.operation("lt", [tested[0]!, build.constant(50)], "boolean")],
              "boolean",
            )
          : left;
      },
      (iteration, carried) => {
        const rest = build.operation("sub", [carried.at(-1)!, build.constant(1)]);
        return [...fill(iteration, carried.slice(0, -1)), rest];
      },
      stops,
      [...carriedNames, "left"],
    );
    return after(state, node, count, stops);
  }

  function statementsThen(build: GraphBuilder, state: State, count: number): readonly ValueId[] {
    const inner = random() < 0.5 ? state : statements(build, state, 0);
    return [...Array.from({ length: count }, () => pick(inner.numbers)), ...inner.arrays];
  }

  function after(state: State, node: ReturnType<GraphBuilder["for"]>, count: number, stops: boolean): State {
    const arrays = node.results.slice(count, count + state.arrays.length);
    const numbers = [...state.numbers, ...node.results.slice(0, count)];
    if (random() < 0.4) numbers.push(node.trips);
    const booleans = stops && random() < 0.5 ? [...state.booleans, node.stopped!] : state.booleans;
    return { numbers, booleans, arrays };
  }
}
