import { format } from "prettier";

/** As the repository's formatter has it. */
export function formatMarkdown(text: string): Promise<string> {
  return format(text, { parser: "markdown", printWidth: 120 });
}
