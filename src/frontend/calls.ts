/**
 * The functions that are called and not inlined, while one tagged function is lowered: one for each declaration and what is
 * known of its arguments. What a function gives back and writes to is taken from the round before (assumptions.ts), since
 * it may be asked for while the function is being lowered itself.
 */
import type { ts } from "ts-morph";
import type { ElementType, Graph, GraphNode } from "../ir/graph.ts";
import { walkNodes } from "../ir/walk.ts";
import type { Environment, FunctionNode, Root } from "./binding.ts";
import type { Context } from "./context.ts";
import type { Form } from "./forms.ts";
import { Inlinings } from "./inlining.ts";

/** A number that is computed from what a function is given. */
export type Computed =
  | { readonly kind: "constant"; readonly value: number | boolean }
  /** One of the numbers that it is given. */
  | { readonly kind: "given"; readonly index: number }
  | { readonly kind: "operation"; readonly operation: string; readonly operands: readonly Computed[] }
  | { readonly kind: "choice"; readonly condition: Computed; readonly then: Computed; readonly else: Computed };

/** An array that the caller makes and the function fills. */
export interface Made {
  readonly element: ElementType;
  readonly length: Computed;
}

export interface Known {
  /** What it gives back; `never`, where it does not come back; `broken`, where it could not be lowered. */
  readonly result: Form | "never" | "broken";
  /** Which of the arrays that it is given it writes to. */
  readonly written: readonly boolean[];
  readonly made: readonly Made[];
  /** It may give back one of the arrays that it is given, of which the caller gets a copy. */
  readonly isAlias: boolean;
}

/** A variable from around a function that it reads. */
export interface Capture {
  readonly environment: number;
  readonly symbol: ts.Symbol;
}

export interface CalledFunction {
  readonly id: string;
  readonly key: string;
  readonly declaration: ts.Node;
  /** Undefined while it is being lowered. */
  known: Known | undefined;
  graph: Graph | undefined;
  /** Its loops that are taken to be counted ones. */
  counters: Context["counters"];
}

export class Calls {
  readonly #functions = new Map<string, CalledFunction>();
  readonly #ids = new Set<string>();
  readonly inlinings = new Inlinings();
  /** Arrays that may be one and the same, since this function gives them back: none of them may be written any more. */
  readonly frozen = new Map<Root, FunctionNode>();
  readonly #environments: Environment[] = [];

  find(key: string): CalledFunction | undefined {
    return this.#functions.get(key);
  }

  /** How many are being lowered that are of this declaration. */
  openOf(declaration: ts.Node): number {
    return [...this.#functions.values()].filter((each) => each.declaration === declaration && !each.known).length;
  }

  open(key: string, name: string, declaration: ts.Node): CalledFunction {
    let id = name;
    for (let number = 2; this.#ids.has(id); number++) id = `${name}${number}`;
    this.#ids.add(id);
    const made: CalledFunction = { id, key, declaration, known: undefined, graph: undefined, counters: new Map() };
    this.#functions.set(key, made);
    return made;
  }

  get all(): Iterable<CalledFunction> {
    return this.#functions.values();
  }

  /** The number of an environment, in the order in which they are met. */
  numberOf(environment: Environment): number {
    const { scope } = environment;
    const known = this.#environments.findIndex(
      (each) => each === environment || (scope !== undefined && each.scope === scope),
    );
    return known >= 0 ? known : this.#environments.push(environment) - 1;
  }

  environment(number: number): Environment | undefined {
    return this.#environments[number];
  }

  /** The graph with the functions that it calls, and that those call. */
  addTo(graph: Graph): Graph {
    const all = new Map([...this.all].map((each) => [each.id, each.graph] as const));
    const functions = new Map<string, Graph>();
    const visit = (from: Graph): void => {
      walkNodes(from.body, (node: GraphNode) => {
        if (node.kind !== "call" || functions.has(node.callee)) return;
        const callee = all.get(node.callee);
        if (callee === undefined) return;
        functions.set(node.callee, callee);
        visit(callee);
      });
    };
    visit(graph);
    return functions.size === 0 ? graph : { ...graph, functions };
  }
}
