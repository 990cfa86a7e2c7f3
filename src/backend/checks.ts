/** What a printed function checks before it writes anything: lengths, and that written arrays stand alone. */
import type { GraphBuilder } from "../ir/builder.ts";
import type { Graph, ValueId } from "../ir/graph.ts";
import { depthOf, endsInNumber, isNested } from "../ir/nested.ts";
import { walkUses } from "../ir/walk.ts";
import type { Frame } from "./frame.ts";
import type { ModuleParts } from "./module-parts.ts";
import { sharingCheck } from "./nested.ts";
import type { ParameterLeaf } from "./parameters.ts";
import { template, type Parts, type Step } from "./steps.ts";

/** Throws where an array that `name`s has not the length of another. */
export function lengthCheck(array: ValueId | string, name: string, other: Parts, otherName: string): Parts {
  return [
    "if (",
    array,
    ".length !== ",
    ...other,
    `) throw new RangeError(\`${name} has length \${`,
    array,
    `.length}, but ${otherName} has \${`,
    ...other,
    "}`);",
  ];
}

/**
 * Throws where a parameter has fewer entries than are surely accessed. `conditions` is text that says when they are, with
 * `&&` behind each. `size` is built twice, since it is printed twice.
 */
export function sizeCheck(
  { parameter: { value: array, written }, place }: ParameterLeaf,
  conditions: Parts,
  size: () => ValueId | string,
): Step {
  const [asked, told] = [size(), size()];
  return template([
    "if (",
    ...conditions,
    array,
    ".length < ",
    asked,
    `) throw new RangeError(\`${place} has length \${`,
    array,
    ".length}, but ",
    ...(typeof told === "string" ? [told] : ["${", told, "}"]),
    ` ${told === "1" ? "entry is" : "entries are"} ${written ? "used" : "read"}\`);`,
  ]);
}

/** Throws where a number that indices, lengths or bounds are made of is no whole number: loops would run otherwise back. */
export function wholeChecks(leaves: readonly ParameterLeaf[], graph: Graph): readonly Step[] {
  const used = new Set<ValueId>();
  walkUses(graph.body, (value) => used.add(value));
  return leaves
    .filter(({ parameter }) => parameter.isWhole === true && used.has(parameter.value))
    .map(({ parameter: { value, absent }, place, read }) =>
      template([
        `if (${absent !== undefined ? `${read} != null && ` : ""}Math.floor(`,
        value,
        ") !== ",
        value,
        `) throw new RangeError(\`${place} is \${`,
        value,
        "}, not a whole number`);",
      ]),
    );
}

/** For each array that is written: it must not share memory with another array of its type. */
export function overlapChecks(
  leaves: readonly ParameterLeaf[],
  builder: GraphBuilder,
  parts: ModuleParts,
  functionName: string,
): readonly Step[] {
  const steps: Step[] = [];
  leaves.forEach((one, k) => {
    leaves.slice(k + 1).forEach((other) => {
      const [a, b] = [one.parameter, other.parameter];
      const [left, right] = [a, b].map(({ value }) => builder.typeOf(value));
      if (typeof left !== "object" || typeof right !== "object" || left.element !== right.element) return;
      if (!a.written && !b.written) return;
      if (isNested(left) || isNested(right)) return;
      const written = a.written ? one.place : other.place;
      const isSame: Parts =
        left.element === "number" ? [a.value, " === ", b.value] : [`${parts.overlap()}(`, a.value, ", ", b.value, ")"];
      const message = `${one.place} and ${other.place} share memory, and ${functionName} writes ${written}`;
      steps.push(template(["if (", ...isSame, `) throw new Error(${JSON.stringify(message)});`]));
    });
  });
  return steps;
}

/** For each object whose numbers or booleans are written: it must not be another parameter, or a member of one, too. */
export function objectChecks(
  leaves: readonly ParameterLeaf[],
  written: ReadonlyMap<number, ValueId>,
  functionName: string,
): readonly Step[] {
  const found = new Map<string, string>();
  const last = ({ parameter }: ParameterLeaf) => parameter.path.at(-1);
  const membersOf = (owner: string): string =>
    leaves
      .filter((leaf) => leaf.owner === owner)
      .map((leaf) => `${String(last(leaf))}:${JSON.stringify(leaf.parameter.type)}`)
      .sort()
      .join();
  for (const place of written.keys()) {
    const leaf = leaves[place];
    const { owner } = leaf ?? {};
    if (leaf === undefined || owner === undefined) continue;
    for (const { owner: other, parameter } of leaves) {
      if (other === undefined || other === owner || parameter.path.at(-1) !== last(leaf)) continue;
      if (parameter.type !== leaf.parameter.type) continue;
      const [first, second] =
        leaves.findIndex((each) => each.owner === owner) < leaves.findIndex((each) => each.owner === other)
          ? [owner, other]
          : [other, owner];
      // Objects of types that differ may not be compared by `===` in TypeScript.
      const isSame =
        membersOf(owner) === membersOf(other) ? `${first} === ${second}` : `Object.is(${first}, ${second})`;
      const message = `${first} and ${second} are one object, and ${functionName} writes ${owner}`;
      if (!found.has(isSame)) found.set(isSame, message);
    }
  }
  return [...found].map(([isSame, message]) =>
    template([`if (${isSame}) throw new Error(${JSON.stringify(message)});`]),
  );
}

/**
 * For each nested array that is written, or may hold a written one: no row or object of it stands in it twice, or in
 * another parameter. `arrayOf` gives the value that stands for the nested array of a leaf.
 */
export function rowChecks(
  leaves: readonly ParameterLeaf[],
  arrayOf: (leaf: ParameterLeaf) => ValueId,
  parts: ModuleParts,
  functionName: string,
  indexNames: Frame["indexNames"],
): readonly Step[] {
  const found = new Map<string, Parts>();
  const pairs = new Set<string>();
  const add = (check: Parts): void => void found.set(check.join(), check);
  const fault = (what: string): string => {
    return `throw new Error(${JSON.stringify(`${what}, and ${functionName} writes it`)});`;
  };
  /** Where the object stands that the number of a leaf is a member of. */
  const ownerOf = ({ parameter: { path } }: ParameterLeaf): string => path.slice(0, -1).join(".");
  const membersOf = (of: ParameterLeaf): string => {
    const beside = leaves.filter((each) => ownerOf(each) === ownerOf(of));
    return beside
      .map(({ parameter: { path } }) => String(path.at(-1)))
      .sort()
      .join();
  };
  /** How many numbers the arrays of a leaf have, where they are tuples. */
  const sizeOf = ({ parameter: { type } }: ParameterLeaf): number | undefined =>
    typeof type === "object" ? type.sizes?.[depthOf(type) - 1] : undefined;
  leaves.forEach((leaf, place) => {
    const { type, written } = leaf.parameter;
    if (typeof type !== "object" || !written) return;
    const isNumber = endsInNumber(type);
    const sameAs =
      (other: ParameterLeaf) =>
      (a: Parts, b: Parts): Parts => {
        // Objects and tuples of types that differ may not be compared by `===` in TypeScript.
        const isAlike = isNumber ? membersOf(other) === membersOf(leaf) : sizeOf(other) === sizeOf(leaf);
        if (!isAlike && (isNumber || type.element === "number")) return ["Object.is(", ...a, ", ", ...b, ")"];
        if (isNumber || type.element === "number") return [...a, " === ", ...b];
        return [`${parts.overlap()}(`, ...a, ", ", ...b, ")"];
      };
    const own = [arrayOf(leaf), type] as const;
    if (isNested(type)) {
      add(
        sharingCheck(
          own,
          undefined,
          sameAs(leaf),
          fault(`${leaf.outer} holds ${isNumber ? "an object" : "an array"} twice`),
          indexNames,
        ),
      );
    }
    leaves.forEach((other, at) => {
      const { type: of, written: isToo } = other.parameter;
      if (other === leaf || typeof of !== "object" || endsInNumber(of) !== isNumber || (isToo && at < place)) return;
      if (!(isNested(type) || isNested(of)) || of.element !== type.element) return;
      // Members of one object are not each other.
      if (isNumber && other.outer === leaf.outer) return;
      // Each member that is written asks the same of two objects.
      const owners = [ownerOf(leaf), ownerOf(other)].sort().join();
      if (isNumber && pairs.has(owners)) return;
      if (isNumber) pairs.add(owners);
      const what = `${leaf.outer} shares ${isNumber ? "an object" : "an array"} with ${other.outer}`;
      add(sharingCheck(own, [arrayOf(other), of], sameAs(other), fault(what), indexNames));
    });
  });
  return [...found.values()].map((check) => template(check));
}

/** An array that comes in must not share memory with those at places of `out` that are written. */
export function overlapCheck(
  leaf: ParameterLeaf,
  what: string,
  places: readonly string[],
  builder: GraphBuilder,
  parts: ModuleParts,
): Step {
  const { value } = leaf.parameter;
  const type = builder.typeOf(value);
  const isPlain = typeof type === "object" && type.element === "number";
  const tests = places.map((place): Parts => {
    return isPlain ? [value, ` === ${place}`] : [`${parts.overlap()}(`, value, `, ${place})`];
  });
  const any = tests.flatMap((test, k): Parts => (k === 0 ? test : [" || ", ...test]));
  const message = `${leaf.place} shares memory with ${what}: give another out, or a copy`;
  return template(["if (", ...any, `) throw new Error(${JSON.stringify(message)});`]);
}
