/** What a printed function checks before it writes anything: lengths, and that written arrays stand alone. */
import type { GraphBuilder } from "../ir/builder.ts";
import type { Graph, ValueId } from "../ir/graph.ts";
import { walkUses } from "../ir/walk.ts";
import type { ModuleParts } from "./module-parts.ts";
import type { ParameterLeaf } from "./parameters.ts";
import { template, type Parts, type Step } from "./steps.ts";

/** Throws where an array that `name`s has not the length of another. */
export function lengthCheck(array: ValueId | string, name: string, other: Parts, otherName: string): Step {
  return template([
    "if (",
    array,
    ".length !== ",
    ...other,
    `) throw new RangeError(\`${name} has length \${`,
    array,
    `.length}, but ${otherName} has \${`,
    ...other,
    "}`);",
  ]);
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
    .map(({ parameter: { value }, place }) =>
      template([
        "if (Math.floor(",
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
      const written = a.written ? one.place : other.place;
      const isSame: Parts =
        left.element === "number" ? [a.value, " === ", b.value] : [`${parts.overlap()}(`, a.value, ", ", b.value, ")"];
      const message = `${one.place} and ${other.place} share memory, and ${functionName} writes ${written}`;
      steps.push(template(["if (", ...isSame, `) throw new Error(${JSON.stringify(message)});`]));
    });
  });
  return steps;
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
