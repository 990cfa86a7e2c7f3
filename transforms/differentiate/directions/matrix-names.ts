/** What matrices are called: J, or Jx and Jy where there are several. */
import { capitalized } from "../../../src/ir/capitalized.ts";
import { present } from "../../../src/diagnostics/invariant.ts";
import type { Graph } from "../../../src/ir/graph.ts";
import { each } from "../../../src/ir/nested.ts";

export function matrixNames(graph: Graph, wrt: readonly number[], letter: string): readonly string[] {
  if (wrt.length === 1) return [letter];
  return wrt.map((parameter) => `${letter}${leafName(present(graph.parameters[parameter]).path)}`);
}

/** `W1` of `params.W1`, `ends0` of `spring.ends[0]`. */
export function leafName(path: readonly (string | number)[]): string {
  const keys = path.filter((key) => key !== each);
  const last = keys.findLastIndex((key) => typeof key === "string");
  return keys
    .slice(Math.max(0, last))
    .map((key, k) => (k === 0 ? String(key) : capitalized(String(key))))
    .join("");
}
