/**
 * The parameter list of a printed function, and how its leaves are reached: a plain parameter is its name, a member of
 * an object or tuple is taken out of it first.
 */
import type { GraphBuilder } from "../ir/builder.ts";
import type { Graph, Parameter, ValueId } from "../ir/graph.ts";
import type { FunctionSignature, SignatureParameter } from "../ir/signature.ts";
import { isIdentifier } from "./names.ts";
import { bind, template, type Step } from "./steps.ts";

type Path = readonly (string | number)[];

export interface ParameterLeaf {
  readonly parameter: Parameter;
  /** `params.W1`: what messages call it, and where it is found. */
  readonly place: string;
  /** Its place in gradients: for a destructured parameter the bound name. */
  readonly key: Path;
}

/** One leaf for each parameter of the graph. */
export function parameterLeaves(signature: FunctionSignature, graph: Graph): readonly ParameterLeaf[] {
  return graph.parameters.map((parameter) => {
    const [root, ...rest] = parameter.path;
    const named = signature.parameters.find(({ name }) => name === root);
    if (named === undefined) {
      // Named by what a destructuring binds it to, or not a parameter of the source (a seed).
      const owner = signature.parameters.find(({ bindings }) => bindings?.some(({ name }) => name === root));
      const binding = owner?.bindings?.find(({ name }) => name === root);
      if (owner === undefined || binding === undefined) {
        return { parameter, place: placeText(parameter.path), key: parameter.path };
      }
      return { parameter, place: placeText([owner.name, ...binding.path, ...rest]), key: parameter.path };
    }
    const binding = named.bindings?.find(({ path }) => path.every((part, k) => part === rest[k]));
    const key = binding === undefined ? parameter.path : [binding.name, ...rest.slice(binding.path.length)];
    return { parameter, place: placeText(parameter.path), key };
  });
}

/** The seed of an output stands under the output's key. */
export function seedLeaf(parameter: Parameter, output: ParameterLeaf | undefined): ParameterLeaf {
  const [seed = "seed", ...rest] = parameter.path;
  const inner = output === undefined ? rest : [...output.key, ...rest.slice(output.parameter.path.length)];
  const key = [seed, ...inner];
  return { parameter: { ...parameter, path: key }, place: placeText(key), key };
}

/** `["params", "layers", 0]` → `params.layers[0]`. */
export function placeText(path: Path): string {
  return path
    .map((part, k) => {
      if (k === 0) return String(part);
      if (typeof part === "number") return `[${part}]`;
      return isIdentifier(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
    })
    .join("");
}

/** A property as it stands in an object literal or type. */
export function keyText(key: string | number): string {
  return typeof key === "string" && !isIdentifier(key) ? JSON.stringify(key) : String(key);
}

export interface LeafAccess {
  readonly steps: readonly Step[];
  readonly fixedNames: ReadonlyMap<ValueId, string>;
}

/** Binds the leaves of objects and tuples to variables; plain parameters have their names already. */
export function accessLeaves(leaves: readonly ParameterLeaf[], builder: GraphBuilder): LeafAccess {
  const fixedNames = new Map<ValueId, string>();
  const inner: { place: string; value: ValueId }[] = [];
  for (const { parameter, place, key } of leaves) {
    const { value } = parameter;
    if (isIdentifier(place)) fixedNames.set(value, place);
    else {
      const isMember = typeof key.at(-1) === "string";
      const name = isMember ? String(key.at(-1)) : key.map(String).join("");
      const isRenamed = key.join(".") !== parameter.path.join(".");
      if (isRenamed) builder.values.set(value, { type: builder.typeOf(value), name });
      else builder.suggestName(value, name);
      inner.push({ place, value });
    }
  }
  return { steps: bindPlaces(inner), fixedNames };
}

/** Binds what stands at places like `out.grad.W1`, members of one object together. */
export function bindPlaces(entries: readonly { readonly place: string; readonly value: ValueId }[]): readonly Step[] {
  const groups = new Map<string, { key: string; value: ValueId }[]>();
  const others: Step[] = [];
  for (const { place, value } of entries) {
    const match = /^(.*)\.([^.[\]]+)$/.exec(place);
    const [source, key] = [match?.[1], match?.[2]];
    if (source === undefined || key === undefined || place === "out.value") {
      others.push(template([place], { result: value }));
      continue;
    }
    const group = groups.get(source);
    if (group === undefined) groups.set(source, [{ key, value }]);
    else group.push({ key, value });
  }
  return [...[...groups].map(([source, members]) => bind(source, members)), ...others];
}

/** `W1: Float64Array, rate: number = 0.1` */
export function parameterTexts(parameters: readonly SignatureParameter[], lang: "ts" | "js"): readonly string[] {
  return parameters.map(({ name, typeText, initializer }) => {
    const type = lang === "ts" ? `: ${typeText}` : "";
    return `${name}${type}${initializer === undefined ? "" : ` = ${initializer}`}`;
  });
}
