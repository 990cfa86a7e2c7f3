/** A tool for GradBench: reads a message a line, and writes an answer a line. */
import { linesOf } from "./lines.ts";
import { answerTo } from "./protocol.ts";

for await (const line of linesOf(process.stdin)) {
  if (line.trim() === "") continue;
  await new Promise((written) => process.stdout.write(`${answerTo(line)}\n`, written));
}
