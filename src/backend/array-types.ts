/** Element types as JavaScript writes them. */
import type { ElementType } from "../ir/graph.ts";
import type { Parts } from "./steps.ts";

const classes: { readonly [Element in Exclude<ElementType, "number">]: string } = {
  f64: "Float64Array",
  f32: "Float32Array",
  i8: "Int8Array",
  u8: "Uint8Array",
  u8c: "Uint8ClampedArray",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
};

export function arrayTypeText(element: ElementType): string {
  return element === "number" ? "number[]" : classes[element];
}

/** An array of zeros. */
export function newArray(element: ElementType, length: Parts, lang: "ts" | "js"): Parts {
  if (element !== "number") return [`new ${classes[element]}(`, ...length, ")"];
  return [lang === "ts" ? "new Array<number>(" : "new Array(", ...length, ").fill(0)"];
}

export function arrayLiteral(element: ElementType, values: readonly number[]): string {
  const list = `[${values.map((value) => (Object.is(value, -0) ? "-0" : String(value))).join(", ")}]`;
  return element === "number" ? list : `/* @__PURE__ */ new ${classes[element]}(${list})`;
}
