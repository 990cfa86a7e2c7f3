/** A program tree to the text of a module, with what it takes to call it. */
import { emptyContext, sizeText, type Context, type Helper, type HelperResult, type ReturnForm } from "./context.ts";
import { lengthText } from "./print-declaration.ts";
import { indented } from "./pieces.ts";
import { fitted } from "./guards.ts";
import { parenthesized } from "./pieces.ts";
import { printExpression, stored } from "./print-expression.ts";
import {
  declareObject,
  printHelperParameter,
  printParameter,
  type InputSpec,
  type PrintedParameter,
  type StructureOutput,
} from "./print-parameters.ts";
import { printStatements, writableArrays } from "./print-statement.ts";
import type { HelperTree, ProgramTree } from "./program.ts";
import { nestedResults, returnText } from "./return-text.ts";
import { freshName, innerScope, pickFrom, type ArrayBinding, type Scope } from "./scope.ts";

export interface PrintedProgram {
  readonly source: string;
  readonly mode: "grad" | "vjp";
  readonly accumulate: boolean;
  readonly parameters: readonly { readonly name: string; readonly input: InputSpec }[];
  readonly features: ReadonlySet<string>;
  readonly inputSeed: number;
  /** Its last parameter takes what is left of the arguments. */
  readonly hasRest?: boolean;
}

/** The name of the tagged function in every program. */
export const functionName = "model";

export function printProgram(tree: ProgramTree): PrintedProgram {
  const features = new Set<string>();
  const declarations = new Map<string, readonly string[]>();
  const base: Context = { ...emptyContext(), features, declarations, sizes: { n: tree.n, m: tree.m } };
  const moduleSizes = tree.sizeSource % 4 === 3;
  const sizeTexts = moduleSizes ? { n: "SIZE", m: "COUNT" } : { n: "n", m: "m" };
  const scope = moduleScope();
  const rootScope = innerScope(scope);
  for (const name of Object.values(sizeTexts)) rootScope.names.add(name);
  const root: Context = { ...base, sizeTexts, scope: rootScope, tally: newTally() };
  const printed = tree.parameters.map((parameter) => printParameter(parameter, root));
  const restIndex = printed.findIndex(({ isRest }) => isRest);
  const parameters = printed.map((each, k) => (k === restIndex ? each : asPlain(each)));
  if (parameters.every(({ wrt }) => wrt.length === 0)) parameters.push(printParameter({ kind: 0, size: 0 }, root));
  const object = parameters.find(({ input, declared }) => input.kind === "object" && declared === undefined);

  const helpers: Helper[] = [];
  const helperLines = tree.helpers.flatMap((helper) => {
    const context = { ...base, sizeTexts, scope: innerScope(scope), helpers, tally: newTally() };
    const name = freshName(scope, ["blend", "update", "score", "mix"]);
    rootScope.names.add(name);
    const printed = printHelper(name, helper, context, object, rootScope, moduleSizes);
    helpers.push(printed.helper);
    return [...printed.lines, ""];
  });

  const function_ = printTagged(tree, { ...root, helpers, objectText: object?.name }, parameters, moduleSizes);
  const sizeLines = moduleSizes ? [`const SIZE: number = ${tree.n};`, `const COUNT: number = ${tree.m};`] : [];
  const used = [...helperLines, ...function_.lines].join("\n");
  const moduleLines = [...sizeLines, ...constantLines].filter((line) => {
    return new RegExp(`\\b${line.split(/[ :]/)[1]}\\b`).test(used);
  });
  const declared = [...declarations.values()].flatMap((lines) => [...lines, ""]);
  const source = [...moduleLines, "", ...declared, ...helperLines, ...function_.lines, ""].join("\n").trimStart();
  return { ...function_, source, accumulate: tree.accumulate, features, inputSeed: tree.inputSeed };
}

/** One parameter alone takes the rest. */
function asPlain({ isRest: _, ...parameter }: PrintedParameter): PrintedParameter {
  const { declared } = parameter;
  return declared === undefined ? parameter : { ...parameter, declared: declared.replace(/^\.\.\./, "") };
}

const constantLines = ["const rate: number = 0.3;", "const table = [0.5, -1.2, 0.8];", "const order = [2, 0, 1];"];

function moduleScope(): Scope {
  return {
    numbers: [{ text: "rate", range: { low: 0.3, high: 0.3 }, mutable: false }],
    integers: [],
    flags: [],
    uses: [],
    arrays: [{ element: "number", size: "three", roots: [], writable: false, text: "order", below: "three" }],
    names: new Set(["rate", "table", "order", functionName]),
  };
}

const newTally = (): Context["tally"] => ({ cost: 0, length: 0, usedSizes: new Set() });

function printHelper(
  name: string,
  tree: HelperTree,
  outer: Context,
  object: PrintedParameter | undefined,
  root: Scope,
  moduleSizes: boolean,
) {
  const context = { ...outer };
  for (const size of Object.values(context.sizeTexts)) context.scope.names.add(size);
  const parameters = tree.parameters.map((parameter) => {
    const printed = printHelperParameter(parameter, context, object);
    if (printed.parameter.kind === "object" && object !== undefined) {
      declareObject(object, context.scope, root);
      context.objectText = object.name;
    }
    return printed;
  });
  const result = pickFrom<HelperResult>(["number", "number", "none", "none", "tuple", "array", "flag"], tree.result);
  const lines: string[] = [];
  const returns = returnForm(result ?? "number", context, lines);
  const inner: Context = { ...context, returns };
  lines.push(...printStatements(tree.body, inner));
  const [first, second] = tree.values;
  if (result !== "none" && first !== undefined) lines.push(returnText(first, inner, second));
  const sizes = sizeLines(context, moduleSizes);
  const type = { number: "number", none: "void", tuple: "[number, number]", array: "Float64Array", flag: "boolean" };
  const list = [...parameters.map(({ text }) => text), ...sizes.parameters.map((size) => `${size}: number`)].join(", ");
  const body = indented([...sizes.lines, ...lines]);
  const resultType = type[result ?? "number"];
  context.features.add(tree.arrow ? "arrow helper" : "helper");
  const { cost, length } = context.tally;
  const helper: Helper = {
    name,
    parameters: [
      ...parameters.map(({ parameter }) => parameter),
      ...sizes.parameters.map((size) => ({ kind: "size", size }) as const),
    ],
    result: result ?? "number",
    cost: cost + 1,
    length: length + 1,
  };
  return {
    helper,
    lines: tree.arrow
      ? [`const ${name} = (${list}): ${resultType} => {`, ...body, "};"]
      : [`function ${name}(${list}): ${resultType} {`, ...body, "}"],
  };
}

function returnForm(result: HelperResult, context: Context, lines: string[]): ReturnForm {
  if (result !== "array") return { kind: result };
  return { kind: "array", array: declareResultArray(context, lines) };
}

function declareResultArray(context: Context, lines: string[]): ArrayBinding {
  const name = freshName(context.scope, ["result", "answer"]);
  const array: ArrayBinding = { text: name, element: "f64", size: "n", roots: [{ written: false }], writable: true };
  lines.push(`const ${name} = new Float64Array(${sizeText(context, "n")});`);
  context.scope.arrays.push(array);
  return array;
}

/** Where `n` and `m` come from, as far as they are used: a length, or parameters of their own. */
function sizeLines({ scope, tally }: Context, moduleSizes: boolean, preferParameters = false) {
  const lines: string[] = [];
  const parameters: ("n" | "m")[] = [];
  for (const size of moduleSizes ? [] : (["n", "m"] as const)) {
    if (!tally.usedSizes.has(size)) continue;
    const array = scope.arrays.find((binding) => binding.size === size && binding.isParameter === true);
    if (array === undefined || preferParameters) parameters.push(size);
    else lines.push(`const ${size} = ${array.text}.length;`);
  }
  return { lines, parameters };
}

function printTagged(
  tree: ProgramTree,
  outer: Context,
  parameters: readonly PrintedParameter[],
  moduleSizes: boolean,
): Pick<PrintedProgram, "mode" | "parameters" | "hasRest"> & { readonly lines: readonly string[] } {
  const isGrad = tree.mode < 3;
  const lines: string[] = [];
  const written = pickFrom(
    parameters.flatMap(({ array }) => (array === undefined ? [] : [array])),
    tree.result,
  );
  const plain = isGrad ? "number" : (pickFrom(vjpForms, tree.result) ?? "number");
  const output = pickFrom(
    parameters.flatMap((each) => each.output ?? []),
    tree.result,
  );
  const structured = output !== undefined && tree.mode === 7 ? "written structure" : "nested";
  const form = tree.mode < 5 ? plain : structured;
  const plan =
    form === "nested" || form === "written structure"
      ? structuredPlan(output, tree)
      : resultPlan(form, written, outer, lines);
  const context: Context = { ...outer, returns: plan.returns };
  lines.push(...printStatements(tree.body, context));
  lines.push(...printEnding(tree, context, plan));
  const sizes = sizeLines(outer, moduleSizes, tree.sizeSource % 4 === 1);
  const literals =
    tree.sizeSource % 4 === 2 ? sizes.parameters.map((size) => `const ${size}: number = ${tree[size]};`) : [];
  const sizeParameters = tree.sizeSource % 4 === 2 ? [] : sizes.parameters;
  // What may be left out stands behind what may not, and what takes the rest is the last.
  const rest = parameters.find(({ isRest }) => isRest);
  const own = parameters.filter(({ isRest }) => isRest !== true);
  const isOptional = ({ declared }: { readonly declared?: string }) => /^\w+\?:/.test(declared ?? "");
  const all: readonly Pick<PrintedParameter, "name" | "type" | "input" | "declared">[] = [
    ...own.filter((each) => !isOptional(each)),
    ...sizeParameters.map((size) => ({
      name: size,
      type: "number",
      input: { kind: "integer", value: tree[size] } as const,
    })),
    ...own.filter(isOptional),
    ...(rest === undefined ? [] : [rest]),
  ];
  const outputs = plan.outputs === undefined ? "" : ` -> ${plan.outputs}`;
  const options = tree.accumulate ? " {accumulate}" : "";
  const named = tree.wrt.flatMap(
    (pick) =>
      pickFrom(
        parameters.flatMap((entry) => entry.wrt),
        pick,
      ) ?? [],
  );
  const isWithin = (name: string) => named.some((other) => name.startsWith(`${other}.`));
  const wrt = [...new Set(named)].filter((name) => !isWithin(name));
  const tag = `/** @${isGrad ? "grad" : "vjp"}${options}${wrt.length === 0 ? "" : ` ${wrt.join(", ")}`}${outputs} */`;
  const list = all.map(({ name, type, declared }) => declared ?? `${name}: ${type}`).join(", ");
  context.features.add(isGrad ? "@grad" : `@vjp of ${form}`);
  if (tree.accumulate) context.features.add("{accumulate}");
  return {
    mode: isGrad ? "grad" : "vjp",
    parameters: all,
    hasRest: rest !== undefined,
    lines: [
      tag,
      `export function ${functionName}(${list}): ${plan.type} {`,
      ...indented([...sizes.lines, ...literals, ...lines]),
      "}",
    ],
  };
}

const vjpForms = ["number", "array", "tuple", "object", "written", "value and written", "parameter", "mixed"] as const;

interface ResultPlan {
  readonly returns: ReturnForm;
  readonly type: string;
  readonly outputs: string | undefined;
  /** What the end of the function writes to. */
  readonly array: ArrayBinding | undefined;
  /** A number of a structure that it writes to. */
  readonly place?: string;
}

function structuredPlan(output: StructureOutput | undefined, { mode, result }: ProgramTree): ResultPlan {
  if (output !== undefined && mode === 7) {
    const { name, place } = output;
    return result % 2 === 0
      ? { returns: { kind: "none" }, type: "void", outputs: name, array: undefined, place }
      : { returns: { kind: "number" }, type: "number", outputs: `${name}, value`, array: undefined, place };
  }
  const form = pickFrom(nestedResults, result) ?? nestedResults[0];
  if (form === undefined) throw new Error("there are results of structured types");
  return { returns: { kind: "nested", form }, type: form.type, outputs: undefined, array: undefined };
}

function resultPlan(
  form: (typeof vjpForms)[number],
  written: ArrayBinding | undefined,
  context: Context,
  lines: string[],
): ResultPlan {
  const plain = { outputs: undefined, array: undefined };
  if (form === "tuple") return { ...plain, returns: { kind: "tuple" }, type: "[number, number]" };
  if (form === "object") return { ...plain, returns: { kind: "object" }, type: "{ first: number; second: number }" };
  if (form === "number") return { ...plain, returns: { kind: "number" }, type: "number" };
  if (written !== undefined && form !== "array" && form !== "mixed") {
    const { text } = written;
    const types = { f64: "Float64Array", f32: "Float32Array", number: "number[]", i32: "Int32Array" };
    if (form === "written") return { returns: { kind: "none" }, type: "void", outputs: text, array: written };
    if (form === "parameter") {
      return { ...plain, returns: { kind: "array", array: written }, type: types[written.element], array: written };
    }
    return { returns: { kind: "number" }, type: "number", outputs: `${text}, value`, array: written };
  }
  const array = declareResultArray(context, lines);
  return form === "mixed"
    ? { ...plain, returns: { kind: "objectWithArray", array }, type: "{ loss: number; state: Float64Array }", array }
    : { ...plain, returns: { kind: "array", array }, type: "Float64Array", array };
}

/** What stands before the last `return`, so that little of what the body computed is of no use. */
function printEnding(tree: ProgramTree, context: Context, plan: Pick<ResultPlan, "array" | "place">): string[] {
  const [first, second] = tree.values;
  if (first === undefined) return [];
  const { returns, scope } = context;
  const { array: result, place } = plan;
  if (tree.result % 5 === 0 && result === undefined && place === undefined) return [returnText(first, context, second)];
  const lines: string[] = [];
  const value = fitted(printExpression(first, context), 6, tree.result);
  const total = freshName(scope, ["total", "loss"]);
  const numbers = scope.numbers.filter(({ mutable }) => mutable).slice(-3);
  const sum = [parenthesized(value, 11), ...numbers.map(({ text }) => text)].join(" + ");
  lines.push(`let ${total} = ${sum};`);
  for (const array of writableArrays(context).slice(-3)) {
    const end = lengthText(array.size, tree.result, undefined, context);
    const index = freshName(innerScope(scope), ["i", "j", "k"]);
    lines.push(
      `for (let ${index} = 0; ${index} < ${end}; ${index}++) ${total} += ${array.text}[${index}] * (0.7 + ${index});`,
    );
  }
  scope.numbers.push({ text: total, range: stored, mutable: true });
  if (result !== undefined) {
    for (const root of result.roots) root.written = true;
    lines.push(`${result.text}[0] += 0.1 * ${total};`);
  }
  if (place !== undefined) lines.push(`${place} = 0.5 * ${place} + 0.1 * ${total};`);
  if (returns.kind === "number") return [...lines, `return ${total};`];
  if (returns.kind === "none") return lines;
  const last = { kind: "variable", pick: scope.numbers.length - 1 } as const;
  return [...lines, returnText(last, context, second)];
}
