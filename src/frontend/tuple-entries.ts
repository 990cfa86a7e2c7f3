/**
 * Entries of tuples that may lack their last ones, `[number, number?]`: how many there are is asked when it runs. What goes
 * through all of them has to know; where it does not ask, it is refused.
 */
import type { ts } from "ts-morph";
import { hasMember } from "./added-members.ts";
import { type Aggregate, type Binding, known, poison, type Value } from "./binding.ts";
import { branch } from "./branch.ts";
import type { Context } from "./context.ts";
import { quoted } from "./emit.ts";

/** Whether each entry is there, in order; undefined where that cannot be told. */
export function presenceOfEntries(context: Context, { cell }: Aggregate): readonly (Value | undefined)[] {
  return [...cell.members].map(([name, member]) => hasMember(context, cell.mayLack, name, context.state.read(member)));
}

/** `w.length` */
export function lengthOfTuple(context: Context, tuple: Aggregate, node: ts.Node): Binding {
  const { mayLack, members } = tuple.cell;
  if (mayLack === undefined || mayLack.size === 0) return known(members.size);
  const isAsItWas = [...mayLack].every(([name, { of }]) => {
    const member = members.get(name);
    return of !== undefined && member !== undefined && context.state.read(member) === of;
  });
  const [first] = mayLack.values();
  if (isAsItWas && first?.count !== undefined) return first.count();
  return presenceOfEntries(context, tuple).reduce<Binding>((count, isThere, k) => {
    if (isThere === undefined) return refuseLacking(context, node);
    return branch(
      context,
      isThere,
      () => known(k + 1),
      () => count,
    );
  }, known(0));
}

/** All entries of a tuple, where there are no others than these. */
export function allEntries(context: Context, { cell }: Aggregate, node: ts.Node): readonly Binding[] {
  if ((cell.mayLack?.size ?? 0) > 0) refuseLacking(context, node);
  return [...cell.members.values()].map((member) => context.state.read(member));
}

export function refuseLacking(context: Context, node: ts.Node): Binding {
  const hint = "name the entries: const [a, b = 0] = pair";
  context.reporter.report("ADJ2014", node, { what: `${quoted(node)} of a tuple that may lack entries` }, hint);
  return poison;
}
