/** A plain graph as a plain function: the primal, or any graph between two passes. Tests run it against the evaluator. */
import { GraphBuilder } from "../ir/builder.ts";
import type { ElementType, Graph } from "../ir/graph.ts";
import { arrayGroups } from "../../transforms/analyze/array-groups.ts";
import type { FunctionSignature } from "../ir/signature.ts";
import { arrayTypeText, newArray } from "./array-types.ts";
import type { Expand } from "./blocks.ts";
import { aliasesOf, steadyParameters } from "./frame.ts";
import { helperName } from "./helper-functions.ts";
import { moduleParts } from "./module-parts.ts";
import { valueTree, type ValueLeaf } from "./outputs.ts";
import { accessLeaves, parameterLeaves, parameterTexts } from "./parameters.ts";
import { renderBody } from "./render.ts";
import { type Parts, template } from "./steps.ts";
import { treeLiteral } from "./trees.ts";

/** A module with one exported function of the signature's name. Arrays of the graph are allocated in each call. */
export function printPrimal(signature: FunctionSignature, graph: Graph, lang: "ts" | "js"): string {
  const builder = new GraphBuilder(graph.values);
  const parts = moduleParts(lang, [signature.name]);
  const access = accessLeaves(parameterLeaves(signature, graph), builder, parts);
  const taken = new Set([...signature.parameters.map(({ name }) => name), signature.name]);
  const value = valueTree(graph.returned, graph, builder);
  const returned = value === undefined ? [] : [template(["return ", ...treeLiteral(value, valueOf), ";"])];
  const groups = arrayGroups(graph);
  const expand: Expand = (node) => {
    if (node.kind === "call" || node.kind === "push" || node.kind === "pop") {
      throw new TypeError("a graph with calls is printed as a module");
    }
    const { origin, result } = node;
    if (node.kind === "allocate") {
      // A variable that also holds a caller's array takes any kind of memory.
      const isShared = lang === "ts" && node.element !== "number" && groups.groupOf(result).isPermuted;
      const cast = isShared ? [` as ${arrayTypeText(node.element)}`] : [];
      return [template([...newArray(node.element, [node.length], lang), ...cast], { result, origin })];
    }
    const type = builder.typeOf(node.array);
    const element: ElementType = typeof type === "object" ? type.element : "f64";
    return [
      template([`${parts.grow(element)}(`, node.array, ", ", node.length, ")"], { result, again: node.array, origin }),
    ];
  };
  const body = renderBody({
    steps: [...access.steps, ...graph.body.nodes, ...returned],
    builder,
    parameters: graph.parameters.map((parameter) => parameter.value),
    fixedNames: access.fixedNames,
    unassigned: access.unassigned,
    preferred: new Set(),
    steady: steadyParameters(graph, groups),
    aliases: aliasesOf(graph, access.aliases),
    lengths: { sameLength: new Map(), exactLength: new Map() },
    restNote: undefined,
    taken,
    expand,
    table: (element, values, wish) => parts.table(element, values, wish, taken),
    helper: (operation) => helperName(operation, parts),
    style: { lang, file: graph.span.file },
  });
  const { tables, helpers } = parts.print([body]);
  const header = `export function ${signature.name}(${parameterTexts(signature.parameters, lang).join(", ")}) {`;
  return [...tables, `${header}\n${body}\n}`, ...helpers].join("\n\n") + "\n";
}

/** Where something else is given back, the number is 0. */
function valueOf(leaf: ValueLeaf): Parts {
  if (leaf.kind === "rows") throw new TypeError("a graph that returns rows is not printed as it is");
  const instead = leaf.kind === "scalar" ? leaf.instead : [];
  return [...instead.flatMap(({ when }): Parts => [when, " ? 0 : "]), leaf.value];
}

/** The signature of a graph whose parameters are plain: what a test needs that has no source. */
export function plainSignature(graph: Graph): FunctionSignature {
  return {
    name: graph.name,
    parameters: graph.parameters.map(({ path, type }) => ({
      name: path.join("_"),
      typeText: typeof type === "object" ? arrayTypeText(type.element) : type,
      shape: typeof type === "object" ? { kind: "array", element: type.element } : { kind: type },
      initializer: undefined,
      bindings: undefined,
    })),
    returns: undefined,
    description: "",
    typeImports: [],
    span: graph.span,
  };
}
