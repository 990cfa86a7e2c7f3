/**
 * The variables of the function while it is lowered: which binding each location has now. A branch logs what it changes,
 * so that both sides start from the same state and only what changed is merged. A loop imports a location when its body
 * first touches it, so that only what is touched can be carried.
 */
import type { ts } from "ts-morph";
import { present } from "../diagnostics/invariant.ts";
import { type Binding, poison } from "./binding.ts";
import type { Entry } from "./loop-entry.ts";

/** A variable, a member of an object (`fixed`: that is never written), the contents of an array, how many entries it has, or the result of a call. */
export interface Location {
  readonly role: "variable" | "member" | "fixed" | "memory" | "count" | "hidden";
  /** Of the count of an array: given with that of the array. */
  name: string;
  readonly symbol: ts.Symbol | undefined;
  /** Of a count: the expression that made the array. */
  readonly owner?: ts.Node | undefined;
  /** Its number among all locations. */
  readonly serial: number;
  /** When it came to be: of two, the older one has the lower age. What a loop makes of what comes in is as old as the loop. */
  readonly age: number;
  current: Binding;
  /** The loop whose view of the location `current` is. */
  frame: Frame;
}

/** The body (or the condition) of a loop while it is lowered. */
export interface Frame {
  readonly parent: Frame | undefined;
  readonly loop: ts.Node | undefined;
  /** Of a loop of a generator: the loops whose bodies run where it yields. */
  readonly consumers: readonly ts.Node[];
  readonly imports: Map<Location, Import>;
  /** For each open branch: what its locations were before. */
  readonly logs: Map<Location, Binding>[];
  /** Locations of this age on were made in the loop. */
  readonly age: number;
}

export interface Import {
  before: Binding;
  /** How the body sees what came in. Undefined as long as the body has only assigned to the location. */
  entry: Entry | undefined;
  /** The body has assigned to it; maybe what it was before. */
  isWritten: boolean;
  /** So has the body, or that of a loop in it. */
  isWrittenWithin: boolean;
}

/** What each changed location is at the end of a side. */
export type Changes = ReadonlyMap<Location, Binding>;

/** The loops that are open, of those within which a location of this age is older. */
export function loopsAround(frame: Frame, age: number): readonly ts.Node[] {
  const loops: ts.Node[] = [];
  for (let at: Frame | undefined = frame; at !== undefined && at.age > age; at = at.parent) {
    if (at.loop !== undefined) loops.push(at.loop);
  }
  return loops;
}

export class State {
  frame: Frame = { parent: undefined, loop: undefined, consumers: [], imports: new Map(), logs: [], age: 0 };
  readonly root: Frame = this.frame;
  readonly #enter: (location: Location, before: Binding) => Entry;
  /** Called where a location of another function is read or written; what is read then is nothing. */
  onForeign: (() => void) | undefined;
  #serial = 0;
  /** The age at which each open branch began. */
  readonly #branches: number[] = [];
  #readers: Set<Location>[] = [];

  constructor(enter: (location: Location, before: Binding) => Entry) {
    this.#enter = enter;
  }

  /** The age of what is made next. */
  get age(): number {
    return this.#serial;
  }

  create(role: Location["role"], name: string, current: Binding, symbol?: ts.Symbol): Location {
    const serial = this.#serial++;
    return { role, name, symbol, serial, age: serial, current, frame: this.frame };
  }

  /** A location of a count. */
  createCount(name: string, current: Binding, owner: ts.Node): Location {
    return { ...this.create("count", name, current), owner };
  }

  /** Whether the location is of this function, and not of one around it that is lowered apart. */
  owns(location: Location): boolean {
    let { frame } = location;
    while (frame.parent !== undefined) frame = frame.parent;
    return frame === this.root;
  }

  /** A location that is there from the begin of the loop on, though it is made later. */
  createAtEntry(role: Location["role"], name: string, current: Binding): Location {
    return { role, name, symbol: undefined, serial: this.#serial++, age: this.frame.age, current, frame: this.frame };
  }

  read(location: Location): Binding {
    if (this.onForeign !== undefined && !this.owns(location)) {
      this.onForeign();
      return poison;
    }
    for (const readers of this.#readers) readers.add(location);
    if (location.frame !== this.frame) this.#import(location, this.frame);
    const imported = this.frame.imports.get(location);
    if (imported !== undefined && imported.entry === undefined && !imported.isWritten) {
      this.#open(location, this.frame);
    }
    return location.current;
  }

  /** The binding, if the loop that is open has it already. */
  seen(location: Location): Binding | undefined {
    if (location.frame !== this.frame) return undefined;
    const imported = this.frame.imports.get(location);
    const isOpen = imported === undefined || imported.entry !== undefined || imported.isWritten;
    return isOpen ? location.current : undefined;
  }

  /** The binding before the loop that is open. */
  atEntry(location: Location): Binding {
    return this.frame.imports.get(location)?.before ?? location.current;
  }

  write(location: Location, binding: Binding): void {
    if (this.onForeign !== undefined && !this.owns(location)) return this.onForeign();
    if (location.frame !== this.frame) this.#import(location, this.frame, true);
    const imported = this.frame.imports.get(location);
    if (imported !== undefined) imported.isWritten = true;
    for (let at: Frame | undefined = this.frame; at !== undefined; at = at.parent) {
      const around = at.imports.get(location);
      if (around !== undefined) around.isWrittenWithin = true;
    }
    const log = this.frame.logs.at(-1);
    if (log !== undefined && !log.has(location)) log.set(location, location.current);
    location.current = binding;
  }

  /** What `run` reads. */
  recordReads(run: () => void): ReadonlySet<Location> {
    const readers = new Set<Location>();
    this.#readers.push(readers);
    run();
    this.#readers = this.#readers.filter((each) => each !== readers);
    return readers;
  }

  /** Whether what is of this age was made on the side of a branch, and in the round of a loop, that is being lowered. */
  isMadeHere(age: number): boolean {
    return age >= this.frame.age && age >= (this.#branches.at(-1) ?? 0);
  }

  /** Runs one side of a branch, and leaves the state as it was. */
  branch(run: () => void): Changes {
    const log = new Map<Location, Binding>();
    const first = this.#serial;
    this.frame.logs.push(log);
    this.#branches.push(first);
    run();
    this.#branches.pop();
    this.frame.logs.pop();
    const changes = new Map<Location, Binding>();
    for (const [location, before] of log) {
      // What was made on this side is not seen on the other, and may live on in what the side assigned.
      if (location.age >= first) continue;
      if (location.current !== before) changes.set(location, location.current);
      location.current = before;
    }
    return changes;
  }

  /** Runs the body of a loop in a frame of its own, and gives the frame with what each location was at its end. */
  loop(
    loop: ts.Node,
    consumers: readonly ts.Node[],
    run: () => void,
  ): { readonly frame: Frame; readonly last: ReadonlyMap<Location, Binding> } {
    const parent = this.frame;
    const frame: Frame = { parent, loop, consumers, imports: new Map(), logs: [], age: this.#serial++ };
    this.frame = frame;
    run();
    const last = new Map<Location, Binding>();
    for (const [location, { before }] of frame.imports) {
      last.set(location, location.current);
      location.current = before;
      location.frame = parent;
    }
    this.frame = parent;
    return { frame, last };
  }

  /** Gives a location that comes in an entry of its own: the counter of a loop. */
  enterAs(location: Location, entry: Entry): void {
    this.#import(location, present(this.frame.parent));
    this.frame.imports.set(location, { before: location.current, entry, isWritten: false, isWrittenWithin: false });
    location.current = entry.binding;
    location.frame = this.frame;
  }

  /** Runs something as if it stood before everything else: what the open loops have imported is as it was before them. */
  outside(run: () => void): void {
    const inside = this.frame;
    const logs = this.root.logs.splice(0);
    const views = this.#leaveLoops();
    this.frame = this.root;
    run();
    this.frame = inside;
    for (const [location, { current, frame }] of views) Object.assign(location, { current, frame });
    this.root.logs.push(...logs);
  }

  /** Gives each location that an open loop has imported back to the root, and says how the loop sees it. */
  #leaveLoops(): ReadonlyMap<Location, Pick<Location, "current" | "frame">> {
    const views = new Map<Location, Pick<Location, "current" | "frame">>();
    for (let at: Frame = this.frame; at.parent !== undefined; at = at.parent) {
      for (const [location, { before }] of at.imports) {
        if (!views.has(location)) views.set(location, { current: location.current, frame: location.frame });
        location.current = before;
        location.frame = at.parent;
      }
    }
    return views;
  }

  /** `overwritten`: an assignment follows, so what comes in is not looked at, except on the other side of a branch. */
  #import(location: Location, frame: Frame, overwritten = false): void {
    if (location.frame === frame) return;
    const parent = present(frame.parent, `frame of ${location.name}`);
    this.#import(location, parent, overwritten);
    const before = location.current;
    frame.imports.set(location, { before, entry: undefined, isWritten: false, isWrittenWithin: false });
    location.frame = frame;
    if (!overwritten || frame.logs.length > 0) this.#open(location, frame);
  }

  /** Makes the entry of a location, and first those of the loops around, where they were not needed so far. */
  #open(location: Location, frame: Frame): void {
    const imported = present(frame.imports.get(location));
    const around = frame.parent?.imports.get(location);
    if (frame.parent !== undefined && around !== undefined && around.entry === undefined && !around.isWritten) {
      this.#open(location, frame.parent);
      imported.before = location.current;
    }
    const here = this.frame;
    this.frame = frame;
    imported.entry = this.#enter(location, imported.before);
    this.frame = here;
    location.current = imported.entry.binding;
  }
}
