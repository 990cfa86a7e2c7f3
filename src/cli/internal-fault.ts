import { version } from "../version.ts";
import type { Terminal } from "./terminal.ts";

/** Says that the fault is ours, and how to report it. The stack is for `--debug`. */
export function reportFault(
  error: unknown,
  model: string | undefined,
  debug: boolean,
  { talk, colors }: Terminal,
): void {
  const message = error instanceof Error ? error.message : String(error);
  const where = model === undefined ? "" : ` while compiling ${model}`;
  talk(`${colors.red("internal fault")}${where}: ${message}\n`);
  talk("  This is a fault of adjoint-gen, not of your model. Nothing was written for it.\n");
  talk(`  Please report it with the model and this message (\`npm bugs adjoint-gen\` opens the place): `);
  talk(`adjoint-gen ${version}, Node ${process.version}, ${process.platform}\n`);
  if (debug && error instanceof Error) talk(`${colors.dim(error.stack ?? "")}\n`);
  else talk("  --debug shows the stack.\n");
}
