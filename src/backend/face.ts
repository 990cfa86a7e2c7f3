/** The declarations around a printed derivative: its names, its result type, its documentation. */
import { capitalized } from "../ir/capitalized.ts";
import type { ElementType, Instead, ResultKey, ValueId } from "../ir/graph.ts";
import { each } from "../ir/nested.ts";
import { assertNever } from "../diagnostics/invariant.ts";
import type { FunctionSignature, Mode, TagRequest } from "../ir/signature.ts";
import { docComment, enumeration } from "./doc.ts";
import { nameScopes } from "./names.ts";
import { innermostTypeText } from "./nested.ts";
import { mixedTypeText, valueTypeText, type ValueLeaf } from "./outputs.ts";
import type { ParameterLeaf } from "./parameters.ts";
import type { Matrix } from "../../transforms/pass.ts";
import { arrayTypeText } from "./array-types.ts";
import { compressedTypeText } from "./compressed-rows.ts";
import { onceEach, type Storage } from "./storage.ts";
import { leavesOf, treeType, type Tree } from "./trees.ts";

/** What belongs to one parameter: to an entry of `wrt`, or to an array that is an output. */
export interface GradientLeaf {
  readonly kind: "ofParameter";
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

/** A member of the result: the value, the gradient, … */
export interface Section {
  readonly key: "value" | ResultKey;
  readonly tree: Tree<ResultLeaf>;
  /** What there is in the place of all of it on some ways. */
  readonly instead?: readonly Instead[];
}

/** What is not there on some ways stands in the scratch, so that it is there again in the next call. */
export function isKeptAside({ instead = [] }: Section): boolean {
  return instead.length > 0;
}

/** Where the leaves of it stand. */
export function homeOf(section: Section, out: string): readonly string[] {
  return isKeptAside(section) ? [out, "scratch", section.key] : [out, section.key];
}

/** A Jacobian, or the Hessian. */
export interface MatrixLeaf extends Matrix {
  readonly kind: "matrix";
}

export type ResultLeaf = ValueLeaf | GradientLeaf | MatrixLeaf;

export interface ResultParts {
  readonly signature: FunctionSignature;
  readonly request: TagRequest;
  readonly face: Face;
  readonly sections: readonly Section[];
  readonly scratch: readonly Storage[];
  /** The type of the stack of its calls, if it has one. */
  readonly stackType: string | undefined;
  /** What stands in the scratch for the structure of matrices in compressed rows, and the type of that. */
  readonly patterns: { readonly keys: readonly string[]; readonly type: string };
  readonly wrtNames: readonly string[];
  /** What the parameter after the primal's is called. */
  readonly seedName: string;
}

/** The exported interface, or in JavaScript a short typedef. */
export function printResultType(parts: ResultParts, lang: "ts" | "js"): string {
  const { face, sections, scratch } = parts;
  const about = `What ${face.functionName} returns, and reuses when it is given again.`;
  const members = sections.map((section) => ({ section, type: treeType(section.tree, leafTypeText) }));
  const aside = members.flatMap(({ section, type }) => (isKeptAside(section) ? [`${section.key}: ${type}`] : []));
  const entries = [...aside, ...onceEach(scratch).map(({ key, type }) => `${key}: ${type}`)];
  if (parts.stackType !== undefined) entries.push(`stack: ${lang === "ts" ? parts.stackType : "object"}`);
  entries.push(...parts.patterns.keys.map((key) => `${key}: ${parts.patterns.type}`));
  const scratchType = `{ ${entries.join("; ")} }`;
  if (lang === "js") {
    const texts = members.map(({ section: { key, instead = [] }, type }) => `${key}: ${mixedTypeText(type, instead)}`);
    if (entries.length > 0) texts.push(`scratch: ${scratchType}`);
    return ["/**", ` * ${about}`, ` * @typedef {{ ${texts.join(", ")} }} ${face.typeName}`, " */"].join("\n");
  }
  return [
    docComment(about),
    `export interface ${face.typeName} {`,
    ...members.flatMap(({ section, type }) => [
      docComment(sectionText(section, type, parts)),
      `${section.key}: ${mixedTypeText(type, section.instead ?? [])};`,
    ]),
    ...(entries.length === 0 ? [] : [docComment(scratchText(parts)), `scratch: ${scratchType};`]),
    "}",
  ].join("\n");
}

function sectionText({ key }: Section, type: string, parts: ResultParts): string {
  const { signature, request, seedName, wrtNames } = parts;
  const lengths = wrtNames.length > 0 && type.includes("Array") ? "; each entry has the length of its parameter" : "";
  switch (key) {
    case "value":
      return `${signature.name}(${signature.parameters.map(({ name }) => name).join(", ")})`;
    case "grad":
      return `${request.mode === "vjp" ? "The seed times the Jacobian" : "The gradient"} of ${signature.name}${lengths}.`;
    case "hvp":
      return `The Hessian of ${signature.name} times the ${seedName}${lengths}.`;
    case "tangent":
      return `The Jacobian of ${signature.name} times the ${seedName}.`;
    case "jacobian":
      return `The Jacobian of ${signature.name}: for each parameter a matrix, ${layoutText(request)}, with a row for each number of the ${hasOutputsAlone(request) ? "outputs" : "value"} and a column for each entry of the parameter.`;
    case "hessian":
      return `The Hessian of ${signature.name}, ${layoutText(request)}: the entries of ${enumeration(wrtNames)} in order${holdsObjects(parts) ? "; of an array of objects all of one member, then all of the next" : ""}.`;
    default:
      return assertNever(key);
  }
}

/** Whether the entries of an array in the gradient have members. */
function holdsObjects({ sections }: ResultParts): boolean {
  return sections.some(
    ({ key, tree }) => key === "grad" && leavesOf(tree).some(({ path }) => path.includes(each) && path.at(-1) !== each),
  );
}

function layoutText({ sparse }: TagRequest): string {
  if (sparse !== true) return "row after row";
  return "in compressed rows (those of row r stand from rowStart[r] up to rowStart[r + 1])";
}

/** `h, next: as in rnnLoss. sums: sum in line 12. dh, dnext: the adjoints of h and next.` */
function scratchText({ scratch, stackType, patterns: { keys }, sections }: ResultParts): string {
  const byNote = new Map<string, string[]>();
  const adjoints: Differential[] = [];
  const tangents: Differential[] = [];
  const add = (to: Differential[], made: Differential): void => {
    if (to.every(({ key }) => key !== made.key)) to.push(made);
  };
  for (const { key, note } of scratch) {
    if (typeof note === "string") byNote.set(note, [...new Set([...(byNote.get(note) ?? []), key])]);
    else if ("adjointOf" in note) add(adjoints, { key, of: note.adjointOf });
    else add(tangents, { key, of: note.tangentOf });
  }
  const aside = sections.filter(isKeptAside).map(({ key }) => `${key}: where there is one, it is this.`);
  const texts = [...aside];
  texts.push(...[...byNote].map(([note, keys]) => `${keys.join(", ")}: ${note}.`));
  texts.push(...differentialsText("adjoint", adjoints), ...differentialsText("tangent", tangents));
  if (stackType !== undefined) texts.push("stack: what calls keep for their reverse.");
  if (keys.length > 0) texts.push(`${keys.join(", ")}: which entries there are.`);
  return texts.join(" ");
}

interface Differential {
  readonly key: string;
  readonly of: string;
}

function differentialsText(what: string, all: readonly Differential[]): readonly string[] {
  if (all.length === 0) return [];
  const plural = all.length > 1 ? "s" : "";
  return [`${all.map(({ key }) => key).join(", ")}: the ${what}${plural} of ${enumeration(all.map(({ of }) => of))}.`];
}

function hasOutputsAlone({ outputs }: TagRequest): boolean {
  return outputs.some((output) => output !== "value");
}

function leafTypeText(leaf: ResultLeaf): string {
  if (leaf.kind === "matrix") {
    return leaf.columns === undefined ? arrayTypeText(leaf.element) : compressedTypeText(leaf.element);
  }
  return leaf.kind === "ofParameter" ? gradientTypeText(leaf) : valueTypeText(leaf);
}

function gradientTypeText({ element, leaf }: GradientLeaf): string {
  return element === undefined ? "number" : innermostTypeText(leaf.parameter.type, element);
}

/** The description of the primal, and what is added to it. */
export function printFunctionDoc({ signature, request, wrtNames, seedName, sections }: ResultParts): string {
  const names = enumeration(wrtNames);
  const description = signature.description.trim();
  const whats: Readonly<Record<Mode, string>> = {
    grad: `its gradient in ${names}`,
    vjp: `the seed times its Jacobian in ${names}`,
    jvp: `its Jacobian in ${names} times the ${seedName}`,
    hvp: `its gradient in ${names}, and its Hessian times the ${seedName}`,
    jacobian: `its Jacobian in ${names}`,
    hessian: `its gradient and its Hessian in ${names}`,
  };
  const what = whats[request.mode];
  const added = request.accumulate ? `, added to what is there` : "";
  const hasValue = sections.some(({ key }) => key === "value");
  const subject = hasValue ? `its value, and ${what}${added}` : `${what}${added}`;
  if (description === "") {
    const own = subject
      .replace(/\bits value\b/, `The value of ${signature.name}`)
      .replace(/^its Jacobian/, `The Jacobian of ${signature.name}`)
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
