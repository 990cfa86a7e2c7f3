import { assertNever, present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import type { Term } from "../../src/operations/operation.ts";
import { readsOf, rowOf } from "../../src/operations/table.ts";
import { isConstant, mentionsD } from "../../src/operations/terms.ts";

/** Where the primal values of a term come from; each is asked for only when it is read. */
export interface TermOperands {
  readonly operand: (index: number) => ValueId;
  readonly out: () => ValueId;
  readonly d: ValueId;
}

/** Builds the nodes of a term. A `choose` becomes a branch, so the side that is not taken is not evaluated. */
export function instantiate(build: GraphBuilder, term: Term, from: TermOperands): ValueId {
  switch (term.kind) {
    case "operand":
      return from.operand(term.index);
    case "out":
      return from.out();
    case "d":
      return from.d;
    case "constant":
      return build.constant(term.value);
    case "apply": {
      const operands = term.operands.map((operand) => instantiate(build, operand, from));
      return build.operation(term.operation, operands, rowOf(term.operation).result);
    }
    case "choose": {
      const condition = instantiate(build, term.condition, from);
      const isNothing = isConstant(term.then, 0) && mentionsD(term.condition);
      const [chosen] = build.if(
        condition,
        () => [isNothing ? vanishing(build, term, from) : instantiate(build, term.then, from)],
        () => [instantiate(build, term.else, from)],
      );
      return present(chosen);
    }
    default:
      return assertNever(term);
  }
}

/** 0 where nothing comes in, with the derivative that the term has in what comes in: it is linear in that. */
function vanishing(build: GraphBuilder, term: Term, { operand, out, d }: TermOperands): ValueId {
  const reads = readsOf(term);
  const indices = [...reads.operands];
  const places = new Map(indices.map((index, k) => [index, k + 1] as const));
  const moved = (part: Term): Term => {
    switch (part.kind) {
      case "operand":
        return { kind: "operand", index: present(places.get(part.index)) };
      case "out":
        return { kind: "operand", index: places.size + 1 };
      case "apply":
        return { ...part, operands: part.operands.map(moved) };
      case "choose":
        return { ...part, condition: moved(part.condition), then: moved(part.then), else: moved(part.else) };
      default:
        return part;
    }
  };
  const operands = [d, ...indices.map(operand), ...(reads.out ? [out()] : [])];
  const result = build.fresh("number");
  const pullback = operands.map((_, k) => (k === 0 ? moved(term) : undefined));
  build.push({ kind: "operation", operation: "vanish", operands, pullback, result, ...build.place() });
  return result;
}
