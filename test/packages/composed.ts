/** A model as a user would write it, through three packages at once. */
import { type Row, rowsOf } from "./row.ts";

export const composed: readonly Row[] = rowsOf({ package: "culori, d3-interpolate, gl-matrix", area: "colour" }, [
  {
    function: "paletteLoss",
    imports:
      'import { convertRgbToOklab } from "culori/fn";\nimport { interpolateBasis } from "d3-interpolate";\nimport { vec3 } from "gl-matrix";',
    signature: "(red: number[], green: number[], blue: number[], targets: Float64Array): number",
    body:
      "const redAt = interpolateBasis(red);\nconst greenAt = interpolateBasis(green);\nconst blueAt = interpolateBasis(blue);\n" +
      "const count = targets.length / 3;\nconst at = new Float64Array(3);\nlet sum = 0;\nfor (let k = 0; k < count; k++) {\n" +
      "  const t = (k + 0.5) / count;\n  const { l, a, b } = convertRgbToOklab({ r: redAt(t), g: greenAt(t), b: blueAt(t) });\n" +
      "  vec3.set(at, l, a, b);\n  sum += vec3.squaredDistance(at, targets.subarray(3 * k, 3 * k + 3));\n}\nreturn sum / count;",
    wrt: "red, green, blue",
    inputs: [
      [
        [0.1, 0.5, 0.9],
        [0.3, 0.2, 0.6],
        [0.8, 0.4, 0.2],
        Float64Array.of(0.4, 0.05, -0.1, 0.55, 0.1, 0.02, 0.7, 0.12, 0.08, 0.6, -0.02, 0.11),
      ],
    ],
  },
]);
