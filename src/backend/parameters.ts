/**
 * The parameter list of a printed function, and how its leaves are reached: a plain parameter is its name, a member of
 * an object or tuple is taken out of it first.
 */
import { capitalized } from "../ir/capitalized.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { Absent, Graph, Parameter, ValueId } from "../ir/graph.ts";
import type { FunctionSignature, SignatureParameter } from "../ir/signature.ts";
import { isNested } from "../ir/nested.ts";
import type { ModuleParts } from "./module-parts.ts";
import { isIdentifier, memberText } from "./names.ts";
import { outerPath } from "./nested.ts";
import { testText } from "./parameter-tests.ts";
import { bind, template, type Step } from "./steps.ts";

type Path = readonly (string | number)[];

export interface ParameterLeaf {
  readonly parameter: Parameter;
  /** `params.W1`: what messages call it. */
  readonly place: string;
  /** The place of the outermost array in which it stands; its own where there is none. */
  readonly outer: string;
  /** How the outermost array is read, or it itself: `params?.W1` where it may be left out. */
  readonly read: string;
  /** The place of the object or tuple that it is a member of. */
  readonly owner: string | undefined;
  /** Its place in gradients: for a destructured parameter the bound name. */
  readonly key: Path;
  /** A seed: its variables are called as those of adjoints and tangents. */
  readonly isSeed?: true;
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
        return leafAt(parameter, parameter.path, parameter.path);
      }
      return leafAt(parameter, [owner.name, ...binding.path, ...rest], parameter.path);
    }
    if (parameter.test !== undefined) {
      const { path, leftOut } = parameter;
      const place = testText(parameter, placeText(path, leftOut), placeText(path.slice(0, -1), leftOut));
      return { parameter, place, outer: place, read: place, owner: undefined, key: parameter.path };
    }
    const binding = named.bindings?.find(({ path }) => path.every((part, k) => part === rest[k]));
    const key = binding === undefined ? parameter.path : [binding.name, ...rest.slice(binding.path.length)];
    return leafAt(parameter, parameter.path, key);
  });
}

function leafAt(parameter: Parameter, path: Path, key: Path): ParameterLeaf {
  // Counted from the end: a destructured parameter has another begin.
  const leftOut = parameter.leftOut?.map((count) => count + path.length - parameter.path.length);
  const owner = path.length > 1 ? placeText(path.slice(0, -1)) : undefined;
  const outer = outerPath(path);
  return { parameter, place: placeText(path), outer: placeText(outer), read: placeText(outer, leftOut), owner, key };
}

/** The seed of an output stands under the output's key. */
export function seedLeaf(parameter: Parameter, output: ParameterLeaf | undefined): ParameterLeaf {
  const [seed = "seed", ...rest] = parameter.path;
  const inner = output === undefined ? rest : [...output.key, ...rest.slice(output.parameter.path.length)];
  const key = [seed, ...inner];
  // Counted from the end: a destructured parameter has another begin. The seed itself is there; what a pattern takes out
  // of something that may be left out may be left out itself.
  const leftOut = parameter.leftOut?.map((count) => Math.max(count + key.length - parameter.path.length, 2));
  return seedAt({ ...parameter, ...(leftOut !== undefined && { leftOut }) }, key);
}

export function seedAt(parameter: Parameter, key: Path): ParameterLeaf {
  return { ...leafAt({ ...parameter, path: key }, key, key), isSeed: true };
}

/** `["params", "layers", 0]` → `params.layers[0]`; `params?.layers[0]` where the first part may be left out. */
export function placeText(path: Path, leftOut: readonly number[] = []): string {
  return path.reduce<string>((text, part, k) => {
    if (k === 0) return String(part);
    const member = memberText([part]);
    if (!leftOut.includes(k)) return text + member;
    return `${text}?.${member.replace(/^\./, "")}`;
  }, "");
}

/** A property as it stands in an object literal or type. */
export function keyText(key: string | number): string {
  return typeof key === "string" && !isIdentifier(key) ? JSON.stringify(key) : String(key);
}

export interface LeafAccess {
  readonly steps: readonly Step[];
  readonly fixedNames: ReadonlyMap<ValueId, string>;
  /** Leaves of one nested array -> the first of them, whose variable is that of all. */
  readonly aliases: ReadonlyMap<ValueId, ValueId>;
  /** Read where they stand: nothing else may be kept in their variables. What there may be in place of a value. */
  readonly unassigned: ReadonlyMap<ValueId, Absent | undefined>;
}

/**
 * Binds the leaves of objects and tuples to variables, and what stands for what is left out; other plain parameters have
 * their names already. `seedName`: what the variable of the seed is called that stands under a name.
 */
export function accessLeaves(
  leaves: readonly ParameterLeaf[],
  builder: GraphBuilder,
  parts: Pick<ModuleParts, "table">,
  seedName: (name: string) => string = (name) => `d${name}`,
): LeafAccess {
  const fixedNames = new Map<ValueId, string>();
  const inner: { place: string; value: ValueId }[] = [];
  const aliases = new Map<ValueId, ValueId>();
  const firsts = new Map<string, ValueId>();
  for (const { parameter, read: place, key: whole, isSeed } of leaves) {
    const named = (name: string): string => (isSeed === true ? seedName(name) : name);
    const { value } = parameter;
    const first = firsts.get(place);
    if (first !== undefined) {
      aliases.set(value, first);
      continue;
    }
    firsts.set(place, value);
    if (isNested(parameter.type)) aliases.set(value, value);
    const key = outerPath(whole);
    if (parameter.leftOut !== undefined && parameter.test === undefined && parameter.absent === undefined) {
      const name = String(key.at(-1));
      const isPlain = isIdentifier(place);
      const type = builder.typeOf(value);
      builder.values.set(value, { type, name: isPlain ? `given${capitalized(name)}` : named(name) });
      inner.push({ place: `${place} ?? ${insteadOf(parameter, parts)}`, value });
    } else if (isIdentifier(place) || parameter.test !== undefined || parameter.absent !== undefined) {
      fixedNames.set(value, place);
    } else {
      const isMember = typeof key.at(-1) === "string";
      const name = named(
        isMember
          ? String(key.at(-1))
          : key
              .slice(isSeed === true ? 1 : 0)
              .map(String)
              .join(""),
      );
      const isRenamed = whole.join(".") !== parameter.path.join(".");
      if (isRenamed || key.length < whole.length || isSeed === true)
        builder.values.set(value, { type: builder.typeOf(value), name });
      else builder.suggestName(value, name);
      inner.push({ place, value });
    }
  }
  const asIs = leaves.filter(({ parameter }) => parameter.test !== undefined || parameter.absent !== undefined);
  return {
    steps: bindPlaces(inner),
    fixedNames,
    aliases,
    unassigned: new Map(asIs.map(({ parameter }) => [parameter.value, parameter.absent])),
  };
}

/** What a derivative reads where there is nothing. */
function insteadOf({ type }: Parameter, parts: Pick<ModuleParts, "table">): string {
  if (typeof type === "object") return parts.table(type.element, [], "none", new Set());
  return type === "boolean" ? "false" : "0";
}

/** Binds what stands at places like `out.grad.W1`, members of one object together. */
export function bindPlaces(entries: readonly { readonly place: string; readonly value: ValueId }[]): readonly Step[] {
  const groups = new Map<string, { key: string; value: ValueId }[]>();
  const others: Step[] = [];
  for (const { place, value } of entries) {
    const match = /^(.*)\.([^.[\]]+)$/.exec(place);
    const [source, key] = [match?.[1], match?.[2]];
    if (source === undefined || key === undefined || /^out\.(?:value|tangent)$/.test(place) || place.includes(" ?? ")) {
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
