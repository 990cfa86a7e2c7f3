import { describe, expect, it } from "vitest";
import type { Argument } from "../src/ir/evaluate.ts";
import type { Graph, GraphNode, ValueId } from "../src/ir/graph.ts";
import { verify } from "../src/ir/verify.ts";
import { regionsOf, walkNodes } from "../src/ir/walk.ts";
import { hoistAllocations } from "../transforms/normalize/hoist-allocations.ts";
import { pruneCarried } from "../transforms/normalize/prune-carried.ts";
import { scalarReplacement } from "../transforms/normalize/scalar-replacement.ts";
import { assignFirstWrites } from "../transforms/optimize/assign-first-writes.ts";
import { cancelFactors } from "../transforms/optimize/cancel-factors.ts";
import { commonSubexpressions } from "../transforms/optimize/common-subexpressions.ts";
import { constantCarried } from "../transforms/optimize/constant-carried.ts";
import { deadCode } from "../transforms/optimize/dead-code.ts";
import { deadStores } from "../transforms/optimize/dead-stores.ts";
import { forwardStores } from "../transforms/optimize/forward-stores.ts";
import { hoistInvariants } from "../transforms/optimize/hoist-invariants.ts";
import { impliedTests } from "../transforms/optimize/implied-tests.ts";
import { runForward } from "../transforms/optimize/run-forward.ts";
import { scalarReductions } from "../transforms/optimize/scalar-reductions.ts";
import { shareReductions } from "../transforms/optimize/share-reductions.ts";
import { simplify } from "../transforms/optimize/simplify.ts";
import { sinkAccumulations } from "../transforms/optimize/sink-accumulations.ts";
import { skipZeroing } from "../transforms/optimize/skip-zeroing.ts";
import { f64, flip, graphOf, newton, pingPong, scalar, squares } from "./hand-built-graphs.ts";
import {
  allocationHandedOn,
  allocationInLoop,
  dense,
  origin,
  outerProduct,
  smallArray,
  usedUp,
  softmax,
} from "./pass-graphs.ts";
import { expectClose, expectSame, kinds, nodesOf, operations } from "./pass-checks.ts";
import { exactPasses } from "./pass-list.ts";

/** Each pass on graphs built by hand: the same results before and after, no fault, and the shape that it promises. */

const loose = simplify({ strictFp: false }).run;
const passes = exactPasses;

const graphs: readonly (readonly [string, Graph, readonly (readonly Argument[])[]])[] = [
  [
    "squares",
    squares(1, false),
    [
      [[1, 2, 3, 4], 0, 4],
      [[1, 2], 1, 1],
      [[1, 2], 2, 0],
    ],
  ],
  ["squares backward", squares(-1, true), [[[1, 2, 3, 4], 3, 0]]],
  [
    "newton",
    newton(),
    [
      [2, 1e-9],
      [0, 1e-9],
      [9, 1],
    ],
  ],
  [
    "ping-pong",
    pingPong(),
    [
      [[0.1, -0.4, 2], 1.5, 3],
      [[0.1], 1.5, 0],
    ],
  ],
  [
    "flip",
    flip(),
    [
      [[1, -2, 3], 1],
      [[1, -2, 3], 0],
    ],
  ],
  [
    "dense",
    dense(),
    [
      [[1, 2, 3, 4, 5, 6, 7], [0.5, -1, 2], 2, 3],
      [[1], [2], 0, 1],
    ],
  ],
  [
    "outer product",
    outerProduct(),
    [
      [
        [1, 2],
        [3, 4, 5],
        [9, 9, 9, 9, 9, 9, 9, 9],
      ],
    ],
  ],
  [
    "allocation in a loop",
    allocationInLoop(),
    [
      [[1, 2, 3], 4],
      [[1, 2, 3], 0],
    ],
  ],
  [
    "allocation handed on",
    allocationHandedOn(),
    [
      [[1, 2, 3], 4],
      [[1, 2, 3], 0],
    ],
  ],
];

describe.each(graphs)("%s", (_, graph, inputs) => {
  const isPlain = verify(graph).length === 0;
  it.each(Object.keys(passes))("%s keeps what it computes", (name) => {
    if (!isPlain && name !== "hoistAllocations") return;
    expectSame(graph, passes[name]!(graph), inputs);
  });
  it("all passes, twice", () => {
    let current = graph;
    for (let round = 0; round < 2; round++) {
      for (const pass of Object.values(passes)) {
        const next = pass(current);
        expectSame(graph, next, inputs);
        current = next;
      }
    }
  });
});

describe("commonSubexpressions", () => {
  it("merges what is equal, branches too, and keeps a name", () => {
    const graph = graphOf({ a: f64, x: "number" }, (b, { a, x }) => {
      const relu = (name: string | undefined) =>
        b.if(
          b.operation("gt", [x!, b.constant(0)], "boolean"),
          () => [b.load(a!, b.constant(1))],
          () => [x!],
          [name],
        )[0]!;
      return { returned: scalar(b.operation("mul", [relu(undefined), relu("y")])) };
    });
    const merged = commonSubexpressions(graph);
    expectSame(graph, merged, [
      [[1, 2], 3],
      [[1, 2], -3],
    ]);
    expect(kinds(merged).filter((kind) => kind === "if")).toHaveLength(1);
    expect([...merged.values.values()].filter((info) => info.name === "y").length).toBeGreaterThan(0);
  });

  it("does not take a value out of a branch", () => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      const positive = b.operation("gt", [x!, b.constant(0)], "boolean");
      const [y] = b.if(
        positive,
        () => [b.operation("exp", [x!])],
        () => [x!],
      );
      return { returned: scalar(b.operation("add", [y!, b.operation("exp", [x!])])) };
    });
    expectSame(graph, commonSubexpressions(graph), [[1], [-1]]);
  });
});

describe("deadCode", () => {
  it("removes an array that is stored to and never read, with what it alone needs", () => {
    const graph = graphOf({ a: f64 }, (b, { a }) => {
      const n = b.length(a!);
      const kept = b.allocate("f64", n, { kind: "stash", note: "h" }, false);
      const zero = b.constant(0);
      const loop = b.for({ start: zero, bound: n, step: 1, inclusive: false }, [zero, kept], (i, [sum, stash]) => {
        const x = b.load(a!, i);
        return [b.operation("add", [sum!, x]), b.store(stash!, i, b.operation("exp", [x]))];
      });
      return { returned: scalar(loop.results[0]!) };
    });
    const live = deadCode(graph);
    expectSame(graph, live, [[[1, 2, 3]]]);
    expect(kinds(live)).not.toContain("allocate");
    expect(operations(live)).toEqual(["add"]);
  });

  it("keeps a loop that may throw", () => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      const zero = b.constant(0);
      b.for({ start: zero, bound: x!, step: 1, inclusive: false }, [], () => {
        b.if(
          b.operation("gt", [x!, b.constant(3)], "boolean"),
          () => {
            b.push({ kind: "throw", errorClass: "RangeError", parts: ["too large"] });
            return [];
          },
          () => [],
        );
        return [];
      });
      return { returned: scalar(x!) };
    });
    expect(kinds(deadCode(graph))).toContain("throw");
  });
});

describe("hoistInvariants", () => {
  it("moves what a nest does not change to the outermost place, and leaves index arithmetic", () => {
    const graph = graphOf({ W: f64, x: "number", n: "number" }, (b, { W, x, n }) => {
      const zero = b.constant(0);
      const outer = b.for({ start: zero, bound: n!, step: 1, inclusive: false }, [zero], (i, [total]) => {
        const inner = b.for({ start: zero, bound: n!, step: 1, inclusive: false }, [total!], (j, [sum]) => {
          const scale = b.operation("exp", [b.operation("neg", [x!])]);
          const w = b.load(W!, b.operation("add", [b.operation("mul", [i, n!]), j]));
          return [b.operation("add", [sum!, b.operation("mul", [scale, w])])];
        });
        return [inner.results[0]!];
      });
      return { returned: scalar(outer.results[0]!) };
    });
    const hoisted = hoistInvariants(graph);
    expectSame(graph, hoisted, [[[1, 2, 3, 4], 0.5, 2]]);
    const top = hoisted.body.nodes.filter((node) => node.kind === "operation").map((node) => node.operation);
    expect(top).toEqual(["neg", "exp"]);
    expect(operations(hoisted)).toEqual(["neg", "exp", "mul", "add", "mul", "add"]);
  });
});

describe("forwardStores", () => {
  it("gives the stored value, and drops what is overwritten", () => {
    const graph = graphOf({ a: f64, x: "number" }, (b, { a, x }) => {
      const zero = b.constant(0);
      const one = b.constant(1);
      const first = b.store(a!, zero, x!);
      const second = b.store(first, one, b.load(first, zero));
      const third = b.store(second, zero, b.operation("exp", [x!]));
      return { returned: scalar(b.load(third, one)), final: { a: third } };
    });
    const forwarded = forwardStores(graph);
    expectSame(graph, forwarded, [[[1, 2], 3]]);
    expect(kinds(forwarded).filter((kind) => kind === "load")).toEqual([]);
    expect(kinds(forwarded).filter((kind) => kind === "store")).toHaveLength(2);
  });

  it("rounds what a float32 array would round", () => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      const one = b.constant(1);
      const array = b.store(b.allocate("f32", one, { kind: "local" }, true), b.constant(0), x!);
      return { returned: scalar(b.load(array, b.constant(0))) };
    });
    const forwarded = forwardStores(graph);
    expectSame(graph, forwarded, [[0.1], [1 / 3]]);
    expect(operations(forwarded)).toEqual(["fround"]);
  });
});

describe("scalarReductions", () => {
  it("keeps an entry in a scalar throughout a loop", () => {
    const reduced = scalarReductions(dense());
    const inner: GraphNode[] = [];
    walkNodes(reduced.body, (node) => {
      if (node.kind === "for") inner.push(node);
    });
    const last = inner.at(-1)!;
    expect(regionsOf(last).flatMap((region) => region.nodes.map((node) => node.kind))).not.toContain("store");
  });
});

describe("assignFirstWrites and skipZeroing", () => {
  it("assign an outer product, and zero only what it does not reach", () => {
    const graph = outerProduct();
    const assigned = deadCode(loose(assignFirstWrites(graph)));
    expect(operations(assigned).filter((name) => name === "add")).toHaveLength(1); // of the index
    const skipped = skipZeroing(assigned);
    expectSame(graph, skipped, [
      [
        [1, 2],
        [3, 4, 5],
        [9, 9, 9, 9, 9, 9, 9, 9],
      ],
    ]);
    let filled = 0;
    walkNodes(skipped.body, (node) => {
      if (node.kind === "allocate" && node.filled) filled++;
    });
    expect(filled).toBe(0);
    expect(kinds(skipped).filter((kind) => kind === "for")).toHaveLength(3);
  });

  it("leave a sum that several iterations add to", () => {
    const graph = graphOf({ x: f64, n: "number" }, (b, { x, n }) => {
      const zero = b.constant(0);
      const length = b.length(x!);
      b.reversing(origin);
      const gradient = b.allocate("f64", length, { kind: "gradient", parameter: 0 }, true);
      const every = { start: zero, bound: length, step: 1, inclusive: false };
      const loop = b.for({ ...every, bound: n! }, [gradient], (t, [outer]) => [
        b.for(every, [outer!], (i, [inner]) => [
          b.store(inner!, i, b.operation("add", [b.load(inner!, i), b.operation("mul", [t, b.load(x!, i)])])),
        ]).results[0]!,
      ]);
      return { returned: { kind: "array", value: loop.results[0]!, element: "f64", length } };
    });
    const assigned = skipZeroing(loose(assignFirstWrites(graph)));
    expectSame(graph, assigned, [
      [[1, 2, 3], 4],
      [[1, 2, 3], 0],
    ]);
    expect(operations(assigned)).toEqual(["mul", "add"]);
  });
});

describe("deadStores", () => {
  it("leaves out zeros that the next step overwrites, once that assigns", () => {
    const graph = usedUp();
    const inputs = [
      [[1, 2, 3], 4],
      [[1], 0],
      [[], 2],
    ];
    expectSame(graph, deadStores(graph), inputs);
    expect(kinds(deadStores(graph)).filter((kind) => kind === "store")).toHaveLength(2);
    const assigned = deadStores(loose(assignFirstWrites(graph)));
    expectSame(graph, assigned, inputs);
    expect(operations(assigned)).toEqual(["mul", "mul", "add"]);
    expect(kinds(assigned).filter((kind) => kind === "store")).toHaveLength(1);
  });
});

describe("the gradient of a softmax", () => {
  const inputs = [
    [[1, 2, 0.5], 1],
    [[0.25], 0],
    [[-3, 4, 4, 900], 2],
  ];

  it("comes out as probabilities minus one-hot", () => {
    let graph = softmax();
    const stages = [
      ...[commonSubexpressions, loose, shareReductions, cancelFactors, loose, constantCarried, loose, pruneCarried],
      ...[
        sinkAccumulations,
        forwardStores,
        pruneCarried,
        deadCode,
        assignFirstWrites,
        loose,
        skipZeroing,
        runForward({ strictFp: false }).run,
        deadCode,
      ],
    ];
    for (const stage of stages) {
      graph = stage(graph);
      expectClose(softmax(), graph, inputs);
    }
    const derivative = nodesOf(graph.body).filter((node) => node.origin !== undefined);
    expect(derivative.flatMap((node) => (node.kind === "operation" ? [node.operation] : []))).toEqual(
      ["div", "sub", "exp", "mul", "add"], // dsum * exp(z[k] - largest), and the addition of -1
    );
    expect(derivative.filter((node) => node.kind === "for")).toMatchObject([{ step: 1, inclusive: false }]);
    expect(derivative.filter((node) => node.kind === "allocate")).toMatchObject([{ filled: false }]);
  });

  it("keeps its summation order under strict floating point", () => {
    const turned = runForward({ strictFp: true }).run(softmax());
    const loops = nodesOf(turned.body).filter((node) => node.kind === "for" && node.origin !== undefined);
    expect(loops).toMatchObject([{ step: -1 }, { step: -1 }]);
  });
});

describe("hoistAllocations", () => {
  it("leaves none in a loop", () => {
    for (const graph of [allocationInLoop(), allocationHandedOn()]) {
      const hoisted = hoistAllocations(graph);
      expect(verify(hoisted)).toEqual([]);
      walkNodes(hoisted.body, (node, region) => {
        if (node.kind === "allocate") expect(region).toBe(hoisted.body);
      });
    }
  });
});

describe("scalarReplacement", () => {
  it("carries the entries of a small array one by one", () => {
    const graph = smallArray();
    const replaced = scalarReplacement(graph);
    expectSame(graph, replaced, [
      [[1, 2, 3], 0.5],
      [[], 2],
      [[4, -3], -1],
    ]);
    expect(kinds(replaced).filter((kind) => /allocate|store/.test(kind))).toEqual([]);
  });
});

describe("impliedTests", () => {
  it("folds what an enclosing test, or the test before it, decides", () => {
    const graph = graphOf({ x: "number" }, (b, { x }) => {
      const [zero, one, two] = [b.constant(0), b.constant(1), b.constant(2)];
      const test = (operation: string, value: ValueId) => b.operation(operation, [x!, value], "boolean");
      const choose = (condition: ValueId, value: number) =>
        b.if(
          condition,
          () => [b.constant(value)],
          () => [b.constant(-value)],
        );
      const isOne = test("eq", one);
      const outer = b.if(
        isOne,
        () => choose(test("ne", two), 3),
        () => choose(test("ne", two), 5),
      );
      const other = choose(b.operation("and", [isOne, test("eq", zero)], "boolean"), 7);
      return { returned: { kind: "tuple", entries: [...outer, ...other].map(scalar) } };
    });
    const folded = impliedTests(graph);
    expectSame(graph, folded, [[0], [1], [2]]);
    expect(operations(folded).filter((name) => name === "ne")).toHaveLength(1);
    expect(operations(loose(folded)).filter((name) => name === "and")).toEqual([]);
  });
});

describe("pruneCarried", () => {
  it("takes out what a nest passes through", () => {
    const graph = graphOf({ x: "number", n: "number" }, (b, { x, n }) => {
      const zero = b.constant(0);
      const range = { start: zero, bound: n!, step: 1, inclusive: false };
      const loop = b.for(range, [x!, zero], (_, [kept, sum]) => {
        const inner = b.for(range, [kept!, sum!], (i, [same, total]) => [
          same!,
          b.operation("add", [total!, b.operation("mul", [same!, i])]),
        ]);
        return [inner.results[0]!, inner.results[1]!];
      });
      return { returned: { kind: "tuple", entries: loop.results.map(scalar) } };
    });
    const pruned = pruneCarried(graph);
    expectSame(graph, pruned, [[3, 4]]);
    walkNodes(pruned.body, (node) => {
      if (node.kind === "for") expect(node.inits).toHaveLength(1);
    });
  });
});

it("takes time in proportion to the size of a straight line", () => {
  const long = (size: number) =>
    graphOf({ a: f64, x: "number" }, (b, { a, x }) => {
      let current = x!;
      let array = a!;
      b.reversing(origin);
      for (let k = 0; k < size; k++) {
        const index = b.constant(k % 50);
        current = b.operation("add", [b.operation("mul", [current, b.constant(1 + (k % 7))]), b.load(array, index)]);
        array = b.store(array, index, b.operation("neg", [current]));
      }
      return { returned: scalar(current), final: { a: array } };
    });
  for (const [name, pass] of Object.entries(passes)) {
    const graph = long(5000);
    // Processor time: what else the machine does is not the pass's doing.
    const start = process.cpuUsage();
    pass(graph);
    const { user } = process.cpuUsage(start);
    expect(user / 1000, name).toBeLessThan(2000);
  }
});
