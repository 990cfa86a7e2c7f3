import { describe, expect, test } from "vitest";
import { diagnostic, type Diagnostic } from "../src/diagnostics/diagnostic.ts";
import { inOrder } from "../src/diagnostics/in-order.ts";

function at(file: string, line: number, column = 1): Diagnostic {
  return diagnostic("ADJ0001", { file, line, column, endLine: line, endColumn: column + 1, text: "" }, { file });
}

describe("the order of diagnostics", () => {
  test.each(["/a/model.ts", "/z/model.ts"])("does not depend on the place of the compiled file: %s", (model) => {
    const made = [at("/m/helper.ts", 1), at(model, 7), at("/b/other.ts", 3), at(model, 2, 9), at(model, 2, 4)];
    const lines = inOrder(made, model).map(({ span }) => [span!.file, span!.line, span!.column]);
    expect(lines).toEqual([
      [model, 2, 4],
      [model, 2, 9],
      [model, 7, 1],
      ["/b/other.ts", 3, 1],
      ["/m/helper.ts", 1, 1],
    ]);
  });

  test("has each once", () => {
    expect(inOrder([at("/m.ts", 1), at("/m.ts", 1)], "/m.ts")).toHaveLength(1);
  });
});
