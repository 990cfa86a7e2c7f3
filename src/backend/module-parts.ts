/** What the functions of one module share: constant tables, and helpers that are printed only where they are used. */
import type { ArrayType, ElementType } from "../ir/graph.ts";
import { depthOf } from "../ir/nested.ts";
import { arrayLiteral, arrayTypeText, newArray } from "./array-types.ts";
import { nameScopes } from "./names.ts";
import { fitBody, likeTypeText, nestedTypeText, newLike } from "./nested.ts";

export interface ModuleParts {
  readonly lang: "ts" | "js";
  /** Names that no function may use for something else. */
  readonly names: () => readonly string[];
  /** The name of a constant array; `taken`: names that mean something else where it is used. */
  readonly table: (
    element: ElementType,
    values: readonly number[],
    wish: string | undefined,
    taken: ReadonlySet<string>,
  ) => string;
  /** The name of a function that gives an array room for more entries. */
  readonly grow: (element: ElementType) => string;
  /** The name of a function that says whether two typed arrays share memory. */
  readonly overlap: () => string;
  /** The name of a function that says whether nested arrays have the lengths of a leaf. */
  readonly fits: (type: ArrayType) => string;
  /** The name of a function that makes such arrays. */
  readonly createLike: (type: ArrayType, element: ElementType) => string;
  readonly print: () => { readonly tables: readonly string[]; readonly helpers: readonly string[] };
}

/** `declared`: what the module declares besides; `local`: names that stand in its functions, and would hide a helper. */
export function moduleParts(
  lang: "ts" | "js",
  declared: Iterable<string>,
  local: ReadonlySet<string> = new Set(),
): ModuleParts {
  const scope = nameScopes(declared);
  const names = [...declared];
  const tables = new Map<string, { readonly name: string; readonly text: string }[]>();
  const helpers = new Map<string, { readonly name: string; readonly text: string }>();
  const take = (wish: string): string => {
    const name = scope.take(wish, local);
    names.push(name);
    return name;
  };
  const helper = (key: string, wish: string, text: (name: string) => string): string => {
    const existing = helpers.get(key);
    if (existing !== undefined) return existing.name;
    const name = take(wish);
    helpers.set(key, { name, text: text(name) });
    return name;
  };
  const typed = (name: string, type: string) => (lang === "ts" ? `${name}: ${type}` : name);
  const returns = (type: string) => (lang === "ts" ? `: ${type}` : "");

  const overlap = () =>
    helper("overlap", "overlap", (name) =>
      [
        "/** Whether two arrays share memory. */",
        `function ${name}(${typed("a", "ArrayBufferView")}, ${typed("b", "ArrayBufferView")})${returns("boolean")} {`,
        "if (a.buffer !== b.buffer) return false;",
        "return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;",
        "}",
      ].join("\n"),
    );

  return {
    lang,
    names: () => names,
    table: (element, values, wish = "table", taken) => {
      const key = `${element}:${values.map((value) => (Object.is(value, -0) ? "-0" : String(value))).join()}`;
      const known = tables.get(key) ?? [];
      const usable = known.find(({ name }) => !taken.has(name));
      if (usable !== undefined) return usable.name;
      let name = take(wish);
      while (taken.has(name)) name = take(wish);
      const type = element === "number" ? returns("readonly number[]") : "";
      tables.set(key, [...known, { name, text: `const ${name}${type} = ${arrayLiteral(element, values)};` }]);
      return name;
    },
    grow: (element) => {
      const type = arrayTypeText(element);
      const larger = newArray(element, [`Math.max(length, 2 * array.length)`], lang).join("");
      const copy = element === "number" ? "array.forEach((entry, k) => { larger[k] = entry; });" : "larger.set(array);";
      return helper(`grow ${element}`, element === "f64" ? "grow" : `grow${type.replace(/\W/g, "s")}`, (name) =>
        [
          `/** The array, or a larger one with its entries, so that it holds \`length\` of them. */`,
          `function ${name}(${typed("array", type)}, ${typed("length", "number")})${returns(type)} {`,
          `if (array.length >= length) return array;`,
          `const larger = ${larger};`,
          copy,
          "return larger;",
          "}",
        ].join("\n"),
      );
    },
    fits: (type) =>
      helper(`fits ${likeTypeText(type)} ${depthOf(type)}`, "fits", (name) =>
        [
          "/** Whether arrays have the lengths of others. */",
          `function ${name}(${typed("rows", nestedArrayLike(depthOf(type)))}, ${typed("like", likeTypeText(type))})${returns("boolean")} {`,
          fitBody(type),
          "}",
        ].join("\n"),
      ),
    createLike: (type, element) =>
      helper(`create ${likeTypeText(type)} ${element}`, "createRows", (name) =>
        [
          "/** New arrays with the lengths of others. */",
          `function ${name}(${typed("like", likeTypeText(type))})${returns(nestedTypeText({ ...type, sizes: [] }, element))} {`,
          `return ${newLike({ ...type, sizes: [] }, element, "like", lang).join("")};`,
          "}",
        ].join("\n"),
      ),
    overlap,
    print: () => ({
      tables: [...tables.values()].flat().map(({ text }) => text),
      helpers: [...helpers.values()].map(({ text }) => text),
    }),
  };
}

function nestedArrayLike(depth: number): string {
  return depth === 1 ? "ArrayLike<number>" : `readonly (${nestedArrayLike(depth - 1)})[]`;
}
