/** Loops, and what leaves them. Every loop ends after a few trips, whatever its data. */
import { sizeText, sizeValue, type Context, type Frame } from "./context.ts";
import { lengthText } from "./print-declaration.ts";
import { fitted } from "./guards.ts";
import { indented, parenthesized } from "./pieces.ts";
import { floatArrays, printCondition, printExpression, stored } from "./print-expression.ts";
import { printStatements } from "./print-statement.ts";
import { returnText } from "./return-text.ts";
import type { LoopTree, StatementTree } from "./program.ts";
import { freshName, innerScope, pickFrom, type IntegerBinding, type Size } from "./scope.ts";

const mostTrips = 150;
const counters = ["i", "j", "k", "l"];

export function printFor(loop: LoopTree, body: readonly StatementTree[], context: Context): string[] {
  const header = loopHeader(loop, context, mostTrips);
  if (header === undefined) return printStatements(body, context);
  const { frame, inner } = loopContext(context, header.integers, header.trips, "loop");
  const lines = printStatements(body, inner);
  return [...header.before, `${labelOf(frame)}${header.text} {`, ...indented(lines), "}"];
}

export function printNest(tree: Extract<StatementTree, { kind: "nest" }>, context: Context): string[] {
  const { order, directions, body } = tree;
  context.features.add("nested loops");
  const rows: LoopTree = { bound: 0, direction: directions.direction };
  const columns: LoopTree = { bound: 3, direction: directions.bound };
  const [outer, inner] = order % 3 === 0 ? [columns, rows] : [rows, columns];
  return printFor(outer, [{ kind: "for", loop: inner, body }], context);
}

interface Header {
  readonly before: readonly string[];
  readonly text: string;
  readonly integers: readonly IntegerBinding[];
  readonly trips: number;
}

/** The first line of a counting loop; undefined where it would run too often. */
function loopHeader({ bound, direction }: LoopTree, context: Context, most: number): Header | undefined {
  const sizes: readonly Size[] = ["n", "n", "n", "m", "m", "three", "nm", "2n"];
  const size = pickFrom(sizes, bound) ?? "n";
  const trips = sizeValue(context, size);
  if (context.trips * trips > most) return undefined;
  const { features } = context;
  const name = freshName(innerScope(context.scope), counters);
  const end = lengthText(size, bound, undefined, context);
  const own: IntegerBinding = { text: name, below: size, mutable: false };
  const free: IntegerBinding = { ...own, below: undefined };
  const outer = pickFrom(
    context.scope.integers.filter(({ text, mutable, below }) => /^\w$/.test(text) && !mutable && below === size),
    direction,
  );
  const header = (feature: string, text: string, integers = [own], before: readonly string[] = []): Header => {
    features.add(`for ${feature}`);
    return { before, text: `for (${text})`, integers, trips };
  };
  switch (direction % 14) {
    case 3:
    case 4:
      return header("down", `let ${name} = ${end} - 1; ${name} >= 0; ${name}--`);
    case 5:
      return header("by two", `let ${name} = 0; ${name} < ${end}; ${name} += 2`);
    case 6:
      return header("down by two", `let ${name} = ${end} - 1; ${name} >= 0; ${name} -= 2`);
    case 7:
      if (outer === undefined) break;
      return header("triangular", `let ${name} = 0; ${name} <= ${outer.text}; ${name}++`);
    case 8:
      if (outer === undefined) break;
      return header("triangular", `let ${name} = ${outer.text} + 1; ${name} < ${end}; ${name}++`);
    case 9:
      return header("with few or no trips", `let ${name} = 2; ${name} < ${end}; ${name}++`);
    case 10: {
      const shifted: IntegerBinding = { text: `${name} - 1`, below: size, mutable: false };
      return header("inclusive", `let ${name} = 1; ${name} <= ${end}; ${name}++`, [free, shifted]);
    }
    case 11: {
      if (outer === undefined) break;
      return header("down, triangular", `let ${name} = ${outer.text}; ${name} >= 0; ${name}--`);
    }
    case 12: {
      const before = [`let ${freshName(context.scope, [name])}: number;`];
      return header("with an outer counter", `${name} = 0; ${name} < ${end}; ${name}++`, [own], before);
    }
    case 13: {
      const second = freshName(innerScope(context.scope), ["step", "turn"]);
      const counter: IntegerBinding = { text: second, below: undefined, mutable: false };
      const text = `let ${name} = 0, ${second} = 1; ${name} < ${end}; ${name}++, ${second} += 2`;
      return header("with two counters", text, [own, counter]);
    }
  }
  return header("up", `let ${name} = 0; ${name} < ${end}; ${name}++`);
}

function loopContext(context: Context, integers: readonly IntegerBinding[], trips: number, kind: Frame["kind"]) {
  const scope = innerScope(context.scope);
  for (const integer of integers) {
    scope.names.add(integer.text);
    scope.integers.push(integer);
  }
  const frame: Frame = { kind, label: undefined, continued: false };
  const inner: Context = { ...context, scope, frames: [...context.frames, frame], trips: context.trips * trips };
  return { frame, inner };
}

function labelOf({ label }: Frame): string {
  return label === undefined ? "" : `${label}: `;
}

export function printForOf(pick: number, body: readonly StatementTree[], context: Context): string[] {
  const array = pickFrom(floatArrays(context), pick);
  if (array === undefined || context.trips * sizeValue(context, array.size) > mostTrips) {
    return printStatements(body, context);
  }
  context.features.add("for…of");
  const { frame, inner } = loopContext(context, [], sizeValue(context, array.size), "loop");
  const name = freshName(inner.scope, ["entry", "item"]);
  inner.scope.numbers.push({ text: name, range: stored, mutable: false });
  const lines = printStatements(body, inner);
  return [`${labelOf(frame)}for (const ${name} of ${array.text}) {`, ...indented(lines), "}"];
}

export function printWhile(tree: Extract<StatementTree, { kind: "while" }>, context: Context): string[] {
  const trips = 1 + (tree.trips % 5);
  if (context.trips * trips > mostTrips) return printStatements(tree.body, context);
  const { scope, features } = context;
  const forms = ["while", "do…while", "while (true)", "for with two conditions"] as const;
  const form = forms[tree.form % 4] ?? "while";
  features.add(form);
  const name = freshName(form === "for with two conditions" ? innerScope(scope) : scope, ["round", "pass", "turn"]);
  const counter: IntegerBinding = { text: name, below: undefined, mutable: false };
  const condition = printCondition(tree.condition, context);
  const both = `${parenthesized(condition, 4)} && ${name} < ${trips}`;
  const { frame, inner } = loopContext(context, [counter], trips, "loop");
  const body = printStatements(tree.body, inner);
  const label = labelOf(frame);
  if (form === "for with two conditions") {
    return [
      `${label}for (let ${name} = 0; ${name} < ${trips} && ${parenthesized(condition, 4)}; ${name}++) {`,
      ...indented(body),
      "}",
    ];
  }
  // Seen by what follows: a counter that the data decided.
  scope.integers.push(counter);
  const declaration = `let ${name} = 0;`;
  const step = `${name}++;`;
  const lines = frame.continued || tree.trips % 2 === 0 ? [step, ...body] : [...body, step];
  if (form === "while") return [declaration, `${label}while (${both}) {`, ...indented(lines), "}"];
  if (form === "do…while") return [declaration, `${label}do {`, ...indented(lines), `} while (${both});`];
  const guard = `if (${name} > ${trips} || ${parenthesized(condition, 3)}) break;`;
  return [declaration, `${label}while (true) {`, ...indented([step, guard, ...body]), "}"];
}

/** Two buffers that take turns. */
export function printPingPong(tree: Extract<StatementTree, { kind: "pingPong" }>, context: Context): string[] {
  const { scope, features } = context;
  const size = (["n", "n", "m"] as const)[tree.size % 3] ?? "n";
  const entries = sizeValue(context, size);
  const header = loopHeader(tree.loop, context, mostTrips / entries / 2);
  if (header === undefined) return [];
  features.add("ping-pong buffers");
  const length = sizeText(context, size);
  const from = floatArrays(context).filter((array) => array.size === size && array.element === "f64");
  const start = tree.form % 3 === 0 ? undefined : pickFrom(from, tree.form);
  const [now, next] = [freshName(scope, ["now", "h"]), freshName(scope, ["next", "g"])];
  for (const text of [now, next]) {
    scope.arrays.push({ text, element: "f64", size, roots: [{ written: true }], writable: true });
  }
  // A loop that is left before the swap would leave it to the data which buffer is which.
  const { frame, inner } = loopContext(context, header.integers, header.trips * entries, "closed");
  const index = freshName(inner.scope, counters);
  const entry = { ...inner, scope: innerScope(inner.scope) };
  entry.scope.integers.push({ text: index, below: size, mutable: false });
  entry.scope.numbers.push({ text: `${now}[${index}]`, range: stored, mutable: false });
  const value = fitted(printExpression(tree.value, entry), 1.4, tree.form);
  const body = printStatements(tree.body, { ...inner, trips: context.trips * header.trips });
  const swap =
    tree.form % 2 === 0
      ? [`[${now}, ${next}] = [${next}, ${now}];`]
      : [`const putAside = ${now};`, `${now} = ${next};`, `${next} = putAside;`];
  const update = [
    `for (let ${index} = 0; ${index} < ${length}; ${index}++) {`,
    `  ${next}[${index}] = ${tree.form % 5 === 0 ? value.text : `0.5 * ${now}[${index}] + ${parenthesized(value, 12)}`};`,
    "}",
  ];
  return [
    `let ${now} = ${start === undefined ? `new Float64Array(${length})` : `${start.text}.slice()`};`,
    `let ${next} = new Float64Array(${length});`,
    ...header.before,
    `${labelOf(frame)}${header.text} {`,
    ...indented([...update, ...body, ...swap]),
    "}",
  ];
}

/** `if (condition) { …; break; }`, or whatever else leaves this place. */
export function printExit(tree: Extract<StatementTree, { kind: "exit" }>, context: Context): string[] {
  const { features, frames } = context;
  const condition = printCondition(tree.condition, context).text;
  const inner = { ...context, scope: innerScope(context.scope) };
  const before = printStatements(tree.before, inner);
  // One of two arrays of arrays or objects is not returned.
  const mayReturn = context.returns.kind !== "nested" || !context.returns.form.type.includes("[]");
  // A return at the top would leave little to run.
  if (frames.length === 0 && (tree.how % 4 !== 0 || !mayReturn)) {
    return before.length === 0 ? [] : [`if (${condition}) {`, ...indented(before), "}"];
  }
  const leave = (text: string) => [`if (${condition}) {`, ...indented([...before, text]), "}"];
  // What lies outside a closed loop is out of reach.
  const reachable = frames.slice(frames.findLastIndex(({ kind }) => kind === "closed") + 1);
  const loops = reachable.filter(({ kind }) => kind === "loop");
  const target = tree.loop % 2 === 0 ? loops.at(-1) : pickFrom(loops, tree.loop);
  if (target === undefined && !mayReturn)
    return before.length === 0 ? [] : leave("").filter((line) => line.trim() !== "");
  if (target === undefined || (tree.how % 6 === 5 && mayReturn)) {
    features.add(frames.length > 0 ? "return in a loop" : "early return");
    return leave(returnText(tree.value, context));
  }
  if (tree.how % 12 === 4) {
    features.add("throw");
    return [`if (${sizeText(context, "n")} < 1) throw new RangeError("no entries");`];
  }
  const inside = reachable.slice(reachable.indexOf(target) + 1);
  const word = tree.how % 2 === 0 ? "break" : "continue";
  if (word === "continue") target.continued = true;
  const needsLabel = inside.some(({ kind }) => kind === "loop" || word === "break");
  if (!needsLabel && tree.how % 7 !== 0) {
    features.add(word);
    return leave(`${word};`);
  }
  target.label ??= freshName(
    context.scope,
    ["scan", "rows", "search"].map((name) => `${name}${frames.indexOf(target)}`),
  );
  features.add(`labelled ${word}`);
  return leave(`${word} ${target.label};`);
}
