/**
 * Loops that are run while the function is lowered, round after round: those that touch by an index, or build, what is known
 * at compile time alone, as an array of objects that the function makes. Their conditions must be known in every round.
 *
 *     const points = [];
 *     for (let k = 0; k < 4; k++) points.push({ x: x[2 * k], y: x[2 * k + 1] });
 */
import { ts } from "ts-morph";
import type { Value } from "./binding.ts";
import type { Context, Target } from "./context.ts";
import { alwaysGoesOn, caught, neverGoesOn } from "./exits.ts";
import { lowerGuarded, withTarget } from "./lower-statement.ts";
import { roundOf } from "./scope.ts";
import { type Location, loopsAround } from "./state.ts";

/** How often the body of one loop is written out; how often where data decides whether there is another round. */
const mostRounds = 64;
const mostGuarded = 8;
/** How many values all that is written out may have, and how many rounds. */
const mostValues = 10_000;
const mostInAll = 512;

export interface UnrolledLoop {
  readonly node: ts.IterationStatement;
  readonly target: Target;
  /** Of `do`: asked after the body for the first time. */
  readonly isTestedLast: boolean;
  readonly condition: () => Value;
  readonly body: () => void;
  readonly update: () => void;
  /** What the header declares: each round has its own. */
  readonly header: readonly Location[];
}

export function lowerUnrolled(context: Context, loop: UnrolledLoop): void {
  const { node, target, condition, isTestedLast } = loop;
  const outer = context.activation;
  const first = context.builder.values.size;
  const round = (k: number, header: readonly Location[], guarded: number): void => {
    context.activation = roundOf(context, outer, header);
    if (k > 0) loop.update();
    const holds = isTestedLast && k === 0 ? undefined : condition();
    if (holds?.kind === "known" && !holds.value) return;
    const isLong = k >= mostRounds || guarded > mostGuarded || ++context.unrolledRounds > mostInAll;
    if (holds?.kind === "scalar" || isLong || context.builder.values.size - first > mostValues) {
      context.isBroken = true;
      // What it asks for may be known once the loops around are run.
      if (holds?.kind === "scalar" && unrollFor(context, 0)) return;
      return context.assumptions.keepLoop(node);
    }
    loop.body();
    const next = [...context.activation.environment.variables.values()].slice(0, header.length);
    if (target.continueCode !== undefined) context.exit = caught(context.exit, [target.continueCode]);
    if (neverGoesOn(context.exit)) return;
    if (alwaysGoesOn(context.exit)) round(k + 1, next, guarded);
    else lowerGuarded(context, () => round(k + 1, next, guarded + 1));
  };
  withTarget(context, { ...target, isBlock: true, labels: [] }, () => round(0, loop.header, 0));
  context.activation = outer;
}

/**
 * Whether what is made at `age` can be followed here once the loops are run that it outlives, or those that count `index`.
 * They are in the next round of the lowering.
 */
export function unrollFor(context: Context, age: number, index?: Value): boolean {
  const counting = index === undefined ? [] : countersIn(context, index);
  const loops = counting.length > 0 ? counting : loopsAround(context.state.frame, age);
  return unrollAll(context, loops);
}

export function unrollAll({ assumptions }: Context, loops: readonly ts.Node[]): boolean {
  const found = loops.filter(
    (loop) => isWrittenOut(loop) && !assumptions.isKept(loop) && !assumptions.isUnrolled(loop),
  );
  if (found.length > 0) assumptions.unroll(found);
  return found.length > 0;
}

function isWrittenOut(loop: ts.Node): boolean {
  return ts.isForStatement(loop) || ts.isWhileStatement(loop) || ts.isDoStatement(loop);
}

/** The loops that count what a number is computed from. */
function countersIn(context: Context, index: Value): readonly ts.Node[] {
  const found = new Set<ts.Node>();
  const seen = new Set<number>();
  const visit = (id: Extract<Value, { kind: "scalar" }>["id"]): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const counted = context.counters.get(id);
    if (counted !== undefined) found.add(counted.node);
    const node = context.definitions.get(id);
    if (node?.kind === "operation") node.operands.forEach(visit);
  };
  if (index.kind === "scalar") visit(index.id);
  return [...found];
}
