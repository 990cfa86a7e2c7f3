/**
 * What is kept at a function that is made within the one at hand: `rotation.invert = …`. A function is told from others that
 * the same expression makes by the variables that it closes over; what it has from outside of a branch or loop it keeps.
 */
import { ts } from "ts-morph";
import { type Environment, type FunctionValue, undefinedValue } from "./binding.ts";
import type { Context } from "./context.ts";
import type { Location } from "./state.ts";

/** Where the member is kept; undefined where nothing was put there yet that could be followed. */
export function functionMember(owner: FunctionValue, name: string): Location | undefined {
  return homeOf(owner)?.members?.get(owner.declaration)?.get(name);
}

/** The same, made where the function was made on this way too. */
export function functionMemberToSet(context: Context, owner: FunctionValue, name: string): Location | undefined {
  const before = functionMember(owner, name);
  const home = homeOf(owner);
  if (before !== undefined || home?.age === undefined || !context.state.isMadeHere(home.age)) return before;
  const made = context.state.create("member", name, undefinedValue);
  home.members ??= new Map();
  const members = home.members.get(owner.declaration) ?? new Map<string, Location>();
  home.members.set(owner.declaration, members.set(name, made));
  return made;
}

/** The variables that tell it apart: a declaration is made once for all rounds of the loops around. */
function homeOf({ declaration, environment, loaded, bound }: FunctionValue): Environment | undefined {
  if (loaded !== undefined || bound !== undefined) return undefined;
  let home = environment;
  if (!ts.isFunctionDeclaration(declaration)) return home;
  while (home?.parent !== undefined && home.parent.owner === home.owner) home = home.parent;
  return home;
}

/** All that is kept at functions that close over these variables. */
export function membersOfFunctions({ members }: Environment): readonly Location[] {
  return [...(members?.values() ?? [])].flatMap((each) => [...each.values()]);
}
