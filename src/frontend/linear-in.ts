/**
 * Whether what some nodes compute is linear in a few numbers that they read: then it can be computed for 1, and what it is for
 * another number is a multiple. What is not seen to be linear counts as not.
 */
import { present } from "../diagnostics/invariant.ts";
import type { GraphNode, LoopNode, OperationNode, Region, ValueId } from "../ir/graph.ts";
import { carriedOf, indexOf, nextOf, resultsOf, walkNodes } from "../ir/walk.ts";

/**
 * How a value depends on them: `linear`, 0 included; `other` in any other way. Of a value that does not depend on them
 * it is said whether it is 0 in any case (`zero`) or may be another number (`constant`).
 */
export type Dependence = "zero" | "constant" | "linear" | "other";

/** `constantOf` says of what is defined elsewhere which constant it is. */
export function dependences(
  nodes: readonly GraphNode[],
  numbers: ReadonlySet<ValueId>,
  constantOf: (value: ValueId) => number | boolean | undefined,
): (value: ValueId) => Dependence {
  const found = new Map<ValueId, Dependence>();
  /** Whether they decide what is thrown. */
  let decidesThrow = false;
  const of = (value: ValueId): Dependence => {
    if (decidesThrow) return "other";
    if (numbers.has(value)) return "linear";
    return found.get(value) ?? (constantOf(value) === 0 ? "zero" : "constant");
  };
  const set = (value: ValueId, dependence: Dependence): boolean => {
    const before = found.get(value);
    const after = before === undefined ? dependence : joined(before, dependence);
    found.set(value, after);
    return after !== before;
  };
  const ofAll = (values: readonly ValueId[]): Dependence => {
    return values.some((value) => isVaried(of(value))) ? "other" : "constant";
  };
  const visit = (node: GraphNode): void => {
    switch (node.kind) {
      case "constant":
        if (!numbers.has(node.result)) set(node.result, node.value === 0 ? "zero" : "constant");
        return;
      case "operation":
        set(node.result, ofOperation(node, of));
        return;
      case "load":
        set(node.result, isVaried(of(node.index)) ? "other" : of(node.array));
        return;
      case "store": {
        const kept = joined(of(node.array), of(node.value));
        set(node.result, isVaried(of(node.index)) ? "other" : kept);
        return;
      }
      case "allocate":
        set(node.result, isVaried(of(node.length)) ? "other" : "zero");
        return;
      case "grow":
        set(node.result, isVaried(of(node.length)) ? "other" : of(node.array));
        return;
      case "if": {
        run(node.then);
        run(node.else);
        const isChosen = isVaried(of(node.condition));
        if (isChosen && [node.then, node.else].some(throws)) decidesThrow = true;
        node.results.forEach((result, k) => {
          const sides = joined(of(present(node.then.yields[k])), of(present(node.else.yields[k])));
          set(result, isChosen ? "other" : sides);
        });
        return;
      }
      case "for":
      case "while":
        return ofLoop(node);
      case "call":
        node.results.forEach((result) => set(result, ofAll(node.operands)));
        return;
      default:
        resultsOf(node).forEach((result) => set(result, "constant"));
    }
  };
  const run = (region: Region): void => region.nodes.forEach(visit);
  const ofLoop = (loop: LoopNode): void => {
    const bounds = loop.kind === "for" ? [loop.start, loop.bound] : [];
    set(indexOf(loop), ofAll(bounds));
    const next = nextOf(loop);
    const carried = carriedOf(loop);
    const tested = loop.kind === "while" ? loop.condition.arguments : [];
    for (let changed = true; changed;) {
      changed = false;
      carried.forEach((argument, k) => {
        const init = of(present(loop.inits[k]));
        for (const each of [argument, tested[k]]) if (each !== undefined && set(each, init)) changed = true;
      });
      if (loop.kind === "while") run(loop.condition);
      run(loop.body);
      const decides = [
        ...bounds,
        ...(loop.kind === "while" ? loop.condition.yields : []),
        ...(loop.stops ? loop.body.yields.slice(0, 1) : []),
      ];
      const isDecided = decides.some((value) => isVaried(of(value)));
      carried.forEach((argument, k) => {
        const after = isDecided ? "other" : of(present(next[k]));
        for (const each of [argument, tested[k]]) if (each !== undefined && set(each, after)) changed = true;
      });
    }
    loop.results.forEach((result, k) => set(result, of(present(carried[k]))));
    set(loop.trips, "constant");
    if (loop.stopped !== undefined) set(loop.stopped, "constant");
  };
  nodes.forEach(visit);
  return of;
}

function throws(region: Region): boolean {
  let found = false;
  walkNodes(region, ({ kind }) => void (found ||= kind === "throw"));
  return found;
}

function ofOperation({ operation, operands }: OperationNode, of: (value: ValueId) => Dependence): Dependence {
  const all = operands.map(of);
  if (!all.some(isVaried)) {
    return operation === "neg" && all[0] === "zero" ? "zero" : "constant";
  }
  const [x = "other", y = "other"] = all;
  switch (operation) {
    case "neg":
    case "fround":
      return x;
    case "add":
    case "sub":
      return joined(x, y);
    case "mul":
      return isVaried(x) && isVaried(y) ? "other" : joinedWithOther(x, y);
    case "div":
      return isVaried(y) ? "other" : x;
    default:
      return "other";
  }
}

/** A product of what is linear and what is constant. */
function joinedWithOther(x: Dependence, y: Dependence): Dependence {
  return x === "other" || y === "other" ? "other" : "linear";
}

function isVaried(dependence: Dependence): boolean {
  return dependence === "linear" || dependence === "other";
}

/** Of one thing or another, and of their sum. */
function joined(x: Dependence, y: Dependence): Dependence {
  if (x === y) return x;
  if (x === "zero") return y;
  if (y === "zero") return x;
  return "other";
}
