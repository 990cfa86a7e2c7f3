/**
 * A branch that asks whether a tangent or adjoint is 0, so that 0 times infinity is 0 and not NaN: as a map of that number,
 * to be applied to each direction of it.
 *
 *   d === 0 && root === 0 ? 0 : d / (2 * root)
 */
import { present } from "../../../src/diagnostics/invariant.ts";
import type { GraphNode, IfNode, OperationNode, Region, ValueId } from "../../../src/ir/graph.ts";
import { mapNode, operandsOf, regionsOf, renameResults, resultsOf } from "../../../src/ir/walk.ts";
import type { DirectionsContext } from "./state.ts";

export interface Guard {
  /** The number that it is a map of. */
  readonly of: ValueId;
  /** What the branch gives where the number is this. */
  readonly build: (value: ValueId) => readonly ValueId[];
}

export class GuardedBranches {
  readonly #context: Pick<DirectionsContext, "build" | "isDirectional">;
  /** What the conditions are made of. */
  readonly #tests = new Map<ValueId, OperationNode>();

  constructor(context: Pick<DirectionsContext, "build" | "isDirectional">) {
    this.#context = context;
  }

  /** Takes a comparison, or what joins some. */
  note(node: OperationNode): boolean {
    const isTest = this.#context.build.typeOf(node.result) === "boolean";
    if (isTest) this.#tests.set(node.result, node);
    return isTest;
  }

  /** None where it is a map of several numbers, or of more than operations. */
  of(node: IfNode): Guard | undefined {
    const numbers = new Set<ValueId>();
    const tests: OperationNode[] = [];
    let isMap = true;
    const ask = (value: ValueId, own: ReadonlySet<ValueId>): void => {
      if (own.has(value) || !this.#context.isDirectional(value)) return;
      const test = this.#tests.get(value);
      if (test === undefined) numbers.add(value);
      else if (!tests.includes(test)) {
        test.operands.forEach((operand) => ask(operand, own));
        tests.push(test);
      }
    };
    const visit = (each: GraphNode, own: Set<ValueId>): void => {
      if (each.kind !== "operation" && each.kind !== "constant" && each.kind !== "if") isMap = false;
      operandsOf(each).forEach((value) => ask(value, own));
      for (const region of regionsOf(each)) {
        region.nodes.forEach((inner) => visit(inner, own));
        region.yields.forEach((value) => ask(value, own));
      }
      resultsOf(each).forEach((value) => own.add(value));
    };
    visit(node, new Set());
    const [of, ...others] = numbers;
    if (!isMap || of === undefined || others.length > 0) return undefined;
    return { of, build: (value) => this.#again(node, tests, of, value) };
  }

  #again(node: IfNode, tests: readonly OperationNode[], of: ValueId, value: ValueId): readonly ValueId[] {
    const { build } = this.#context;
    const renamed = new Map([[of, value]]);
    const resolve = (each: ValueId): ValueId => renamed.get(each) ?? each;
    const fresh = (each: ValueId): ValueId => {
      const twin = build.twin(each);
      renamed.set(each, twin);
      return twin;
    };
    const inRegion = (region: Region): Region => {
      const nodes = region.nodes.map(copy);
      return { arguments: [], nodes, yields: region.yields.map(resolve) };
    };
    const copy = (each: GraphNode): GraphNode => renameResults(mapNode(each, resolve, inRegion), fresh);
    tests.forEach((test) => build.push(copy(test)));
    build.push(copy(node));
    return node.results.map((result) => present(renamed.get(result)));
  }
}
