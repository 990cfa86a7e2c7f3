import * as babel from "prettier/plugins/babel";
import * as estree from "prettier/plugins/estree";
import { format } from "prettier/standalone";

/** Fixed settings, whatever the project has: the same source gives the same bytes everywhere. */
export function formatCode(text: string, lang: "ts" | "js"): Promise<string> {
  const parser = lang === "ts" ? "babel-ts" : "babel";
  // The types of the plugin leave its default export out, which is all that prettier reads of it.
  return format(text, { parser, plugins: [babel, estree], printWidth: 120, endOfLine: "lf" });
}
