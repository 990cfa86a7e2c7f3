/** Models in JavaScript: types from JSDoc comments. */
import { describe, expect, test } from "vitest";
import { openProject } from "../../src/frontend/project.ts";
import { readModel } from "../../src/frontend/read-model.ts";
import { evaluate } from "../../src/ir/evaluate.ts";

const text = `// @ts-check

/** The share of each step. */
const rate = 0.5;

/**
 * @param {Float64Array} x
 * @param {{ scale: number, offset: number }} line
 * @param {number} [power]
 * @returns {number}
 */
function along(x, line, power = 2) {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (line.scale * x[k] + line.offset) ** power;
  return rate * sum;
}

/**
 * The squared distance from a line.
 *
 * @grad line.scale, x
 * @param {Float64Array} x
 * @param {{ scale: number, offset: number }} line
 * @returns {number}
 */
export function loss(x, line) {
  return along(x, line);
}
`;

describe("a model in JavaScript", () => {
  const { functions, diagnostics } = readModel(openProject({ sources: { "/model.js": text } }), "/model.js");

  test("is read with the types of its comments", () => {
    expect(diagnostics).toEqual([]);
    expect(functions.map(({ signature }) => signature.name)).toEqual(["loss"]);
  });

  test("computes what it says", () => {
    const { graph } = functions[0]!;
    expect(evaluate(graph, [Float64Array.of(1, 2), 3, 1]).returned).toBe(0.5 * (16 + 49));
  });
});
