/** One derivative as text: the type of its result, the function that allocates the result, and the function itself. */
import type { FunctionSignature } from "../ir/signature.ts";
import type { DerivativeGraph } from "../../transforms/pass.ts";
import { printCreate } from "./create.ts";
import { printDerivativeBody } from "./derivative-body.ts";
import { printFunctionDoc, printResultType } from "./face.ts";
import { frameOf, type Frame } from "./frame.ts";
import type { ModuleParts } from "./module-parts.ts";
import { innermostTypeText, sizeAt } from "./nested.ts";
import { parameterTexts } from "./parameters.ts";
import { treeOf, treeType } from "./trees.ts";

export interface FunctionOptions {
  readonly scratch: "f64" | "f32";
}

export function printDerivative(
  signature: FunctionSignature,
  derivative: DerivativeGraph,
  parts: ModuleParts,
  options: FunctionOptions,
): string {
  const frame = frameOf(signature, derivative, parts, options.scratch);
  const { face } = frame.result;
  const returnType = parts.lang === "ts" ? `: ${face.typeName}` : "";
  const body = printDerivativeBody(frame);
  const main = [
    printFunctionDoc(frame.result),
    `export function ${face.functionName}(${parameterList(frame, body).join(", ")})${returnType} {`,
    body,
    "}",
  ];
  return [printResultType(frame.result, parts.lang), printCreate(frame), main.join("\n")].join("\n\n");
}

/** The parameters of the primal, the seed or the direction, and `out`. What the body does not read begins with `_`. */
function parameterList({ result, seedLeaves, parts }: Frame, body: string): readonly string[] {
  const { face, signature } = result;
  const isTyped = parts.lang === "ts";
  const seeds = treeOf(
    seedLeaves.map((leaf) => ({ path: leaf.key.slice(1), leaf })),
    ({ parameter: { type } }, layer) => (typeof type === "object" ? sizeAt(type, layer) : undefined),
  );
  const seedType = treeType(
    seeds,
    ({ parameter: { type } }) => (typeof type === "object" ? innermostTypeText(type, type.element) : type),
    // The first part of the path is the name of the parameter itself.
    ({ parameter: { leftOut = [] } }, depth) => leftOut.includes(depth + 1),
  );
  const wish = String(seedLeaves[0]?.key[0]);
  const name = new RegExp(`(?<![\\w$.])${wish}\\b`).test(body) ? wish : `_${wish}`;
  const seed = seedLeaves.length === 0 ? [] : [isTyped ? `${name}: ${seedType}` : name];
  const created = `${face.createName}(${signature.parameters.map(({ name }) => name).join(", ")})`;
  const out = isTyped ? `${face.out}: ${face.typeName} = ${created}` : `${face.out} = ${created}`;
  return [...parameterTexts(signature.parameters, parts.lang), ...seed, out];
}
