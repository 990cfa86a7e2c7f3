import type { Terminal } from "./terminal.ts";

export interface Progress {
  readonly show: (name: string) => void;
  readonly clear: () => void;
}

/** A line that counts the models, for several of them, where a person looks at a terminal. */
export function progressOn(terminal: Terminal, count: number): Progress {
  if (!terminal.isInteractive || count < 2) return { show: () => {}, clear: () => {} };
  let done = 0;
  const clear = () => terminal.talk("\r\u001b[K");
  const show = (name: string) => {
    done++;
    clear();
    terminal.talk(terminal.colors.dim(`[${done}/${count}] ${name}`.slice(0, (process.stderr.columns || 80) - 1)));
  };
  return { show, clear };
}
