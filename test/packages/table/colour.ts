/** Colour. */
import { type Row, rowsOf } from "../row.ts";

const area = "colour";
const rgb = "(r: number, g: number, b: number)";
const lab = "{ L: number; A: number; B: number }";

const culori = rowsOf({ package: "culori", area }, [
  {
    function: "convertRgbToOklab",
    imports: 'import { convertRgbToOklab } from "culori/fn";',
    signature: `${rgb}: number`,
    body: "const { l, a, b: side } = convertRgbToOklab({ r, g, b });\nreturn l + 2 * a + 3 * side;",
    inputs: [[0.2, 0.5, 0.7]],
  },
  {
    function: "convertOklabToRgb",
    imports: 'import { convertOklabToRgb } from "culori/fn";',
    signature: "(l: number, a: number, b: number): number",
    body: "const color = convertOklabToRgb({ l, a, b });\nreturn color.r + 2 * color.g + 3 * color.b;",
    inputs: [[0.6, 0.05, -0.04]],
  },
  {
    function: "converter",
    imports: 'import { converter } from "culori";\nconst toLch = converter("oklch");',
    signature: `${rgb}: number`,
    body: 'const { l, c, h } = toLch({ mode: "rgb", r, g, b });\nreturn l + 2 * c + h / 100;',
    inputs: [[0.2, 0.5, 0.7]],
  },
  {
    function: "differenceCiede2000",
    imports: 'import { differenceCiede2000 } from "culori";\nconst difference = differenceCiede2000();',
    signature: "(l: number, a: number, b: number): number",
    body: 'difference({ mode: "lab65", l, a, b }, { mode: "lab65", l: 52, a: 10, b: -12 })',
    inputs: [[50, 2.5, -30]],
  },
  {
    function: "wcagContrast",
    imports: 'import { wcagContrast } from "culori";',
    signature: `${rgb}: number`,
    body: 'wcagContrast({ mode: "rgb", r, g, b }, { mode: "rgb", r: 1, g: 1, b: 0.9 })',
    inputs: [[0.2, 0.5, 0.7]],
  },
]);

const convert = rowsOf({ package: "color-convert", area, imports: 'import convert from "color-convert";' }, [
  {
    function: "rgb.lab.raw",
    signature: `${rgb}: [number, number, number]`,
    body: "return convert.rgb.lab.raw(r, g, b);",
    inputs: [[120, 80, 200]],
  },
  {
    function: "hsl.rgb.raw",
    signature: "(h: number, s: number, l: number): [number, number, number]",
    body: "return convert.hsl.rgb.raw(h, s, l);",
    inputs: [[200, 60, 40]],
  },
  {
    function: "rgb.hsv.raw",
    signature: `${rgb}: [number, number, number]`,
    body: "return convert.rgb.hsv.raw(r, g, b);",
    inputs: [[120, 80, 200]],
  },
]);

const deltaE = rowsOf({ package: "delta-e", area, imports: 'import DeltaE from "delta-e";' }, [
  {
    function: "getDeltaE00",
    signature: `(x: ${lab}, y: ${lab}): number`,
    body: "DeltaE.getDeltaE00(x, y)",
    inputs: [
      [
        { L: 50, A: 2.5, B: -30 },
        { L: 52, A: 10, B: -12 },
      ],
    ],
  },
  {
    function: "getDeltaE94",
    signature: `(x: ${lab}, y: ${lab}): number`,
    body: "DeltaE.getDeltaE94(x, y)",
    inputs: [
      [
        { L: 50, A: 2.5, B: -30 },
        { L: 52, A: 10, B: -12 },
      ],
    ],
  },
]);

const hsluv = rowsOf({ package: "hsluv", area, imports: 'import { Hsluv } from "hsluv";' }, [
  {
    function: "Hsluv#hsluvToRgb",
    signature: "(h: number, s: number, l: number): number",
    body:
      "const color = new Hsluv();\ncolor.hsluv_h = h;\ncolor.hsluv_s = s;\ncolor.hsluv_l = l;\ncolor.hsluvToRgb();\n" +
      "return color.rgb_r + 2 * color.rgb_g + 3 * color.rgb_b;",
    inputs: [[200, 60, 40]],
  },
]);

export const rows: readonly Row[] = [...culori, ...convert, ...deltaE, ...hsluv];
