import pc from "picocolors";

/** Where a command writes: results to `out`, talk to `talk`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly talk: (text: string) => void;
  /** Standard error is a terminal that a person looks at: colour and progress make sense. */
  readonly isInteractive: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
}

/** Colour and progress only on a terminal, and not under NO_COLOR or CI. */
export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process;
  const isPlain = Boolean(env["NO_COLOR"]) || Boolean(env["CI"]) || env["TERM"] === "dumb";
  const isInteractive = Boolean(stderr.isTTY) && !env["CI"] && env["TERM"] !== "dumb";
  return {
    out: (text) => void stdout.write(text),
    talk: (text) => void stderr.write(text),
    isInteractive,
    colors: pc.createColors(Boolean(stderr.isTTY) && !isPlain),
  };
}
