/** What the goldens of the best known models must look like, whatever else changes in them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { modelsFolder } from "./harness/fixtures.ts";

const golden = (name: string) => readFileSync(join(modelsFolder, name, "model.grad.ts"), "utf8");
/** The statements after `// Reverse.`, or all where both sweeps are one; without comments. */
const reverse = (name: string) =>
  golden(name)
    .slice(Math.max(0, golden(name).indexOf("// Reverse.")))
    .replace(/ *\/\/.*$/gm, "");

describe("the two-layer network", () => {
  test("keeps one array, and has no other", () => {
    const [, members] = /scratch: \{([^}]*)\}/.exec(golden("two-layer-relu")) ?? [];
    expect(members?.match(/Float\d\dArray/g)).toHaveLength(1);
  });
  test("assigns the weights' gradient and does not zero what it assigns", () => {
    expect(reverse("two-layer-relu")).toMatch(/dW1\[i \* n \+ j\] = /);
    expect(reverse("two-layer-relu")).not.toMatch(/\.fill\(0\)/);
  });
});

describe("logistic regression", () => {
  test("has no division by a probability", () => {
    const [, reversed = ""] = /const dz = ([^;]*);/.exec(reverse("logistic-regression")) ?? [];
    expect(reversed).toMatch(/p - label/);
    expect(reverse("logistic-regression")).not.toMatch(/\/ \(?(1 - )?p\b/);
  });
  test("is one pass over the samples", () => {
    expect(golden("logistic-regression").match(/for \(let s\b/g)).toHaveLength(1);
    expect(golden("logistic-regression")).not.toMatch(/scratch/);
  });
});

describe("the convolution", () => {
  // dkernel[p, q] = Σ doutput[i, j] image[i s + p, j s + q]: the cross-correlation of the image with the output's adjoint.
  // dimage[i s + p, j s + q] += doutput[i, j] kernel[p, q]: the full convolution of that adjoint with the kernel.
  test("has the kernel's gradient as a cross-correlation with the image", () => {
    expect(reverse("convolution-2d")).toMatch(/dkernel\[p \* size \+ q\] \+= dsum \* image\[y \* width \+ x\]/);
  });
  test("has the image's gradient as a full convolution with the kernel", () => {
    expect(reverse("convolution-2d")).toMatch(/dimage\[y \* width \+ x\] \+= dsum \* kernel\[p \* size \+ q\]/);
  });
  test("keeps nothing of its inner loops", () => {
    expect(golden("convolution-2d")).not.toMatch(/scratch/);
  });
  test("is one pass over the output", () => {
    expect(golden("convolution-2d").match(/for \(let i\b/g)).toHaveLength(1);
  });
});

describe("softmax cross-entropy", () => {
  test("comes out as probabilities minus one-hot", () => {
    expect(reverse("softmax-cross-entropy")).toMatch(
      /const dsum = 1 \/ sum;.*\n.*dlogits\[k\] = dsum \* exponentials\[k\];.*\n.*dlogits\[label\] -= 1;.*\n\n/,
    );
  });
  test("streams a batch: nothing is kept of a sample", () => {
    const text = golden("softmax-classifier");
    expect(text.match(/for \(let s\b/g)).toHaveLength(1);
    expect(text).toMatch(/dz\[k\] = dsum \* exponentials\[k\];.*\n.*dz\[label\] -= dloss;/);
    expect(text).not.toMatch(/labelsLength \* classes\)/);
  });
});

describe("arrays that are filled in order", () => {
  const scratch = (name: string) =>
    [...golden(name).matchAll(/^ {2}scratch: \{([^}]*)\};$/gm)].map(([, members = ""]) => members.match(/\w+(?=:)/g));
  test("keep nothing beside their adjoints", () => {
    expect(scratch("cholesky")).toEqual([["z", "dz"]]);
    const kept = scratch("filled-in-order");
    expect(kept).toEqual([
      ["y", "dy"],
      ["x", "dx"],
      ["R", "ups", "lefts", "boths", "dR"],
      ["u", "du"],
      ["f", "df"],
    ]);
  });
  test("are not zeroed before", () => {
    expect(golden("filled-in-order")).not.toMatch(/\b[yxuf]\.fill/);
  });
});

describe("recurrent networks", () => {
  test("keep their gates, and not the exponentials in them", () => {
    for (const name of ["lstm", "gru"]) expect(golden(name)).not.toMatch(/exponentials/);
    expect(golden("lstm")).toMatch(/scratch: \{[^}]*sigmoids: Float64Array/);
  });
  test("assign the adjoints of gates that stand in one array, and zero none of them", () => {
    expect(reverse("lstm").match(/\bdz\[[^\]]*\] = /g)).toHaveLength(4);
    expect(reverse("lstm")).not.toMatch(/\bdz(\[[^\]]*\] = 0;|\.fill)/);
  });
});

describe("loops whose bounds depend on outer counters", () => {
  test("have stashes of a size that is known before", () => {
    for (const name of ["triangular-loops", "lu-solve", "n-body", "binomial-option"]) {
      expect(golden(name)).not.toMatch(/grow/);
    }
  });
});

describe("an exchange of entries", () => {
  test("is reversed by an exchange", () => {
    expect(reverse("lu-solve")).toMatch(
      /const dbEntry = db\[k\];.*\n *db\[k\] = db\[pivot\];\n *db\[pivot\] = dbEntry;/,
    );
    expect(reverse("fft")).toMatch(/const drei = dre\[i\];.*\n *dre\[i\] = dre\[j2\];\n *dre\[j2\] = drei;/);
  });
});
