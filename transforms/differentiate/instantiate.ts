import { assertNever, present } from "../../src/diagnostics/invariant.ts";
import type { GraphBuilder } from "../../src/ir/builder.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import type { Term } from "../../src/operations/operation.ts";
import { rowOf } from "../../src/operations/table.ts";

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
      const [chosen] = build.if(
        condition,
        () => [instantiate(build, term.then, from)],
        () => [instantiate(build, term.else, from)],
      );
      return present(chosen);
    }
    default:
      return assertNever(term);
  }
}
