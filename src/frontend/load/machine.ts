/** What all parts of the evaluation of modules share. */
import type { ts } from "ts-morph";
import type { Realm } from "./realm.ts";
import { type Frame, type LoadedFunction, type LoadedValue, type Scope, Unloadable } from "./values.ts";

/** How many nodes one load may look at, and how deep calls may go. */
const stepLimit = 3_000_000;
const depthLimit = 120;
/** How many entries an array may have. */
const lengthLimit = 1_000_000;

export class Machine {
  readonly realm: Realm;
  /** Calls that JavaScript's own functions make. */
  readonly call: (callee: LoadedValue, self: LoadedValue, values: readonly LoadedValue[]) => LoadedValue;
  /** What a module gives for `require`. */
  readonly require: (specifier: ts.StringLiteralLike) => LoadedValue;
  /** The function that was last made of a declaration or expression. */
  readonly made = new Map<ts.Node, LoadedFunction>();
  #steps = 0;
  #depth = 0;

  constructor(realm: Realm, parts: Pick<Machine, "call" | "require">) {
    this.realm = realm;
    this.call = parts.call;
    this.require = parts.require;
  }

  step(): void {
    if (++this.#steps > stepLimit) throw new Unloadable("it takes too long");
  }

  /** The length of an array that is to be made, if it may be. */
  room(length: number): number {
    if (length > lengthLimit) throw new Unloadable("it takes too much room");
    if (!(length >= 0)) throw new Unloadable("an array has no such length");
    return length;
  }

  deeper<Result>(run: () => Result): Result {
    if (++this.#depth > depthLimit) {
      this.#depth = 0;
      throw new Unloadable("calls go too deep");
    }
    const result = run();
    this.#depth--;
    return result;
  }

  /** Starts anew, after a load that failed too. */
  restart(): void {
    this.#depth = 0;
    this.#steps = 0;
  }
}

/** Where evaluation is. */
export interface Here {
  readonly machine: Machine;
  readonly scope: Scope;
  readonly frame: Frame;
}
