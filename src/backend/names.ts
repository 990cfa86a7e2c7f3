/** Names that can be taken and names that cannot. */

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

export function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);
}

/** Names that are taken, in scopes that open and close. */
export interface NameScopes {
  /** Takes the name, or the name with the least number that makes it free. */
  readonly take: (wish: string) => string;
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
    take: (wish) => {
      const base = isIdentifier(wish) ? wish : "t";
      if (!isTaken(base)) return add(base);
      const stem = /\d$/.test(base) ? `${base}_` : base;
      const before = highest.get(stem);
      let number = before ?? 2;
      while (isTaken(stem + number)) number++;
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
