/** The declarations around a printed derivative: its names, its result type, its documentation. */
import { capitalized } from "../ir/capitalized.ts";
import type { ElementType, ValueId } from "../ir/graph.ts";
import type { FunctionSignature, TagRequest } from "../ir/signature.ts";
import { docComment, enumeration } from "./doc.ts";
import { nameScopes } from "./names.ts";
import { innermostTypeText } from "./nested.ts";
import { valueTypeText, type ValueLeaf } from "./outputs.ts";
import type { ParameterLeaf } from "./parameters.ts";
import type { Storage } from "./storage.ts";
import { treeType, type Tree } from "./trees.ts";

/** One entry of `wrt`. */
export interface GradientLeaf {
  readonly leaf: ParameterLeaf;
  readonly element: ElementType | undefined;
  /** The scalar, or the last version of the gradient array. */
  readonly value: ValueId;
}

export interface Face {
  readonly functionName: string;
  readonly typeName: string;
  readonly createName: string;
  /** What the parameter `out` is called. */
  readonly out: string;
}

export function faceOf(signature: FunctionSignature, request: TagRequest): Face {
  const { functionName } = request;
  const typeName = capitalized(functionName);
  const parameters = signature.parameters.map(({ name }) => name);
  const out = nameScopes(parameters).take(["out", "result", "target"]);
  return { functionName, typeName, createName: `create${typeName}`, out };
}

export interface ResultParts {
  readonly signature: FunctionSignature;
  readonly request: TagRequest;
  readonly face: Face;
  readonly value: Tree<ValueLeaf> | undefined;
  readonly gradients: Tree<GradientLeaf>;
  readonly scratch: readonly Storage[];
  /** The type of the stack of its calls, if it has one. */
  readonly stackType: string | undefined;
  readonly wrtNames: readonly string[];
}

/** The exported interface, or in JavaScript a short typedef. */
export function printResultType(parts: ResultParts, lang: "ts" | "js"): string {
  const { face, signature, request, value, gradients, scratch } = parts;
  const call = `${signature.name}(${signature.parameters.map(({ name }) => name).join(", ")})`;
  const about = `What ${face.functionName} returns, and reuses when it is given again.`;
  const valueType = value === undefined ? undefined : treeType(value, valueTypeText);
  const gradType = treeType(gradients, gradientTypeText);
  const entries = scratch.map(({ key, type }) => `${key}: ${type}`);
  if (parts.stackType !== undefined) entries.push(`stack: ${lang === "ts" ? parts.stackType : "object"}`);
  const scratchType = `{ ${entries.join("; ")} }`;
  if (lang === "js") {
    const members = [
      valueType === undefined ? "" : `value: ${valueType}`,
      `grad: ${gradType}`,
      entries.length === 0 ? "" : `scratch: ${scratchType}`,
    ];
    return [
      "/**",
      ` * ${about}`,
      ` * @typedef {{ ${members.filter((each) => each !== "").join(", ")} }} ${face.typeName}`,
      " */",
    ].join("\n");
  }
  const gradient =
    request.mode === "grad" ? `The gradient of ${signature.name}` : `The seed times the Jacobian of ${signature.name}`;
  const hasArray = parts.wrtNames.length > 0 && gradType.includes("Array");
  return [
    docComment(about),
    `export interface ${face.typeName} {`,
    ...(valueType === undefined ? [] : [docComment(call), `value: ${valueType};`]),
    docComment(`${gradient}${hasArray ? "; each entry has the length of its parameter" : ""}.`),
    `grad: ${gradType};`,
    ...(entries.length === 0
      ? []
      : [docComment(scratchText(scratch, parts.stackType !== undefined)), `scratch: ${scratchType};`]),
    "}",
  ].join("\n");
}

/** `h, next: as in rnnLoss. sums: sum in line 12. dh, dnext: the adjoints of h and next.` */
function scratchText(scratch: readonly Storage[], hasStack: boolean): string {
  const byNote = new Map<string, string[]>();
  const [adjoints, primals]: [string[], string[]] = [[], []];
  for (const { key, note } of scratch) {
    if (typeof note === "string") byNote.set(note, [...(byNote.get(note) ?? []), key]);
    else {
      adjoints.push(key);
      primals.push(note.adjointOf);
    }
  }
  const texts = [...byNote].map(([note, keys]) => `${keys.join(", ")}: ${note}.`);
  const plural = adjoints.length > 1 ? "s" : "";
  if (adjoints.length > 0) texts.push(`${adjoints.join(", ")}: the adjoint${plural} of ${enumeration(primals)}.`);
  if (hasStack) texts.push("stack: what calls keep for their reverse.");
  return texts.join(" ");
}

export function gradientTypeText({ element, leaf }: GradientLeaf): string {
  return element === undefined ? "number" : innermostTypeText(leaf.parameter.type, element);
}

/** The description of the primal, and what is added to it. */
export function printFunctionDoc({ signature, request, wrtNames, value }: ResultParts): string {
  const names = enumeration(wrtNames);
  const description = signature.description.trim();
  const what = request.mode === "grad" ? `its gradient in ${names}` : `the seed times its Jacobian in ${names}`;
  const added = request.accumulate ? `, added to what is there` : "";
  const subject = value === undefined ? `${what}${added}` : `its value, and ${what}${added}`;
  if (description === "") {
    const own = subject
      .replace(/\bits value\b/, `The value of ${signature.name}`)
      .replace(/^its /, "The ")
      .replace(/^the /, "The ");
    return docComment(
      own.startsWith("The value") || !own.startsWith("The gradient")
        ? `${own}.`
        : `${own.replace("The gradient", `The gradient of ${signature.name}`)}.`,
    );
  }
  const [first = "", ...rest] = description.split(/\n\s*\n/);
  const head = first.replace(/\s*\n\s*/g, " ").replace(/[.:;]$/, "");
  const capital = capitalized(subject);
  const whole = /[:;—]/.test(head) ? `${head}. ${capital}.` : `${head}: ${subject}.`;
  return docComment([whole, ...rest].join("\n\n"));
}
