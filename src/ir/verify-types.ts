import { assertNever, present } from "../diagnostics/invariant.ts";
import { isOperationName, rowOf } from "../operations/table.ts";
import { depthOf } from "./nested.ts";
import { rowCallOf } from "./row-calls.ts";
import type { CallNode, Graph, GraphNode, LoopNode, OperationNode, Region, ValueId, ValueType } from "./graph.ts";
import { carriedOf, changedBy, indexOf, nextOf, scalarsOf, walkNodes } from "./walk.ts";

/** Faults of types and of the shapes of loops and branches, in a graph whose scopes are sound; see verify.ts. */
export function typeFaults(
  graph: Graph,
  functions: ReadonlyMap<string, Graph> = graph.functions ?? new Map(),
): readonly string[] {
  const faults: string[] = [];
  const typeOf = (id: ValueId): ValueType => present(graph.values.get(id)).type;
  const expect = (id: ValueId, type: ValueType, what: string): void => {
    if (!sameType(typeOf(id), type))
      faults.push(`${what}: value ${id} is ${typeText(typeOf(id))}, not ${typeText(type)}`);
  };
  const expectArray = (id: ValueId, what: string): void => {
    if (typeof typeOf(id) !== "object") faults.push(`${what}: value ${id} is ${typeText(typeOf(id))}, not an array`);
  };
  const expectScalar = (id: ValueId, what: string): void => {
    if (typeof typeOf(id) === "object") faults.push(`${what}: value ${id} is an array`);
  };
  const expectAll = (ids: readonly ValueId[], like: readonly ValueId[], what: string): void => {
    if (ids.length !== like.length) faults.push(`${what}: ${ids.length} values, not ${like.length}`);
    else ids.forEach((id, k) => expect(id, typeOf(like[k]!), what));
  };

  const visit = (node: GraphNode): void => {
    switch (node.kind) {
      case "constant":
        return expect(node.result, typeof node.value === "number" ? "number" : "boolean", "constant");
      case "opaque":
        return expectScalar(node.result, "opaque");
      case "table":
      case "allocate":
        if (node.kind === "allocate") expect(node.length, "number", "length of allocate");
        return expectAllocated(node);
      case "length":
        expectArray(node.array, "length");
        if (node.at !== undefined) expect(node.at, "number", "row of length");
        return expect(node.result, "number", "length");
      case "load":
        expectArray(node.array, "load");
        expect(node.index, "number", "index of load");
        return expect(node.result, "number", "load");
      case "store":
        expectArray(node.array, "store");
        expect(node.index, "number", "index of store");
        expect(node.value, "number", "stored value");
        return expect(node.result, typeOf(node.array), "store");
      case "grow":
        expectArray(node.array, "grow");
        expect(node.length, "number", "length of grow");
        return expect(node.result, typeOf(node.array), "grow");
      case "throw":
        node.parts.forEach((part) => typeof part !== "string" && expectScalar(part, "part of throw"));
        return;
      case "call":
        return visitCall(node);
      case "push":
      case "pop":
        return;
      case "operation":
        return visitOperation(node);
      case "if":
        expect(node.condition, "boolean", "condition of if");
        expectAll(node.then.yields, node.results, "then of if");
        expectAll(node.else.yields, node.results, "else of if");
        if (node.then.arguments.length + node.else.arguments.length > 0) faults.push("a region of if has arguments");
        return;
      case "for":
        expect(node.start, "number", "start of for");
        expect(node.bound, "number", "bound of for");
        if (node.step === 0 || !Number.isFinite(node.step)) faults.push(`step of for is ${node.step}`);
        return visitLoop(node);
      case "while":
        expectAll(node.condition.arguments, node.inits, "arguments of the condition of while");
        if (node.condition.yields.length !== 1) faults.push("the condition of while yields one value");
        else expect(node.condition.yields[0]!, "boolean", "condition of while");
        if (!isPure(node.condition)) faults.push("the condition of while is not pure");
        return visitLoop(node);
      default:
        return assertNever(node);
    }
  };

  const expectAllocated = (node: Extract<GraphNode, { kind: "table" | "allocate" }>): void => {
    const like = node.kind === "allocate" && node.like !== undefined ? graph.parameters[node.like]?.type : undefined;
    const depth = like === undefined ? 1 : depthOf(like);
    const type = typeOf(node.result);
    if (typeof type !== "object" || type.element !== node.element || depthOf(type) !== depth) {
      faults.push(`${node.kind}: value ${node.result} is ${typeText(type)}, not ${node.element} in ${depth} layers`);
    }
  };

  const visitCall = (node: CallNode): void => {
    changedBy(node).forEach(({ array, next }) => {
      expectArray(array, "array that a call writes");
      expect(next, typeOf(array), "array that a call has written");
    });
    const callee = functions.get(node.callee);
    if (rowCallOf(node.callee) !== undefined) return;
    if (callee === undefined) {
      faults.push(`no function is called ${node.callee}`);
      return;
    }
    if (callee.parameters.length !== node.operands.length) {
      faults.push(`${node.callee} takes ${callee.parameters.length} operands, not ${node.operands.length}`);
      return;
    }
    callee.parameters.forEach(({ type, written }, k) => {
      expect(present(node.operands[k]), type, `operand ${k} of ${node.callee}`);
      if (written !== node.written.includes(k)) faults.push(`operand ${k} of ${node.callee}: written or not`);
    });
    const given = callee.returned.kind === "tuple" ? callee.returned.entries : [];
    const scalars = scalarsOf(node);
    if (given.length !== scalars.length) faults.push(`${node.callee} gives ${given.length} results`);
    scalars.forEach((id, k) => {
      const output = given[k];
      const type = output?.kind === "scalar" ? callee.values.get(output.value)?.type : undefined;
      if (type !== undefined) expect(id, type, `result ${k} of ${node.callee}`);
    });
  };

  const visitOperation = (node: OperationNode): void => {
    if (!isOperationName(node.operation)) {
      faults.push(`no operation is called ${node.operation}`);
      return;
    }
    const row = rowOf(node.operation);
    const count = node.operands.length;
    if (row.arity === "variadic" ? count < 2 : count !== row.arity) {
      faults.push(`${node.operation} takes ${row.arity} operands, not ${count}`);
    }
    node.operands.forEach((id) => expect(id, row.operands, `operand of ${node.operation}`));
    expect(node.result, row.result, node.operation);
  };

  const visitLoop = (node: LoopNode): void => {
    if (node.body.arguments.length === 0) faults.push(`the body of ${node.kind} has no index`);
    else expect(indexOf(node), "number", `index of ${node.kind}`);
    expectAll(carriedOf(node), node.inits, `carried by ${node.kind}`);
    expectAll(nextOf(node), node.inits, `yielded by ${node.kind}`);
    expectAll(node.results, node.inits, `results of ${node.kind}`);
    expect(node.trips, "number", "trips");
    if (node.stops !== (node.stopped !== undefined)) faults.push(`stopped of ${node.kind} goes with stops`);
    if (node.stopped !== undefined) expect(node.stopped, "boolean", "stopped");
    if (node.stops && node.body.yields.length > 0) expect(node.body.yields[0]!, "boolean", "the flag that stops");
  };

  graph.parameters.forEach(({ value, type }, k) => expect(value, type, `parameter ${k}`));
  walkNodes(graph.body, visit);
  return faults;
}

export function sameType(x: ValueType, y: ValueType): boolean {
  if (typeof x !== "object" || typeof y !== "object") return x === y;
  return x.element === y.element && depthOf(x) === depthOf(y);
}

export function typeText(type: ValueType): string {
  return typeof type === "object" ? `${type.element}${"[]".repeat(depthOf(type))}` : type;
}

function isPure(region: Region): boolean {
  let pure = true;
  walkNodes(region, (node) => {
    if (node.kind === "store" || node.kind === "grow" || node.kind === "throw" || node.kind === "call") pure = false;
  });
  return pure;
}
