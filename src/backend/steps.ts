/** What a printed function consists of before it is taken apart: the nodes of a graph, and text between them. */
import type { GraphNode, Origin, ValueId } from "../ir/graph.ts";

/** Text around values. */
export type Parts = readonly (string | ValueId)[];

/** A statement given as text around values; with a `result`, an expression that is assigned to it. */
export interface TemplateStep {
  readonly kind: "template";
  readonly parts: Parts;
  readonly result: ValueId | undefined;
  /** The result is this array again, grown: it stays in the same variable. */
  readonly again: ValueId | undefined;
  /** Arrays whose entries it changes. */
  readonly writes: readonly ValueId[];
  /** It is evaluated though nobody reads its result. */
  readonly acts: boolean;
  readonly origin: Origin | undefined;
}

/** `const { key: value, … } = source;` */
export interface BindStep {
  readonly kind: "bind";
  readonly source: string;
  readonly entries: readonly { readonly key: string; readonly value: ValueId }[];
  readonly origin: undefined;
}

export type Step = GraphNode | TemplateStep | BindStep;

/** A statement of text. */
export function template(
  parts: Parts,
  more: {
    readonly result?: ValueId;
    readonly again?: ValueId;
    readonly writes?: readonly ValueId[];
    readonly acts?: boolean;
    readonly origin?: Origin | undefined;
  } = {},
): TemplateStep {
  const { result, again, writes = [], acts = false, origin } = more;
  return { kind: "template", parts, result, again, writes, acts, origin };
}

export function bind(source: string, entries: BindStep["entries"]): BindStep {
  return { kind: "bind", source, entries, origin: undefined };
}

/** Another version of an array, in the same variable. */
export function sameArray(array: ValueId, result: ValueId): TemplateStep {
  return template([], { result, again: array });
}

/** The values that stand in a template. */
export function valuesIn(parts: Parts): readonly ValueId[] {
  return parts.filter((part): part is ValueId => typeof part !== "string");
}
