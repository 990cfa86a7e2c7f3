/**
 * How control leaves a statement other than at its end: which `break`, `continue` or `return` was met. As long as that is
 * known at compile time it costs nothing; where it depends on a branch, the flag that is asked for (stop this loop? run the
 * rest?) becomes a result of that branch.
 */
import { assertNever } from "../diagnostics/invariant.ts";
import type { GraphBuilder } from "../ir/builder.ts";
import type { GraphNode, ValueId } from "../ir/graph.ts";
import { known, scalar, type Value } from "./binding.ts";
import { addResult, append, ifNode, type OpenIf } from "./open-if.ts";

/** 0: no exit. `thrown`: control does not come back. Every target (a loop, a switch, a label, a call) has codes of its own. */
export type ExitCode = number;
export const noExit: ExitCode = 0;
export const thrown: ExitCode = -1;

export type Exit =
  | { readonly kind: "known"; readonly code: ExitCode }
  | {
      readonly kind: "merged";
      readonly branch: OpenIf;
      readonly then: Exit;
      readonly else: Exit;
      readonly codes: ReadonlySet<ExitCode>;
      readonly derived: Map<string, Value>;
    }
  /** `code` where the boolean is true, else none. */
  | { readonly kind: "flag"; readonly flag: ValueId; readonly code: ExitCode }
  /** A number of the graph. */
  | { readonly kind: "number"; readonly id: ValueId; readonly codes: ReadonlySet<ExitCode> }
  /** The exit without those that end here. */
  | {
      readonly kind: "caught";
      readonly exit: Exit;
      readonly here: readonly ExitCode[];
      readonly codes: ReadonlySet<ExitCode>;
    }
  /** The exit where it is known that there was one. */
  | { readonly kind: "left"; readonly exit: Exit; readonly codes: ReadonlySet<ExitCode> };

export const goesOn: Exit = { kind: "known", code: noExit };

export function exitTo(code: ExitCode): Exit {
  return { kind: "known", code };
}

/** What can be met, without throws (which leave nothing to be decided) unless nothing else can. */
export function codesOf(exit: Exit): ReadonlySet<ExitCode> {
  switch (exit.kind) {
    case "known":
      return new Set([exit.code]);
    case "flag":
      return new Set([noExit, exit.code]);
    default:
      return exit.codes;
  }
}

/** Control never comes to the end. */
export function neverGoesOn(exit: Exit): boolean {
  return !codesOf(exit).has(noExit);
}

export function alwaysGoesOn(exit: Exit): boolean {
  const codes = codesOf(exit);
  return codes.size === 1 && codes.has(noExit);
}

export function merged(branch: OpenIf, then: Exit, otherwise: Exit): Exit {
  const codes = new Set([...codesOf(then), ...codesOf(otherwise)]);
  if (codes.size > 1) codes.delete(thrown);
  const [code] = codes;
  if (codes.size === 1 && code !== undefined) return exitTo(code);
  return { kind: "merged", branch, then, else: otherwise, codes, derived: new Map() };
}

/** The exits at `here` (of a loop that ended, a switch, a call) end. */
export function caught(exit: Exit, here: readonly ExitCode[]): Exit {
  const codes = codesOf(exit);
  if (!here.some((code) => codes.has(code))) return exit;
  const rest = new Set([...codes].map((code) => (here.includes(code) ? noExit : code)));
  const [code] = rest;
  return rest.size === 1 && code !== undefined ? exitTo(code) : { kind: "caught", exit, here, codes: rest };
}

/** The exit on a way that is only gone after an exit. */
export function left(exit: Exit): Exit {
  const codes = new Set([...codesOf(exit)].filter((code) => code !== noExit));
  const [code] = codes;
  return codes.size === 1 && code !== undefined ? exitTo(code) : { kind: "left", exit, codes };
}

/** The value of a fact about the exit. New nodes go to `into`, or else to the open region. */
export function derive<Fact extends number | boolean>(
  builder: GraphBuilder,
  exit: Exit,
  factOf: (code: ExitCode) => Fact,
  into?: GraphNode[],
): Value {
  const codes = [...codesOf(exit)].sort((a, b) => a - b);
  const facts = codes.map(factOf);
  const [first] = facts;
  if (first !== undefined && facts.every((fact) => fact === first)) return fixed(first);
  switch (exit.kind) {
    case "known":
      return fixed(factOf(exit.code));
    case "caught":
      return derive(builder, exit.exit, (code) => factOf(exit.here.includes(code) ? noExit : code), into);
    case "left":
      return derive(builder, exit.exit, factOf, into);
    case "flag":
      return select(builder, exit.flag, factOf(exit.code), fixed(factOf(noExit)), into);
    case "number":
      if (codes.every((code) => factOf(code) === code)) return scalar(exit.id);
      return codes
        .slice(1)
        .reduce<Value>(
          (rest, code) => select(builder, isCode(builder, exit.id, code, into), factOf(code), rest, into),
          fixed(factOf(codes[0] ?? noExit)),
        );
    case "merged": {
      const key = codes.map((code, k) => `${code}:${String(facts[k])}`).join();
      const before = exit.derived.get(key);
      if (before !== undefined) return before;
      const { branch } = exit;
      const sides = [
        derive(builder, exit.then, factOf, branch.thenNodes),
        derive(builder, exit.else, factOf, branch.elseNodes),
      ] as const;
      const result = addResult(builder, branch, ...sides);
      exit.derived.set(key, scalar(result));
      return scalar(result);
    }
    default:
      return assertNever(exit);
  }
}

function fixed(fact: number | boolean): Value {
  return typeof fact === "number" ? known(fact) : known(fact);
}

function isCode(builder: GraphBuilder, id: ValueId, code: ExitCode, into: GraphNode[] | undefined): ValueId {
  const constant = builder.fresh("number");
  append(builder, into, { kind: "constant", value: code, result: constant, ...builder.place() });
  const result = builder.fresh("boolean");
  append(builder, into, { kind: "operation", operation: "eq", operands: [id, constant], result, ...builder.place() });
  return result;
}

/** `condition ? then : otherwise`. */
function select(
  builder: GraphBuilder,
  condition: ValueId,
  then: number | boolean,
  otherwise: Value,
  into: GraphNode[] | undefined,
): Value {
  if (otherwise.kind === "known" && otherwise.value === then) return otherwise;
  if (then === true && otherwise.kind === "known" && otherwise.value === false) return scalar(condition);
  if (then === false && otherwise.kind === "known" && otherwise.value === true) {
    const result = builder.fresh("boolean");
    append(builder, into, { kind: "operation", operation: "not", operands: [condition], result, ...builder.place() });
    return scalar(result);
  }
  const branch: OpenIf = { condition, thenNodes: [], thenYields: [], elseNodes: [], elseYields: [], results: [] };
  const result = addResult(builder, branch, fixed(then), otherwise);
  append(builder, into, ifNode(builder, branch));
  return scalar(result);
}
