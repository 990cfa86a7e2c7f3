import { assertNever } from "../diagnostics/invariant.ts";
import type { AllocateNode, Graph, GraphNode, Instead, LoopNode, NodeBase, Output, Region, ValueId } from "./graph.ts";
import { typeText } from "./verify-types.ts";
import { carriedOf, changedBy, indexOf, nextOf, resultsOf } from "./walk.ts";

/**
 * A graph as text, for people: one node a line, regions indented, the source line as a comment where it changes. A
 * value is `%3`, with its name and type where it is defined.
 *
 * ```
 * scale(%0:x f64[], %1:a number) {
 *   %2:n = length %0
 *   %3 = 0
 *   %5:x, trips %7 = for %4:i from %3 while < %2 step 1 carry %6:x = %0 {   // line 3: for (let i = 0; …
 *     …
 *     yield %9
 *   }
 *   return nothing
 *   final x = %5
 * }
 * ```
 */
export function printGraph(graph: Graph): string {
  const called = [...(graph.functions ?? [])].map(([key, callee]) => printOne({ ...callee, name: key }));
  return [printOne(graph), ...called].join("\n");
}

function printOne(graph: Graph): string {
  const lines: string[] = [];
  let line: string | undefined;

  const typed = (id: ValueId): string => {
    const info = graph.values.get(id);
    return `${named(id)} ${info === undefined ? "?" : typeText(info.type)}`;
  };
  const named = (id: ValueId): string => {
    const name = graph.values.get(id)?.name;
    return name === undefined ? `%${id}` : `%${id}:${name}`;
  };
  const emit = (indent: string, text: string, node?: NodeBase): void => {
    const comment = node === undefined ? undefined : placeOf(node);
    lines.push(indent + text + (comment === undefined || comment === line ? "" : `   // ${comment}`));
    line = comment ?? line;
  };

  const printRegion = (region: Region, indent: string): void => {
    for (const node of region.nodes) printNode(node, indent);
    if (region.yields.length > 0) emit(indent, `yield ${list(region.yields)}`);
  };

  const printNode = (node: GraphNode, indent: string): void => {
    const results = resultsOf(node).map(named).join(", ");
    switch (node.kind) {
      case "if":
        emit(indent, `${results === "" ? "" : `${results} = `}if %${node.condition} {`, node);
        printRegion(node.then, `${indent}  `);
        emit(indent, "} else {");
        printRegion(node.else, `${indent}  `);
        emit(indent, "}");
        return;
      case "for":
      case "while":
        printLoop(node, indent);
        return;
      default:
        emit(indent, (results === "" ? "" : `${results} = `) + textOf(node), node);
    }
  };

  const printLoop = (node: LoopNode, indent: string): void => {
    const stopped = node.stopped === undefined ? "" : `, stopped ${named(node.stopped)}`;
    const results = [...node.results.map(named), `trips ${named(node.trips)}`].join(", ") + stopped;
    const carried = carriedOf(node).map((id, k) => `${named(id)} = %${node.inits[k]}`);
    const carry = carried.length === 0 ? "" : ` carry ${carried.join(", ")}`;
    const inner = `${indent}  `;
    if (node.kind === "for") {
      const range = `from %${node.start} while ${comparisonOf(node.step, node.inclusive)} %${node.bound} step ${node.step}`;
      emit(indent, `${results} = for ${named(indexOf(node))} ${range}${carry} {`, node);
    } else {
      emit(indent, `${results} = while (${node.condition.arguments.map(named).join(", ")}) {`, node);
      printRegion(node.condition, inner);
      emit(indent, `} iteration ${named(indexOf(node))}${carry} {`);
    }
    for (const body of node.body.nodes) printNode(body, inner);
    const next = list(nextOf(node));
    if (node.stops) emit(inner, `yield stop %${node.body.yields[0]}${next === "" ? "" : `, ${next}`}`);
    else if (next !== "") emit(inner, `yield ${next}`);
    emit(indent, "}");
  };

  lines.push(`${graph.name}(${graph.parameters.map(({ value }) => typed(value)).join(", ")}) {`);
  printRegion(graph.body, "  ");
  emit("  ", `return ${outputText(graph.returned)}`);
  for (const [parameter, id] of graph.final) {
    emit("  ", `final ${graph.parameters[parameter]?.path.join(".") ?? parameter} = %${id}`);
  }
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

/** The line of the source, or of the statement that a node of a derivative reverses. */
function placeOf({ span, origin }: NodeBase): string | undefined {
  if (origin !== undefined) return `reverses line ${origin.line}: ${origin.text}`;
  return span === undefined ? undefined : `line ${span.line}: ${span.text}`;
}

function comparisonOf(step: number, inclusive: boolean): string {
  return (step > 0 ? "<" : ">") + (inclusive ? "=" : "");
}

function list(ids: readonly ValueId[]): string {
  return ids.map((id) => `%${id}`).join(", ");
}

function textOf(node: Exclude<GraphNode, { kind: "if" | "for" | "while" }>): string {
  switch (node.kind) {
    case "constant":
      return Object.is(node.value, -0) ? "-0" : String(node.value);
    case "operation":
      return `${node.operation} ${list(node.operands)}`;
    case "opaque":
      return `opaque ${node.text}`;
    case "table":
      return `table ${node.element} [${node.values.slice(0, 8).join(", ")}${node.values.length > 8 ? ", …" : ""}]`;
    case "length":
      return node.at === undefined ? `length %${node.array}` : `length %${node.array}[%${node.at}]`;
    case "load":
      return `%${node.array}[%${node.index}]`;
    case "store":
      return `%${node.array} with [%${node.index}] = %${node.value}`;
    case "allocate":
      return `allocate ${node.element}[%${node.length}] ${roleText(node)}${node.filled ? "" : ", not filled"}`;
    case "grow":
      return `grow %${node.array} to %${node.length}`;
    case "throw":
      return `throw ${node.errorClass} ${node.parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : `%${part}`)).join(" ")}`;
    case "call":
      return `call ${node.callee}(${list(node.operands)})${node.written.length === 0 ? "" : ` writing ${list(changedBy(node).map(({ array }) => array))}`}`;
    case "push":
      return `push ${list(node.values)}`;
    case "pop":
      return "pop";
    default:
      return assertNever(node);
  }
}

function roleText({ role }: AllocateNode): string {
  switch (role.kind) {
    case "stash":
      return `stash (${role.note})`;
    case "gradient":
      return `${role.under ?? "gradient"} of parameter ${role.parameter}`;
    case "matrix":
      return role.parameter === undefined ? "hessian" : `jacobian in parameter ${role.parameter}`;
    default:
      return role.kind;
  }
}

function insteadText({ when, as }: Instead): string {
  return `${typeof as === "string" ? as : `%${as}`} where %${when}`;
}

function outputText(output: Output): string {
  switch (output.kind) {
    case "none":
      return "nothing";
    case "scalar":
      return [`%${output.value}`, ...(output.instead ?? []).map(insteadText)].join(", ");
    case "array":
      return `${output.element} %${output.value} of %${output.length}`;
    case "parameter":
      return `parameter ${output.parameter} %${output.value}`;
    case "object":
      return `{ ${output.entries.map(({ key, output: entry }) => `${key}: ${outputText(entry)}`).join(", ")} }`;
    case "tuple":
      return `[${output.entries.map(outputText).join(", ")}]`;
    case "rows":
      return `rows ${output.leaves.map(({ path, value, lengths }) => `${path.join(".")} %${value} of ${list(lengths)}`).join(", ")}`;
    case "mixed":
      return [outputText(output.of), ...output.instead.map(insteadText)].join(", ");
    default:
      return assertNever(output);
  }
}
