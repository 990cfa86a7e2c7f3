/** What the list of stages is made of: a stage, and the ways to make one of a pass. */
import type { Pass } from "../transforms/pass.ts";
import type { Graph, GraphNode } from "./ir/graph.ts";

export interface PipelineOptions {
  /** Leaves out every rewrite that changes rounding. */
  readonly strictFp: boolean;
  /** Names of passes to leave out; only `optionalPasses` are. */
  readonly disabled: ReadonlySet<string>;
  /** Keeps the marks of constants: what is made is differentiated again. */
  readonly keepsMarks?: boolean;
  readonly onPass?: ((name: string, graph: Graph) => void) | undefined;
}

export type Kind = GraphNode["kind"];

export interface StageOptions extends PipelineOptions {
  /** Gradients are added to what they hold, so they do not start at zero. */
  readonly accumulates?: boolean;
}

export interface Stage {
  readonly name: string;
  readonly run: (options: StageOptions) => (graph: Graph) => Graph;
  /** Changes nothing in a graph that has no node of these kinds. */
  readonly on?: readonly Kind[];
  /** Changes rounding: left out under `strictFp`. */
  readonly rounds?: boolean;
  /** What the stages after it rely on: never left out. */
  readonly required?: boolean;
  /** Only after the last derivative. */
  readonly isLast?: boolean;
  /** Minds calls and the stack of their values; a graph that has some is left to these stages. */
  readonly mindsCalls?: boolean;
}

/** A stage of a pass without options. */
export const stage = (run: (graph: Graph) => Graph, facts: Omit<Stage, "name" | "run"> = {}): Stage => ({
  name: run.name,
  run: () => run,
  ...facts,
});
/** A stage of a pass that minds whether what rounds otherwise is left out. */
export const configured = (
  make: (options: { readonly strictFp: boolean }) => Pass,
  facts: Omit<Stage, "name" | "run"> = {},
): Stage => ({
  name: make.name,
  run: ({ strictFp }) => make({ strictFp }).run,
  ...facts,
});

/** A stage of a pass that minds whether gradients start at zero. */
export const accumulating = (
  run: (graph: Graph, accumulates: boolean) => Graph,
  facts: Omit<Stage, "name" | "run"> = {},
): Stage => ({
  name: run.name,
  run:
    ({ accumulates = false }) =>
    (graph) =>
      run(graph, accumulates),
  ...facts,
});
