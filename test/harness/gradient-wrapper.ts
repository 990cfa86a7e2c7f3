/**
 * A model over a generated gradient: a tagged function that calls it and gives the sum of its entries, each times a weight.
 * Its own gradient is the Hessian of the primal times the weights.
 */
import ts from "typescript";
import { each } from "../../src/ir/nested.ts";
import type { ModelFunction, TagRequest } from "../../src/ir/signature.ts";
import { resultPath } from "./arguments.ts";
import type { Path } from "./tree.ts";

/** The weight of an entry of a leaf. */
export function weightOf(leaf: number, entry: number): number {
  return Math.cos(entry + 2 * leaf);
}

/** The text of the model; `golden` is the text of the generated file, and `from` how it is imported. */
export function wrapGradient(
  model: ModelFunction,
  request: TagRequest,
  golden: string,
  { name, from }: { readonly name: string; readonly from: string },
): string {
  const file = ts.createSourceFile("model.grad.ts", golden, ts.ScriptTarget.Latest, true);
  const imports = file.statements.filter(ts.isImportDeclaration).map((node) => node.getText());
  const found = file.statements.filter(ts.isFunctionDeclaration);
  const parameters = found.find((node) => node.name?.text === request.functionName)?.parameters.slice(0, -1) ?? [];
  const names = parameters.map((node, k) => (ts.isIdentifier(node.name) ? node.name.text : `parameter${k}`));
  const own = parameters.map((node, k) => `${names[k]}${node.getText().slice(node.name.getText().length)}`);
  const sums = request.wrt.map((parameter, leaf) => {
    const type = model.graph.parameters[parameter]?.type;
    const path = resultPath(model, parameter);
    const levels = typeof type === "object" ? (type.layers?.length ?? 1) : 0;
    const inner = levels - path.filter((key) => key === each).length;
    const whole = [...path, ...Array.from({ length: inner }, () => each)];
    return `  $k = 0;\n${sumOver(whole, "$made.grad", 0, leaf)}`;
  });
  return [
    ...imports,
    `import { ${request.functionName} } from "${from}";`,
    `/** @grad ${request.wrt.map((parameter) => tagName(model, parameter)).join(", ")} */`,
    `export function ${name}(${own.join(", ")}): number {`,
    `  const $made = ${request.functionName}(${names.join(", ")});`,
    "  let $sum = 0;",
    "  let $k = 0;",
    ...sums,
    "  return $sum;",
    "}",
    "",
  ].join("\n");
}

function sumOver([key, ...rest]: Path, at: string, depth: number, leaf: number): string {
  if (key === undefined) return `$sum += Math.cos($k++ + ${2 * leaf}) * ${at};`;
  if (key !== each) return sumOver(rest, typeof key === "number" ? `${at}[${key}]` : `${at}.${key}`, depth, leaf);
  const i = `$i${depth}`;
  return `for (let ${i} = 0; ${i} < ${at}.length; ${i}++) { ${sumOver(rest, `${at}[${i}]`, depth + 1, leaf)} }`;
}

function tagName(model: ModelFunction, parameter: number): string {
  return resultPath(model, parameter)
    .filter((key) => key !== each)
    .join(".");
}
