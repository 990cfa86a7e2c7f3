/**
 * Puts 0 in the place of what vanishes at a singular point: of the marks the one that no source can say. What is printed, to be
 * differentiated again as text, has none, and in matrices it is 0 in all directions.
 */
import type { Graph } from "../../src/ir/graph.ts";
import { withoutMarks } from "./erase-marks.ts";

export function eraseVanishing(graph: Graph): Graph {
  return withoutMarks(graph, ({ operation }) => operation === "vanish");
}
