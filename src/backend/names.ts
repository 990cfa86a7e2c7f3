/** Names that can be taken and names that cannot. */
import { each } from "../ir/nested.ts";

/** Words that no variable may have, and globals that the printed code uses. */
const reserved: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield " +
    "Math Number Boolean Array Object String Symbol Error RangeError TypeError NaN Infinity " +
    "Float64Array Float32Array Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array"
  ).split(" "),
);

const nothing: ReadonlySet<string> = new Set();

export function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);
}

/** `.pos`, `[0]`: what leads to members within. */
export function memberText(path: readonly (string | number)[]): string {
  return path
    .map((part) => {
      if (typeof part === "number") return part === each ? "[]" : `[${part}]`;
      return isIdentifier(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
    })
    .join("");
}

/** Names that are taken, in scopes that open and close. */
export interface NameScopes {
  /** Takes the first name that is free and not to be avoided, or the first one with the least number that makes it so. */
  readonly take: (wishes: string | readonly string[], avoid?: ReadonlySet<string>) => string;
  readonly isTaken: (name: string) => boolean;
  /** Runs `body`; what it takes is free again afterwards. */
  readonly within: (body: () => void) => void;
}

export function nameScopes(taken: Iterable<string>): NameScopes {
  const used = new Set<string>(taken);
  const highest = new Map<string, number>();
  let undo: (() => void)[] = [];
  const isTaken = (name: string) => used.has(name) || reserved.has(name);
  const add = (name: string): string => {
    used.add(name);
    undo.push(() => used.delete(name));
    return name;
  };
  return {
    isTaken,
    take: (wishes, avoid = nothing) => {
      const bases = (typeof wishes === "string" ? [wishes] : wishes).map((wish) => (isIdentifier(wish) ? wish : "t"));
      const isFree = (name: string) => !isTaken(name) && !avoid.has(name);
      const free = bases.find(isFree);
      if (free !== undefined) return add(free);
      const base = bases[0] ?? "t";
      const stem = /\d$/.test(base) ? `${base}_` : base;
      const before = highest.get(stem);
      let number = before ?? 2;
      while (!isFree(stem + number)) number++;
      highest.set(stem, number);
      undo.push(() => (before === undefined ? highest.delete(stem) : highest.set(stem, before)));
      return add(stem + number);
    },
    within: (body) => {
      const outer = undo;
      undo = [];
      body();
      for (const step of undo.reverse()) step();
      undo = outer;
    },
  };
}
