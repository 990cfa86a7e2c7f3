/** By which calls the lowering has come to where it is: a function that is inlined twice makes two arrays at one place. */
import type { ts } from "ts-morph";
import type { Activation, Context } from "./context.ts";

export function wayTo({ activation, assumptions }: Context, node: ts.Node): string {
  const way = [node];
  for (let at: Activation | undefined = activation; at !== undefined; at = at.caller) {
    if (at.call !== undefined) way.push(at.call);
  }
  return way.map((each) => assumptions.numberOf(each)).join(" ");
}
