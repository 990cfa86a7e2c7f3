/** `createF`: allocates the result, with scratch of the right length wherever the parameters tell it. */
import { present } from "../diagnostics/invariant.ts";
import type { ValueId } from "../ir/graph.ts";
import { isNested } from "../ir/nested.ts";
import { newArray } from "./array-types.ts";
import { compressedCreation, newPattern } from "./compressed-rows.ts";
import { isNeverNegative } from "./entry-values.ts";
import { type GradientLeaf, isKeptAside, type ResultLeaf, type Section } from "./face.ts";
import type { Frame } from "./frame.ts";
import { memberText } from "./names.ts";
import { newInnermost, newLike } from "./nested.ts";
import { valueCreation } from "./outputs.ts";
import { accessLeaves, parameterTexts } from "./parameters.ts";
import { renderBody } from "./render.ts";
import { onceEach, type Storage } from "./storage.ts";
import { template, type Parts } from "./steps.ts";
import { treeLiteral } from "./trees.ts";

export function printCreate({ parts, builder, entry, result, primalLeaves, body }: Frame): string {
  const { lang } = parts;
  const { face, signature, sections, scratch } = result;
  const sizeOf = (length: ValueId | undefined): Parts => {
    if (length === undefined || !entry.has(length)) return ["0"];
    // A stash of a loop that does not run is empty, whatever its bound says.
    return isNeverNegative(length, entry) ? [length] : ["Math.max(0, ", length, ")"];
  };
  const lengthOf = ({ node, ways }: Storage): Parts => {
    if (ways === undefined) return sizeOf(node.length);
    const [forward, reverse] = [sizeOf(ways.forward), sizeOf(ways.reverse)];
    if (!entry.has(ways.condition) || forward.join() === reverse.join()) return forward;
    return [ways.condition, " ? ", ...forward, " : ", ...reverse];
  };
  const stack: Parts = result.stackType === undefined ? [] : [`stack: ${parts.newStack()}, `];
  const patterns = result.patterns.keys.map((key) => `${key}: ${newPattern(parts)}, `);
  const ofParameter = ({ leaf, element }: GradientLeaf, rows: readonly string[]): Parts => {
    if (element === undefined) return ["0"];
    const { type, value: array } = leaf.parameter;
    const row = rows.at(-1);
    return row === undefined || !isNested(type)
      ? newArray(element, [array, ".length"], lang)
      : newInnermost(type, element, row, lang);
  };
  const created = (leaf: ResultLeaf, rows: readonly string[]): Parts =>
    leaf.kind === "matrix"
      ? leaf.columns === undefined
        ? newArray(leaf.element, entry.has(leaf.length) ? [leaf.length] : ["0"], lang)
        : compressedCreation(leaf.element, entry.has(leaf.length) ? leaf.length : undefined, lang)
      : leaf.kind === "ofParameter"
        ? ofParameter(leaf, rows)
        : valueCreation(leaf, entry, parts);
  const source = (of: ResultLeaf, rows: readonly string[]): Parts => {
    if (of.kind !== "ofParameter") return [];
    const { type, value: array } = of.leaf.parameter;
    const row = rows.at(-1);
    return row === undefined || !isNested(type) ? [array] : [row + memberText(type.layers[rows.length - 1] ?? [])];
  };
  const bufferOf = (each: Storage): Parts => {
    const like = each.node.like === undefined ? undefined : primalLeaves[each.node.like]?.parameter;
    return like !== undefined && isNested(like.type)
      ? newLike(like.type, each.element, like.value, lang)
      : newArray(each.element, lengthOf(each), lang);
  };
  const buffers = onceEach(scratch).flatMap((each) => [`${each.key}: `, ...bufferOf(each), ", "]);
  const literalOf = ({ tree }: Section): Parts => treeLiteral(tree, created, source);
  const aside = sections.flatMap((each) => (isKeptAside(each) ? [`${each.key}: `, ...literalOf(each), ", "] : []));
  const inScratch: Parts = [...aside, ...buffers, ...stack, ...patterns];
  const literal: Parts = [
    "return { ",
    ...sections.flatMap((each): Parts => [
      `${each.key}: `,
      ...(isKeptAside(each) ? [withoutValue(each)] : literalOf(each)),
      ", ",
    ]),
    ...(inScratch.length === 0 ? [] : ["scratch: { ", ...inScratch, "} "]),
    "};",
  ];
  const named = literal.filter((part): part is ValueId => typeof part !== "string");
  const steps = [...accessLeaves(primalLeaves, builder, parts).steps, ...entry.nodesFor(named), template(literal)];
  const text = renderBody({ ...body, steps, expand: () => [] });
  const parameters = parameterTexts(unusedMarked(signature.parameters, text), lang);
  return [
    `/** Allocates the result of ${face.functionName} for these parameters. */`,
    `export function ${face.createName}(${parameters.join(", ")})${lang === "ts" ? `: ${face.typeName}` : ""} {`,
    text,
    "}",
  ].join("\n");
}

/** What stands in the place of it as long as there is none. */
function withoutValue({ instead = [] }: Section): string {
  const { as } = present(instead.at(-1));
  return typeof as === "string" ? as : "false";
}

/** Parameters that neither the body nor a default reads begin with `_`, which compilers take for intention. */
function unusedMarked(
  parameters: Frame["result"]["signature"]["parameters"],
  text: string,
): Frame["result"]["signature"]["parameters"] {
  const names = new Set(parameters.map(({ name }) => name));
  // Keys of objects and members are no reads.
  const texts = [text, ...parameters.map(({ initializer }) => initializer ?? "")].join("\n");
  const words = new Set(
    [
      ...texts.matchAll(
        /(?<![\p{ID_Continue}$\u200c\u200d.])[\p{ID_Continue}$\u200c\u200d]+(?![\p{ID_Continue}$\u200c\u200d]*:)/gu,
      ),
    ].map(([word]) => word),
  );
  return parameters.map((parameter) => {
    const { name } = parameter;
    return words.has(name) || names.has(`_${name}`) ? parameter : { ...parameter, name: `_${name}` };
  });
}
