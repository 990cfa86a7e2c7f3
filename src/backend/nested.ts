/** Text for arrays within arrays: how they are made, zeroed and checked like the parameter whose lengths they have. */
import type { ArrayType, ElementType, ValueId, ValueType } from "../ir/graph.ts";
import { depthOf, each, endsInNumber, isNested } from "../ir/nested.ts";
import { arrayTypeText, newArray } from "./array-types.ts";
import type { Frame } from "./frame.ts";
import { memberText } from "./names.ts";
import type { Parts } from "./steps.ts";

type Path = readonly (string | number)[];

/** The path up to the outermost array. */
export function outerPath(path: Path): Path {
  const at = path.indexOf(each);
  return at < 0 ? path : path.slice(0, at);
}

/** How many numbers the arrays of the layer have, where it is fixed. */
export function sizeAt(type: ArrayType, layer: number): number | undefined {
  return type.sizes?.[layer];
}

/** The innermost array or number of a leaf, new: `new Float64Array(row.pos.length)`, `[0, 0]`, `0`. `row`: what the last index chose. */
export function newInnermost(type: ArrayType, element: ElementType, row: string, lang: "ts" | "js"): Parts {
  if (endsInNumber(type)) return ["0"];
  const last = depthOf(type) - 1;
  const size = sizeAt(type, last);
  if (size !== undefined && element === "number") return [`[${new Array<string>(size).fill("0").join(", ")}]`];
  return newArray(element, [`${row}${memberText(type.layers?.[last - 1] ?? [])}.length`], lang);
}

/** Plain arrays within arrays with the lengths of a leaf: `A.map((row) => new Float64Array(row.length))`. */
export function newLike(type: ArrayType, element: ElementType, source: ValueId | string, lang: "ts" | "js"): Parts {
  const depth = depthOf(type);
  const from = (layer: number, text: string): Parts => {
    if (layer === depth - 1) return newInnermost({ ...type, layers: withoutLast(type) }, element, text, lang);
    const row = rowName(layer);
    return [`${text}${memberText(type.layers?.[layer - 1] ?? [])}.map((${row}) => `, ...from(layer + 1, row), ")"];
  };
  const row = rowName(0);
  return depth === 1
    ? newArray(element, [source, ".length"], lang)
    : [source, `.map((${row}) => `, ...from(1, row), ")"];
}

function withoutLast({ layers = [] }: ArrayType): readonly Path[] {
  return layers.map((layer, k) => (k === layers.length - 1 ? [] : layer));
}

/** The type of plain arrays with the lengths of a leaf. */
export function withoutMembers({ kind, element, layers = [] }: ArrayType): ArrayType {
  return layers.length < 2 ? { kind, element } : { kind, element, layers: layers.map(() => []) };
}

export function rowName(layer: number): string {
  return layer === 0 ? "row" : `row${layer + 1}`;
}

/** The arrays or objects in which the numbers of a leaf stand: loops over them, and how each is reached. */
interface Holders {
  readonly loops: readonly Parts[];
  readonly each: Parts;
}

/** `indices`: names for the indices. `below`: each index stops where the one of this list does, for a second of the same. */
function holdersOf(array: ValueId, type: ValueType, indices: readonly string[], below?: readonly string[]): Holders {
  if (!isNested(type)) return { loops: [], each: [array] };
  const isNumber = endsInNumber(type);
  const levels = isNumber ? type.layers.length : type.layers.length - 1;
  const loops: Parts[] = [];
  let each: Parts = [array];
  for (let layer = 0; layer < levels; layer++) {
    const index = indices[layer] ?? `i${layer}`;
    const limit = below?.[layer];
    const isLast = layer === levels - 1;
    const outer = indices
      .slice(0, layer)
      .map((own, k) => `${own} === ${below?.[k] ?? own}`)
      .join(" && ");
    const test: Parts =
      limit === undefined
        ? [`${index} < `, ...each, ".length"]
        : outer === ""
          ? [`${index} ${isLast ? "<" : "<="} ${limit}`]
          : [`${index} < (${outer} ? ${limit}${isLast ? "" : " + 1"} : `, ...each, ".length)"];
    loops.push([`for (let ${index} = 0; `, ...test, `; ${index}++) `]);
    const members = type.layers[layer] ?? [];
    each = [...each, `[${index}]${memberText(isNumber && isLast ? members.slice(0, -1) : members)}`];
  }
  return { loops, each };
}

/** Statements that throw where two arrays or objects of a leaf, or one of it and one of another, are `same`. */
export function sharingCheck(
  own: readonly [ValueId, ValueType],
  other: readonly [ValueId, ValueType] | undefined,
  same: (a: Parts, b: Parts) => Parts,
  fault: string,
  indexNames: Frame["indexNames"],
): Parts {
  const names = indexNames(["i", "j", "m", "k", "l", "n"]);
  const [outer, inner] = [names.slice(0, 3), names.slice(3)];
  const first = holdersOf(own[0], own[1], outer);
  const second = holdersOf(...(other ?? own), inner, other === undefined ? outer : undefined);
  return [...first.loops, ...second.loops].flat().concat("if (", same(first.each, second.each), `) ${fault}`);
}

/** The body of a function that says whether `rows` have the lengths of a leaf of `like`. */
export function fitBody(type: ArrayType): string {
  const depth = depthOf(type);
  const test = (layer: number, own: string, other: string): string => {
    const here = `if (${own}.length !== ${other}.length) return false;`;
    if (layer === depth - 1) return here;
    const k = ["i", "j", "k"][layer] ?? `k${layer}`;
    const members = memberText(type.layers?.[layer] ?? []);
    return `${here} for (let ${k} = 0; ${k} < ${other}.length; ${k}++) { ${test(layer + 1, `${own}[${k}]`, `${other}[${k}]${members}`)} }`;
  };
  return `${test(0, "rows", "like")} return true;`;
}

/** The type of what has the lengths of a leaf. */
export function likeTypeText(type: ArrayType): string {
  const depth = depthOf(type);
  let text = endsInNumber(type) ? "ArrayLike<unknown>" : "ArrayLike<number>";
  for (let layer = depth - 2; layer >= 0; layer--) {
    for (const key of [...(type.layers?.[layer] ?? [])].reverse()) {
      text = typeof key === "number" ? `{ readonly ${key}: ${text} }` : `{ readonly ${JSON.stringify(key)}: ${text} }`;
    }
    text = `readonly (${text})[]`;
  }
  return text;
}

/** Statements that zero all numbers of some leaves of one nested array. */
export function zeroing(array: ValueId | string, types: readonly ArrayType[]): Parts {
  const inner = (type: ArrayType, layer: number, text: Parts): Parts => {
    const depth = depthOf(type);
    const members = memberText(type.layers?.[layer - 1] ?? []);
    if (layer === depth) return [...text, endsInNumber(type) ? `${members} = 0;` : ".fill(0);"];
    const last = layer === depth - 1 && !endsInNumber(type);
    if (last && layer > 0) return [...text, `${members}.fill(0);`];
    const row = rowName(layer);
    return [`for (const ${row} of `, ...text, `${layer === 0 ? "" : members}) `, ...inner(type, layer + 1, [row])];
  };
  const statements = types.map((type) => inner(type, 1, [rowName(0)]));
  const body =
    statements.length === 1 ? statements.flat() : ["{ ", ...statements.flatMap((each) => [...each, " "]), "}"];
  return [`for (const ${rowName(0)} of `, array, ") ", ...body];
}

/** Statements that throw where an array of `out` has not the lengths of the parameter. */
export function lengthChecks(
  gradient: ValueId | string,
  place: string,
  parameter: ValueId,
  name: string,
  type: ArrayType,
  indexNames: Frame["indexNames"],
): readonly Parts[] {
  if (!isNested(type)) return [];
  const names = indexNames(["i", "j", "k"]);
  const depth = depthOf(type);
  const rows = (layer: number, own: Parts, other: Parts, ownName: string, otherName: string): readonly Parts[] => {
    const test: Parts = [
      "if (",
      ...own,
      ".length !== ",
      ...other,
      `.length) throw new RangeError(\`${ownName} has length \${`,
      ...own,
      `.length}, but ${otherName} has \${`,
      ...other,
      ".length}`);",
    ];
    const tests = sizeAt(type, layer) === undefined ? [test] : [];
    if (layer + 1 === depth) return tests;
    const k = names[layer] ?? `k${layer}`;
    const members = memberText(type.layers?.[layer] ?? []);
    const inner = rows(
      layer + 1,
      [...own, `[${k}]${members}`],
      [...other, `[${k}]${members}`],
      `${ownName}[\${${k}}]${members}`,
      `${otherName}[\${${k}}]${members}`,
    );
    if (inner.length === 0) return tests;
    return [...tests, [`for (let ${k} = 0; ${k} < `, ...other, `.length; ${k}++) {`, ...inner.flat(), "}"]];
  };
  return rows(0, [gradient], [parameter], place, name);
}

/** The type of what the innermost arrays of a leaf are, or of its numbers. */
export function innermostTypeText(type: ValueType, element: ElementType): string {
  if (!isNested(type)) return arrayTypeText(element);
  if (endsInNumber(type)) return "number";
  const size = sizeAt(type, type.layers.length - 1);
  return size === undefined || element !== "number" ? arrayTypeText(element) : tupleOf("number", size);
}

/** Statements that throw where rows of a plain gradient have grown, since more entries were used than there are. */
export function rowUseChecks(
  gradient: ValueId,
  parameter: ValueId,
  name: string,
  type: ArrayType,
  indexNames: Frame["indexNames"],
): readonly Parts[] {
  const depth = depthOf(type);
  if (endsInNumber(type) || type.element !== "number" || sizeAt(type, depth - 1) !== undefined) return [];
  const names = indexNames(["i", "j", "k"]);
  const rows = (layer: number, own: Parts, other: Parts, label: string): Parts => {
    if (layer === depth - 1) {
      const told: Parts = ["${", ...other, ".length}, but ${", ...own, ".length} entries are used`);"];
      return [
        "if (",
        ...own,
        ".length !== ",
        ...other,
        `.length) throw new RangeError(\`${label} has length `,
        ...told,
      ];
    }
    const k = names[layer] ?? `k${layer}`;
    const step = `[${k}]${memberText(type.layers?.[layer] ?? [])}`;
    const label2 = `${label}[\${${k}}]${memberText(type.layers?.[layer] ?? [])}`;
    return [
      `for (let ${k} = 0; ${k} < `,
      ...other,
      `.length; ${k}++) {`,
      ...rows(layer + 1, [...own, step], [...other, step], label2),
      "}",
    ];
  };
  return [rows(0, [gradient], [parameter], name)];
}

/** Arrays of arrays, as a type: `number[][]`, `[number, number][]`. */
export function nestedTypeText(type: ArrayType, element: ElementType): string {
  const depth = depthOf(type);
  let text = arrayTypeText(element);
  for (let layer = depth - 1; layer >= 0; layer--) {
    const size = sizeAt(type, layer);
    if (layer === depth - 1) text = size === undefined || element !== "number" ? text : tupleOf("number", size);
    else text = size === undefined ? `${text}[]` : tupleOf(text, size);
  }
  return text;
}

export function tupleOf(text: string, size: number): string {
  return `[${new Array<string>(size).fill(text).join(", ")}]`;
}
