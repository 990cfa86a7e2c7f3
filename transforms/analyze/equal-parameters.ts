/**
 * Which parameters of called functions are always the same number: the length of a part, and the count that is handed over
 * beside it.
 *
 *   f(n, length): half = n / 2; f(half, half); f(half, length - half)     length is n, if it is in the first call
 *
 * Method: all are taken to be equal until a call gives them different polynomials (a partition that is refined until no
 * call splits it further). Of whole numbers, and of one number and its halves, since sums of others may round.
 */
import { present } from "../../src/diagnostics/invariant.ts";
import type { CallNode, Graph, ValueId } from "../../src/ir/graph.ts";
import { walkNodes } from "../../src/ir/walk.ts";
import { indexAlgebra } from "./affine.ts";
import { closedFormsOf } from "./closed-forms.ts";
import { atomPolynomial, atomsOf, polynomialKey, replacePowers } from "./polynomial.ts";

/** For each function: the positions of parameters, each with that of the first one that it is equal to. */
export type EqualParameters = ReadonlyMap<string, ReadonlyMap<number, number>>;

interface Site {
  readonly call: CallNode;
  /** What the operand is, in terms of the parameters that stand for those that are equal to them; undefined for other numbers. */
  readonly keyOf: (operand: ValueId) => string | undefined;
}

export function equalParameters(graph: Graph, functions: ReadonlyMap<string, Graph>): EqualParameters {
  /** For each function, for each position of a number: the first position of its class. */
  const classes = new Map<string, Map<number, number>>();
  for (const [key, { parameters }] of functions) {
    const numbers = parameters.flatMap(({ type }, k) => (type === "number" ? [k] : []));
    classes.set(key, new Map(numbers.map((k) => [k, numbers[0] ?? k] as const)));
  }
  const sites = [["", graph] as const, ...functions].flatMap(([key, each]) => sitesOf(each, classes.get(key)));
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const { call, keyOf } of sites) {
      const before = classes.get(call.callee);
      if (before !== undefined && split(before, call, keyOf)) isSettled = false;
    }
  }
  return new Map(
    [...classes].map(([key, found]) => [key, new Map([...found].filter(([k, first]) => k !== first))] as const),
  );
}

function sitesOf(graph: Graph, own: ReadonlyMap<number, number> | undefined): readonly Site[] {
  const calls: CallNode[] = [];
  walkNodes(graph.body, (node) => void (node.kind === "call" && calls.push(node)));
  if (calls.length === 0) return [];
  const { polynomialOf, isInteger, facts } = indexAlgebra(graph);
  const expand = closedFormsOf(graph, facts);
  const positions = new Map(graph.parameters.map(({ value }, k) => [value, k] as const));
  const keyOf = (operand: ValueId): string | undefined => {
    let polynomial = expand(polynomialOf(operand));
    const isSum = polynomial.size > 1 || [...polynomial.values()].some(({ factors }) => factors.length > 1);
    for (const atom of atomsOf(polynomial)) {
      const first = own?.get(positions.get(atom) ?? -1);
      if (!isInteger(atom) && (first === undefined || isSum)) return undefined;
      if (first === undefined) continue;
      polynomial = replacePowers(polynomial, atom, atomPolynomial(present(graph.parameters[first]).value));
    }
    return polynomialKey(polynomial);
  };
  return calls.map((call) => ({ call, keyOf }));
}

/** Splits the classes where the call gives their members different numbers; whether it did. */
function split(classes: Map<number, number>, call: CallNode, keyOf: Site["keyOf"]): boolean {
  const firsts = new Map<string, number>();
  let isSplit = false;
  const before = [...classes];
  for (const [k, first] of before) {
    const given = keyOf(present(call.operands[k]));
    const group = `${first} ${given ?? `alone ${k}`}`;
    const now = firsts.get(group) ?? k;
    firsts.set(group, now);
    if (given === undefined) classes.delete(k);
    else classes.set(k, now);
    if (given === undefined || now !== first) isSplit = true;
  }
  return isSplit;
}
