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
  /** The name of another helper, by what it is asked for. */
  readonly helper: (key: string, wish: string, text: (name: string) => string) => string;
  /** The name of the function that is the same as this one, by which it is printed once: `printed` says whether it is. */
  readonly function: (identity: string, wish: string) => string;
  /** Notes the text of a function; of one that has some already it does nothing. */
  readonly define: (name: string, text: () => string) => void;
  /** The type of the stack of calls. */
  readonly stackType: () => string;
  /** What the stack calls the arrays of an element type. */
  readonly stackArrays: (element: ElementType) => string;
  /** The name of a function that makes room for numbers on the stack. */
  readonly reserve: () => string;
  /** The name of a function that gives an array of the stack room for so many entries, or exactly so many. */
  readonly room: (element: ElementType, isExact: boolean) => string;
  /** Notes how many numbers a function gives back through the stack. */
  readonly givesBack: (count: number) => void;
  /** An empty stack. */
  readonly newStack: () => string;
  /** `texts`: the functions, which name the tables that they read. */
  readonly print: (texts: readonly string[]) => {
    readonly tables: readonly string[];
    readonly functions: readonly string[];
    readonly helpers: readonly string[];
  };
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
  const functions = new Map<string, string>();
  const texts = new Map<string, string>();
  const stackElements = new Set<ElementType>();
  const arraysName = (element: ElementType): string =>
    element === "f64" ? "arrays" : `arraysOf${arrayTypeText(element).replace("Array", "")}`;
  const stackType = (): string => {
    if (lang === "js") return "Stack";
    stackName ??= take("Stack");
    return stackName;
  };
  /** When all that uses the stack is printed. */
  const stackTexts = (): readonly string[] => {
    const elements = [...stackElements].sort();
    const isTyped = lang === "ts";
    const members = [
      { name: "values", type: "Float64Array", doc: "The numbers that are kept.", start: "new Float64Array(64)" },
      { name: "top", type: "number", doc: "How many there are.", start: "0" },
      ...elements.map((element) => {
        const type = arrayTypeText(element);
        return { name: arraysName(element), type: `${type}[]`, doc: "The arrays of the calls.", start: "[]" };
      }),
      ...(elements.length > 0 ? [{ name: "depth", type: "number", doc: "How many are in use.", start: "0" }] : []),
      ...(mostReturned > 0
        ? [
            {
              name: "returned",
              type: "Float64Array",
              doc: "What the last call has given back, where that is more than one number.",
              start: `new Float64Array(${mostReturned})`,
            },
          ]
        : []),
    ];
    const about = "/** What calls keep for their reverse, and the arrays that they work with. */";
    const lines = members.flatMap(({ name, type, doc }) => [`/** ${doc} */`, `${name}: ${type};`]);
    const starts = members.map(({ name, start }) => `${name}: ${start}`).join(", ");
    return [
      ...(isTyped && stackName !== undefined ? [[about, `interface ${stackName} {`, ...lines, "}"].join("\n")] : []),
      ...(stackMaker === undefined
        ? []
        : [`function ${stackMaker}()${returns(stackName ?? "object")} {\nreturn { ${starts} };\n}`]),
    ];
  };
  let stackMaker: string | undefined;
  let mostReturned = 0;
  let stackName: string | undefined;

  const grow = (element: ElementType): string => {
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
  };

  return {
    lang,
    names: () => names,
    helper,
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
    grow,
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
    function: (identity, wish) => {
      const known = functions.get(identity);
      if (known !== undefined) return known;
      const name = take(wish);
      functions.set(identity, name);
      return name;
    },
    define: (name, text) => {
      if (texts.has(name)) return;
      texts.set(name, "");
      texts.set(name, text());
    },
    stackType,
    stackArrays: (element) => {
      stackElements.add(element);
      return arraysName(element);
    },
    reserve: () =>
      helper("reserve", "reserve", (name) =>
        [
          "/** Makes room for so many numbers on the stack, and gives the place of the first. */",
          `function ${name}(${typed("stack", stackType())}, ${typed("count", "number")})${returns("number")} {`,
          "const { top } = stack;",
          "stack.top = top + count;",
          `if (stack.values.length < stack.top) stack.values = ${grow("f64")}(stack.values, stack.top);`,
          "return top;",
          "}",
        ].join("\n"),
      ),
    room: (element, isExact) => {
      const type = arrayTypeText(element);
      const wish = `${isExact ? "exactRoom" : "room"}${element === "f64" ? "" : type}`;
      return helper(`room ${element} ${isExact}`, wish, (name) =>
        [
          `/** The array at this place, or another there with ${isExact ? "just" : "at least"} so many entries. */`,
          `function ${name}(${typed("arrays", `${type}[]`)}, ${typed("place", "number")}, ${typed("length", "number")})${returns(type)} {`,
          `let array${lang === "ts" ? `: ${type} | undefined` : ""} = arrays[place];`,
          // Where control does not come to the array, its length may be anything.
          `const size = Math.max(0, Math.trunc(length));`,
          `if (array === undefined || array.length ${isExact ? "!==" : "<"} size) {`,
          `array = new ${type}(size);`,
          "arrays[place] = array;",
          "}",
          "return array;",
          "}",
        ].join("\n"),
      );
    },
    givesBack: (count) => void (mostReturned = Math.max(mostReturned, count)),
    newStack: () => `${(stackMaker ??= take("createStack"))}()`,
    print: (own) => {
      const used = new Set([...own, ...texts.values()].flatMap((each) => each.split(/[^\p{ID_Continue}$]+/u)));
      const named = [...tables.values()].flat().filter(({ name }) => used.has(name));
      return {
        tables: named.map(({ text }) => text),
        functions: [...texts.values()],
        helpers: [...stackTexts(), ...[...helpers.values()].map(({ text }) => text)],
      };
    },
  };
}

function nestedArrayLike(depth: number): string {
  return depth === 1 ? "ArrayLike<number>" : `readonly (${nestedArrayLike(depth - 1)})[]`;
}

/** The parameters of a helper, with their types in TypeScript. */
export function helperSignature(
  parts: ModuleParts,
  parameters: readonly (readonly [string, string])[],
  returns: string,
): string {
  if (parts.lang === "js") return `(${parameters.map(([name]) => name).join(", ")})`;
  return `(${parameters.map(([name, type]) => `${name}: ${type}`).join(", ")}): ${returns}`;
}
