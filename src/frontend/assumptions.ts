/**
 * What one round of lowering takes for granted because it saves work or gives a better graph. Where the round finds that
 * one does not hold, it says so here, and the function is lowered again.
 */
import type { ts } from "ts-morph";
import type { Shape } from "../ir/signature.ts";
import type { Absent } from "./binding.ts";
import type { Entries } from "./grow-rows.ts";
import type { LoadedArray } from "./load/values.ts";
import type { ObjectTemplate } from "./optional-objects.ts";
import type { Variation } from "./row-layout.ts";

export class Assumptions {
  /** How large a function may be that is inlined at more than one place. */
  readonly inlineLimit: number;
  readonly #dropped = new Set<string>();
  readonly #numbers = new Map<object, number>();
  readonly #added = new Map<ts.Node, readonly string[]>();
  readonly #called = new Map<string, { readonly known: object; readonly text: string }>();
  readonly #replacedIn = new Map<number, Set<ts.Node>>();
  readonly #entries = new Map<string, Entries>();
  readonly #joined = new Map<string, Shape>();
  readonly #variations = new Map<string, Variation>();
  readonly #absent = new Map<string, Absent>();
  readonly #objects = new Map<string, ObjectTemplate>();
  readonly #texts = new Map<string, readonly string[]>();
  #changed = false;
  #isOver = false;

  constructor(inlineLimit: number) {
    this.inlineLimit = inlineLimit;
  }

  /** A literal of numbers, or an array of a loaded module, is a tuple, unless it is indexed by a value of the graph. */
  isArray(literal: ts.Node | LoadedArray): boolean {
    return this.#dropped.has(`array ${this.#number(literal)}`) && !this.isKeptTuple(literal);
  }
  /** Whether it is a tuple after all: it holds other things than numbers. */
  isKeptTuple(literal: ts.Node | LoadedArray): boolean {
    return this.#dropped.has(`tuple ${this.#number(literal)}`);
  }
  keepTuple(literal: ts.Node): void {
    this.#drop(`tuple ${this.#number(literal)}`);
  }
  makeArray(literal: ts.Node | LoadedArray): void {
    this.#drop(`array ${this.#number(literal)}`);
  }

  /** Members do not change in loops, unless one of this name was seen to. */
  changesInLoops(member: string): boolean {
    return this.#dropped.has(`member ${member}`);
  }
  noteChangeInLoop(member: string): void {
    this.#drop(`member ${member}`);
  }

  /** The bound of a counted loop is the same in all rounds. */
  isCounted(loop: ts.Node): boolean {
    return !this.#dropped.has(`uncounted ${this.#number(loop)}`);
  }
  noteUncounted(loop: ts.Node): void {
    this.#drop(`uncounted ${this.#number(loop)}`);
  }

  /** An array that is made here keeps its length. */
  changesLength(source: ts.Node): boolean {
    return this.#dropped.has(`growing ${this.#number(source)}`);
  }
  noteLengthChanges(source: ts.Node): void {
    this.#drop(`growing ${this.#number(source)}`);
  }

  /** The length of an array that is made at `source` does not change in the loop. */
  changesLengthIn(loop: ts.Node, source: ts.Node): boolean {
    return this.#dropped.has(`resized ${this.#number(loop)} ${this.#number(source)}`);
  }
  noteLengthChangesIn(loop: ts.Node, source: ts.Node): void {
    this.#drop(`resized ${this.#number(loop)} ${this.#number(source)}`);
  }

  /** What an entry is stored at the counter of a loop comes after the last one: `y[i] = e` is `y.push(e)`. */
  fillsInOrder(store: ts.Node): boolean {
    return !this.#dropped.has(`unordered ${this.#number(store)}`);
  }
  noteFillsOutOfOrder(store: ts.Node): void {
    this.#drop(`unordered ${this.#number(store)}`);
  }

  /** A variable that is given arrays in a loop goes round whole arrays, and not parts of one. */
  goesRoundParts(loop: ts.Node, variable: string): boolean {
    return this.#dropped.has(`parts ${this.#number(loop)} ${variable}`);
  }
  noteParts(loop: ts.Node, variable: string): void {
    this.#drop(`parts ${this.#number(loop)} ${variable}`);
  }

  /** Arrays that change places in a loop all have the same length. */
  lengthsVary(loop: ts.Node): boolean {
    return this.#dropped.has(`lengths ${this.#number(loop)}`);
  }
  noteLengthsVary(loop: ts.Node): void {
    this.#drop(`lengths ${this.#number(loop)}`);
  }

  /** The buffer of an array that is made here is as long as the array. */
  hasLongerBuffer(made: ts.Node): boolean {
    return this.#dropped.has(`longer buffer ${this.#number(made)}`);
  }
  noteLongerBuffer(made: ts.Node): void {
    this.#drop(`longer buffer ${this.#number(made)}`);
  }

  /** The array that a variable has before a loop is not used under another name after it. */
  isCopiedBefore(loop: ts.Node, variable: string): boolean {
    return this.#dropped.has(`copy ${this.#number(loop)} ${variable}`);
  }
  noteCopyBefore(loop: ts.Node, variable: string): void {
    this.#drop(`copy ${this.#number(loop)} ${variable}`);
  }

  /** No typed array gets a buffer in the loop that is longer than it is. */
  growsIn(loop: ts.Node): boolean {
    return this.#dropped.has(`room ${this.#number(loop)}`);
  }
  noteGrowsIn(loop: ts.Node): void {
    this.#drop(`room ${this.#number(loop)}`);
  }

  /** A typed array that takes the place of another in a branch leaves that without a name. */
  isKeptApart(made: ts.Node): boolean {
    return this.#dropped.has(`apart ${this.#number(made)}`);
  }
  noteKeptApart(made: ts.Node): void {
    this.#drop(`apart ${this.#number(made)}`);
  }

  /** The entry that is read here is not asked whether it is 0, which it also is not where it is not there. */
  isTested(read: ts.Node): boolean {
    return this.#dropped.has(`tested ${this.#number(read)}`);
  }
  noteTested(read: ts.Node): void {
    this.#drop(`tested ${this.#number(read)}`);
  }

  /** A function that is called takes whole arrays. */
  takesParts(declaration: ts.Node, parameter: string): boolean {
    return this.#dropped.has(`part ${this.#number(declaration)} ${parameter}`);
  }
  noteTakesParts(declaration: ts.Node, parameter: string): void {
    this.#drop(`part ${this.#number(declaration)} ${parameter}`);
  }

  /** A function that is called does not ask whether what it is given is there. */
  asksParameter(declaration: ts.Node, position: number): boolean {
    return this.#dropped.has(`given ${this.#number(declaration)} ${position}`);
  }
  noteAskedParameter(declaration: ts.Node, position: number): void {
    this.#drop(`given ${this.#number(declaration)} ${position}`);
  }

  /** What a function that is called gives back is not asked whether it is there. */
  asksResult(declaration: ts.Node): boolean {
    return this.#dropped.has(`given back ${this.#number(declaration)}`);
  }
  noteAskedResult(declaration: ts.Node): void {
    this.#drop(`given back ${this.#number(declaration)}`);
  }

  /** What comes of the entry that is read here is not asked later whether it is there. */
  isAskedLater(read: ts.Node): boolean {
    return this.#dropped.has(`asked later ${this.#number(read)}`);
  }
  noteAskedLater(read: ts.Node): void {
    this.#drop(`asked later ${this.#number(read)}`);
  }

  /** A variable that is a number or boolean before a loop is not undefined later, or null. */
  absentInLoop(loop: ts.Node, variable: string): Absent | undefined {
    return this.#absent.get(`${this.#number(loop)} ${variable}`);
  }
  noteAbsentInLoop(loop: ts.Node, variable: string, absent: Absent): void {
    const key = `${this.#number(loop)} ${variable}`;
    if (this.#isOver || this.#absent.has(key)) return;
    this.#absent.set(key, absent);
    this.#changed = true;
  }

  /** A variable that is undefined before a loop stays so, unless it was seen to get a number or boolean. */
  typeInLoop(loop: ts.Node, variable: string): "number" | "boolean" | undefined {
    if (this.#dropped.has(`number ${this.#number(loop)} ${variable}`)) return "number";
    return this.#dropped.has(`boolean ${this.#number(loop)} ${variable}`) ? "boolean" : undefined;
  }
  noteTypeInLoop(loop: ts.Node, variable: string, type: "number" | "boolean"): void {
    this.#drop(`${type} ${this.#number(loop)} ${variable}`);
  }

  /** A variable that is undefined before a loop stays so, unless it was seen to be an object of this structure later. */
  objectInLoop(loop: ts.Node, variable: string): ObjectTemplate | undefined {
    return this.#objects.get(`${this.#number(loop)} ${variable}`);
  }
  /** Gives whether it is news. */
  noteObjectInLoop(loop: ts.Node, variable: string, template: ObjectTemplate): boolean {
    const key = `${this.#number(loop)} ${variable}`;
    if (this.#objects.has(key)) return false;
    this.#objects.set(key, template);
    this.#changed = true;
    return true;
  }

  /** All texts that a variable may be in a loop; undefined where it does not change there, as far as was seen. */
  textsInLoop(loop: ts.Node, variable: string): readonly string[] | undefined {
    return this.#texts.get(`${this.#number(loop)} ${variable}`);
  }
  /** Gives whether some of these are news. */
  noteTextsInLoop(loop: ts.Node, variable: string, texts: Iterable<string>): boolean {
    const key = `${this.#number(loop)} ${variable}`;
    const before = this.#texts.get(key) ?? [];
    const all = [...new Set([...before, ...texts])];
    if (all.length === before.length) return false;
    this.#texts.set(key, all);
    this.#changed = true;
    return true;
  }

  /** The entries of an array that is made here are numbers. */
  holdsRows(site: ts.Node): boolean {
    return this.#dropped.has(`rows ${this.#number(site)}`);
  }
  noteRows(site: ts.Node): void {
    this.#drop(`rows ${this.#number(site)}`);
  }

  /** An array that begins empty and is made on this way (`wayTo`) gets numbers, unless it was seen what else. */
  entriesOf(way: string): Entries | undefined {
    return this.#entries.get(way);
  }
  noteEntries(way: string, entries: Entries): void {
    if (this.#entries.has(way)) return;
    this.#entries.set(way, entries);
    this.#changed = true;
  }

  /** The objects in an array that is made on this way have the members of the first, unless it was seen what all have together. */
  joinedShape(way: string): Shape | undefined {
    return this.#joined.get(way);
  }
  noteJoinedShape(way: string, shape: Shape): void {
    this.#joined.set(way, shape);
    this.#changed = true;
  }

  /** The rows of numbers of an array that is made on this way have one length, unless it was seen how they vary. */
  rowsVary(way: string): Variation | undefined {
    return this.#variations.get(way);
  }
  noteRowsVary(way: string, variation: Variation): void {
    const before = this.#variations.get(way);
    if (this.#isOver || before === "growing" || before === variation) return;
    if (before === "listed" && variation !== "growing") return;
    this.#variations.set(way, before === undefined || variation === "growing" ? variation : "listed");
    this.#changed = true;
  }

  /** The rows that are put into an array here are not used under their own names from then on. */
  sharesRows(site: ts.Node): boolean {
    return this.#dropped.has(`shared ${this.#number(site)}`);
  }
  noteSharesRows(site: ts.Node): void {
    this.#drop(`shared ${this.#number(site)}`);
  }

  /** The rows of an array that is made here stay in their places. */
  rowsMove(site: ts.Node): boolean {
    return this.#dropped.has(`moving ${this.#number(site)}`);
  }
  moveRows(site: ts.Node): void {
    this.#drop(`moving ${this.#number(site)}`);
  }

  /** No row or object is taken out at the begin of an array that is made here. */
  takesFirst(site: ts.Node): boolean {
    return this.#dropped.has(`first ${this.#number(site)}`);
  }
  noteTakesFirst(site: ts.Node): void {
    this.#drop(`first ${this.#number(site)}`);
  }

  /** No row or object of an array that is made here is replaced by a new one. */
  replacesRows(site: ts.Node): boolean {
    return this.#dropped.has(`replacing ${this.#number(site)}`);
  }
  replaceRows(site: ts.Node): void {
    this.#drop(`replacing ${this.#number(site)}`);
  }

  /** What made the arrays of which a row or object is replaced in a loop. */
  replacedIn(loop: ts.Node): readonly ts.Node[] {
    return [...(this.#replacedIn.get(this.#number(loop)) ?? [])];
  }
  noteReplacedIn(loop: ts.Node, site: ts.Node): void {
    const sites = this.#replacedIn.get(this.#number(loop)) ?? new Set();
    if (sites.has(site)) return;
    this.#replacedIn.set(this.#number(loop), sites.add(site));
    this.#changed = true;
  }

  /** An object that is made here gets no member later. */
  addedMembers(literal: ts.Node): readonly string[] {
    return this.#added.get(literal) ?? [];
  }
  addMember(literal: ts.Node, name: string): void {
    if (this.#isOver) return;
    this.#added.set(literal, [...this.addedMembers(literal), name]);
    this.#drop(`added ${name}`);
    this.#changed = true;
  }
  isAdded(name: string): boolean {
    return this.#dropped.has(`added ${name}`);
  }

  /** A member that an object gets later is not undefined from then on. */
  setsUndefined(name: string): boolean {
    return this.#dropped.has(`undefined ${name}`);
  }
  noteUndefined(name: string): void {
    this.#drop(`undefined ${name}`);
  }

  /** A loop stays one: it is not run while the function is lowered. */
  isUnrolled(loop: ts.Node): boolean {
    return this.#dropped.has(`unrolled ${this.#number(loop)}`) && !this.isKept(loop);
  }
  /** What comes after the loop in this round is not what it will be: nothing is learnt from it. */
  unroll(loops: readonly ts.Node[]): void {
    for (const loop of loops) this.#drop(`unrolled ${this.#number(loop)}`);
    this.#isOver = true;
  }
  /** Whether it turned out that it must. */
  isKept(loop: ts.Node): boolean {
    return this.#dropped.has(`kept ${this.#number(loop)}`);
  }
  keepLoop(loop: ts.Node): void {
    this.#drop(`kept ${this.#number(loop)}`);
    this.#isOver = true;
  }

  /** A function does not call itself, so its calls can be inlined. */
  isRecursive(declaration: ts.Node): boolean {
    return this.#dropped.has(`recursive ${this.#number(declaration)}`) && !this.isWrittenOut(declaration);
  }
  noteRecursive(declaration: ts.Node): void {
    this.#drop(`recursive ${this.#number(declaration)}`);
  }

  /** The calls of a function that calls itself can be calls; else they are inlined, until it makes no more. */
  isWrittenOut(declaration: ts.Node): boolean {
    return this.#dropped.has(`called out ${this.#number(declaration)}`) && !this.isEndless(declaration);
  }
  mayBeWrittenOut(declaration: ts.Node): boolean {
    return this.#dropped.has(`recursive ${this.#number(declaration)}`) && !this.isEndless(declaration);
  }
  noteWrittenOut(declaration: ts.Node): void {
    this.#drop(`called out ${this.#number(declaration)}`);
    this.#isOver = true;
  }
  /** Whether it turned out that it goes on to. */
  isEndless(declaration: ts.Node): boolean {
    return this.#dropped.has(`endless ${this.#number(declaration)}`);
  }
  noteEndless(declaration: ts.Node): void {
    this.#drop(`endless ${this.#number(declaration)}`);
    this.#isOver = true;
  }

  /** A function is small, or called at one place, so its calls can be inlined. */
  isLarge(declaration: ts.Node): boolean {
    return this.#dropped.has(`large ${this.#number(declaration)}`);
  }
  noteLarge(declaration: ts.Node): void {
    this.#drop(`large ${this.#number(declaration)}`);
  }
  get hasLarge(): boolean {
    return [...this.#dropped].some((key) => key.startsWith("large "));
  }

  /** What a large function is given can be handed over. */
  mustInline(declaration: ts.Node): boolean {
    return this.#dropped.has(`inlined ${this.#number(declaration)}`);
  }
  noteMustInline(declaration: ts.Node): void {
    this.#drop(`inlined ${this.#number(declaration)}`);
  }

  /** What is known of a function that is called and not inlined, from the round before: by its key. */
  calledAs<Known>(key: string): Known | undefined {
    return this.#called.get(key)?.known as Known | undefined;
  }
  noteCalledAs(key: string, known: object, text: string): void {
    if (this.#called.get(key)?.text === text) return;
    this.#called.set(key, { known, text });
    this.#changed = true;
  }

  get hasChanged(): boolean {
    return this.#changed;
  }

  /** Whether one was dropped since the last call. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    this.#isOver = false;
    return changed;
  }

  #drop(key: string): void {
    if (this.#isOver || this.#dropped.has(key)) return;
    this.#dropped.add(key);
    this.#changed = true;
  }

  numberOf(node: ts.Node): number {
    return this.#number(node);
  }

  #number(node: object): number {
    const number = this.#numbers.get(node) ?? this.#numbers.size;
    this.#numbers.set(node, number);
    return number;
  }
}
