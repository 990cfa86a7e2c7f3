/** Lowers small functions, runs them as graphs and as JavaScript, and compares. */
import { Project, ts } from "ts-morph";
import { expect } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { inlineLimit } from "../../src/frontend/inlining.ts";
import { lowerFunction } from "../../src/frontend/lower-function.ts";
import { Names } from "../../src/frontend/names.ts";
import { openPackages } from "../../src/frontend/packages.ts";
import { readSignature } from "../../src/frontend/signature.ts";
import { type Argument, evaluate } from "../../src/ir/evaluate.ts";
import type { Graph, GraphNode } from "../../src/ir/graph.ts";
import { verify } from "../../src/ir/verify.ts";
import { walkNodes } from "../../src/ir/walk.ts";

export type Sources = Readonly<Record<string, string>>;

export interface Lowered {
  readonly graph: Graph | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** One for all tests of a file, which saves reading the library again. */
const project = new Project({
  useInMemoryFileSystem: true,
  compilerOptions: { strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
});

/** Lowers the function `f` of `model.ts`. */
export function lower(source: string | Sources): Lowered {
  const sources: Sources = typeof source === "string" ? { "model.ts": source } : source;
  for (const file of project.getSourceFiles()) project.removeSourceFile(file);
  for (const [path, text] of Object.entries(sources)) project.createSourceFile(path, text, { overwrite: true });
  const file = project.getSourceFileOrThrow("model.ts");
  const node =
    file.getFunction("f") ??
    file.getVariableDeclarationOrThrow("f").getInitializerIfKindOrThrow(ts.SyntaxKind.ArrowFunction);
  const { signature, diagnostics } = readSignature("f", node);
  if (signature === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return lowerFunction(
    node,
    signature,
    new Names(project.getProgram().compilerObject, openPackages(project)),
    { all: [], deepest: 1 },
    inlineLimit,
  );
}

/** The graph of `f`, which nothing was refused in. */
export function graphOf(source: string | Sources): Graph {
  const { graph, diagnostics } = lower(source);
  expect(diagnostics.map(({ code, message, span }) => `${code} ${span?.line}:${span?.column} ${message}`)).toEqual([]);
  if (graph === undefined) throw new Error("no graph");
  expect(verify(graph)).toEqual([]);
  return graph;
}

/** The function `f`, run as JavaScript. */
export function compiled(source: string | Sources): (...args: unknown[]) => unknown {
  const sources: Sources = typeof source === "string" ? { "model.ts": source } : source;
  const loaded = new Map<string, Record<string, unknown>>();
  const load = (path: string): Record<string, unknown> => {
    const before = loaded.get(path);
    if (before !== undefined) return before;
    const exports: Record<string, unknown> = {};
    loaded.set(path, exports);
    const { outputText } = ts.transpileModule(sources[path] ?? "", {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const require = (name: string) => load(name.replace(/^\.\//, "").replace(/(\.[jt]s)?$/, ".ts"));
    new Function("exports", "require", outputText)(exports, require);
    return exports;
  };
  return load("model.ts")["f"] as (...args: unknown[]) => unknown;
}

/** Runs `f` both ways on each list of arguments. */
export function agree(source: string | Sources, ...inputs: readonly (readonly unknown[])[]): Graph {
  const graph = graphOf(source);
  const run = compiled(source);
  for (const input of inputs) {
    const args = structuredClone(input) as unknown[];
    const leaves = graph.parameters.map(({ path }) => leafAt(graph, input, path));
    let failure: unknown;
    let expected: unknown;
    try {
      expected = run(...args);
    } catch (error) {
      failure = error;
    }
    if (failure !== undefined) {
      expect(() => evaluate(graph, leaves)).toThrow((failure as Error).message);
      continue;
    }
    const { returned, final } = evaluate(graph, leaves);
    expect(plain(returned), `value of f(${JSON.stringify(input)})`).toEqual(plain(expected));
    for (const [k, contents] of final) {
      const parameter = graph.parameters[k];
      if (parameter === undefined) continue;
      const after = leafAt(graph, args, parameter.path);
      expect(Array.from(contents), parameter.path.join(".")).toEqual(Array.from(after as ArrayLike<number>));
    }
  }
  return graph;
}

/** The leaf of the arguments that a parameter of the graph is. */
function leafAt(graph: Graph, args: readonly unknown[], path: readonly (string | number)[]): Argument {
  const names = [...new Set(graph.parameters.map((parameter) => parameter.path[0]))];
  const whole = args[names.indexOf(path[0])];
  return path.slice(1).reduce((at, key) => (at as Record<string, unknown>)[key], whole) as Argument;
}

/** Arrays of all kinds as plain ones, `null` and nothing as one. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value) || Array.isArray(value))
    return Array.from(value as unknown as ArrayLike<unknown>, plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  }
  return value ?? undefined;
}

/** `code line:column` of each refusal. */
export function refusals(source: string | Sources): readonly string[] {
  const { graph, diagnostics } = lower(source);
  expect(graph).toBeUndefined();
  return diagnostics.map(({ code, span }) => `${code} ${span?.line}:${span?.column}`);
}

/** All nodes of a kind, also within loops and branches. */
export function nodesOf<Kind extends GraphNode["kind"]>(
  graph: Graph,
  kind: Kind,
): readonly Extract<GraphNode, { kind: Kind }>[] {
  const found: GraphNode[] = [];
  walkNodes(graph.body, (node) => node.kind === kind && found.push(node));
  return found as Extract<GraphNode, { kind: Kind }>[];
}

export const x4 = Float64Array.of(0.5, -1.25, 2, 3.5);
export const y4 = Float64Array.of(1, 2, -3, 0.25);
