/** Comments of the printed code. */
const width = 118;

/** A JSDoc comment: on one line if it fits, else wrapped. */
export function docComment(text: string): string {
  const safe = text.replaceAll("*/", "*\\/").trim();
  if (!safe.includes("\n") && safe.length <= width - 8) return `/** ${safe} */`;
  const lines = safe.split("\n").flatMap((line) => wrap(line.trimEnd()));
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n");
}

function wrap(line: string): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width - 3) {
    const at = rest.lastIndexOf(" ", width - 3);
    if (at <= 0) break;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...lines, rest];
}

/** `a, b and c` */
export function enumeration(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
