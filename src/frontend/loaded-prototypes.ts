/**
 * Prototypes of functions and classes that a package makes, as they are after the load: whatever has put something into
 * them, statements beside the function, a helper of a compiler, or a loop over a table of methods.
 */
import { ts } from "ts-morph";
import type { ClassValue, FunctionValue, Inherited, Prototype } from "./binding.ts";
import { prototypeOf } from "./classes.ts";
import type { Context } from "./context.ts";
import { LoadedFunction, LoadedObject } from "./load/values.ts";
import { changed, loadedValue, loadedValueOf } from "./loaded-values.ts";

/** Undefined where the load cannot be followed. */
export function prototypeAfterLoad(context: Context, maker: FunctionValue, node: ts.Node): Prototype | undefined {
  const object = prototypeObject(context, maker);
  return object && prototypeOfObject(context, object, maker, node);
}

/** What a class of a package has in its prototype besides what stands in it. */
export function addAfterLoad(context: Context, owner: ClassValue, members: Map<string, Inherited>): void {
  const object = prototypeObject(context, owner);
  if (object !== undefined) addMembers(context, object, members);
}

function prototypeObject(context: Context, maker: FunctionValue | ClassValue): LoadedObject | undefined {
  if (!context.names.isOfPackage(maker.declaration.getSourceFile())) return undefined;
  const loaded = loadedValueOf(context, maker);
  if (loaded === undefined || context.names.loader().isChanged(loaded, "prototype")) return undefined;
  const object = loaded.own("prototype")?.value;
  return object instanceof LoadedObject ? object : undefined;
}

function prototypeOfObject(
  context: Context,
  object: LoadedObject,
  maker: FunctionValue,
  node: ts.Node,
): Prototype | undefined {
  const before = context.loaded.prototypes.get(object);
  if (before !== undefined) return before;
  const members = new Map<string, Inherited>();
  addMembers(context, object, members);
  const parent = object.proto === undefined ? undefined : parentOf(context, object.proto, node);
  const prototype: Prototype = { owner: maker.declaration, maker, parent, members };
  context.loaded.prototypes.set(object, prototype);
  return prototype;
}

/** None for the prototype of all objects. */
function parentOf(context: Context, object: LoadedObject, node: ts.Node): Prototype | undefined {
  if (object.proto === undefined) return undefined;
  const maker = object.own("constructor")?.value;
  if (maker instanceof LoadedFunction && maker.own("prototype")?.value === object) {
    return prototypeOf(context, loadedValue(context, maker), node);
  }
  const members = new Map<string, Inherited>();
  addMembers(context, object, members);
  return { owner: node, maker: undefined, parent: parentOf(context, object.proto, node), members };
}

function addMembers(context: Context, object: LoadedObject, members: Map<string, Inherited>): void {
  const loader = context.names.loader();
  for (const [key, { value, get, set }] of object.properties) {
    if (typeof key !== "string" || key === "constructor" || members.has(key)) continue;
    if (loader.isChanged(object, key)) {
      members.set(key, { value: () => changed(context, key) });
      continue;
    }
    const [method, getter, setter] = [value, get, set].map((each) => functionOf(context, each));
    if (getter !== undefined || setter !== undefined) {
      members.set(key, { ...(getter && { get: getter }), ...(setter && { set: setter }) });
    } else members.set(key, method === undefined ? { value: () => loadedValue(context, value) } : { method });
  }
}

function functionOf(context: Context, value: unknown): FunctionValue | undefined {
  const binding = value instanceof LoadedFunction ? loadedValue(context, value) : undefined;
  return binding?.kind === "function" ? binding : undefined;
}
