/**
 * Which calls are inlined: all, but those of functions that call themselves, and those of large functions that are called
 * at more than one place, so that the code grows with the source and not with the number of ways through it. What a large
 * function is given may have no form in which it can be handed over; then it is inlined all the same.
 */
import type { ts } from "ts-morph";
import { type Binding, type Environment, type FunctionNode, type FunctionValue, poison } from "./binding.ts";
import { callFunction } from "./call-function.ts";
import type { Activation, Context } from "./context.ts";
import { checkpointOn } from "./function-marks.ts";

/** How many values of the graph a function may make that is inlined at more than one place. */
export const inlineLimit = 400;

/** The next limit to try where something was refused: what a call hides may be seen where it is inlined. */
export function largerLimit(limit: number): number | undefined {
  return [inlineLimit, 20 * inlineLimit].find((larger) => larger > limit);
}

/** How often each function was inlined, and how large it was. */
export class Inlinings {
  readonly #found = new Map<FunctionNode, { readonly sites: Set<ts.Node>; size: number }>();

  note(declaration: FunctionNode, site: ts.Node, size: number): void {
    const known = this.#found.get(declaration) ?? { sites: new Set(), size: 0 };
    known.sites.add(site);
    known.size = Math.max(known.size, size);
    this.#found.set(declaration, known);
  }

  /** Whether another copy of the function would be one too many. */
  isTooLarge(declaration: FunctionNode, site: ts.Node, limit: number): boolean {
    const { sites, size } = this.#found.get(declaration) ?? { sites: new Set(), size: 0 };
    return size > limit && !(sites.size === 1 && sites.has(site));
  }
}

/**
 * Whether a function that stands among its own callers (`open`, the innermost first) is there each time with other variables
 * around it, which were made before the first of these calls: `compose(f, compose(g, h))`. They are so many and no more, so
 * that the calls end.
 */
export function isOneOfSeveral(target: FunctionValue, open: readonly Activation[]): boolean {
  const environment = environmentAround(target);
  const first = open.at(-1);
  if (environment === undefined || first === undefined) return false;
  const { age, scope } = environment;
  const isOlder = scope !== undefined || (age !== undefined && age < (first.environment.age ?? 0));
  return isOlder && open.every((each) => environmentAround(each) !== environment);
}

/** The variables around the function; those of its loops are its own, and so is its name. */
function environmentAround({ declaration, environment }: Activation | FunctionValue): Environment | undefined {
  let at: Environment | undefined = environment;
  while (at?.owner === declaration) at = at?.parent;
  return at;
}

/** The call of a large function, or of one that is marked `@checkpoint`; undefined where it must be inlined. */
export function callLarge(
  context: Context,
  target: FunctionValue,
  values: readonly Binding[],
  node: ts.Node,
): Binding | undefined {
  const { assumptions, calls, reporter } = context;
  const { declaration } = target;
  if (assumptions.mustInline(declaration)) return undefined;
  if (!assumptions.isLarge(declaration) && checkpointOn(declaration) === undefined) {
    if (!calls.inlinings.isTooLarge(declaration, node, assumptions.inlineLimit)) return undefined;
    assumptions.noteLarge(declaration);
  }
  const said = reporter.diagnostics.length;
  const result = callFunction(context, target, values, node);
  if (reporter.diagnostics.length === said) return result;
  assumptions.noteMustInline(declaration);
  context.isBroken = true;
  return poison;
}
