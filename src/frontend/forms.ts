/**
 * The form of a value that goes into or comes out of a function of its own: what is known of it at compile time, with a gap
 * for each number and boolean. Arrays are gaps too, by their place among the arrays that are handed over.
 */
import type { ts } from "ts-morph";
import { newCell } from "./aggregates.ts";
import { isEndless, lengthOf } from "./arrays.ts";
import {
  type Binding,
  type Cell,
  isValue,
  isWhole,
  known,
  type Root,
  scalar,
  type Value,
  type View,
  wholeView,
} from "./binding.ts";
import type { Calls } from "./calls.ts";
import type { Context } from "./context.ts";
import { idOf, typeOf } from "./emit.ts";
import { environmentHere } from "./loaded-values.ts";
import type { ValueId } from "../ir/graph.ts";

export type Form =
  | { readonly kind: "scalar"; readonly type: "number" | "boolean" }
  /** The same on both sides: a text, `undefined`, a function. */
  | { readonly kind: "same"; readonly binding: Binding }
  /** A part of an array: two numbers are its offset and its length, and where it has one, a third is its reach. */
  | {
      readonly kind: "part";
      readonly array: number;
      readonly hasReach: boolean;
      readonly isConstant?: true | undefined;
    }
  /** All of an array. */
  | { readonly kind: "whole"; readonly array: number }
  | {
      readonly kind: "aggregate";
      readonly shape: Cell["shape"];
      readonly members: readonly (readonly [string, Form])[];
    };

/** What is handed over for forms: the gaps in order, and the arrays. */
export class Handover {
  readonly scalars: Value[] = [];
  readonly labels: string[] = [];
  readonly roots: Root[] = [];
  readonly #context: Context;
  readonly #callee: ts.Node;

  constructor(context: Context, callee: ts.Node) {
    this.#context = context;
    this.#callee = callee;
  }

  /** Undefined for what has no form: a choice of arrays or functions. */
  formOf(binding: Binding, label: string): Form | undefined {
    const context = this.#context;
    if (isValue(binding)) {
      this.#add(binding, label);
      return { kind: "scalar", type: typeOf(context, binding) };
    }
    switch (binding.kind) {
      case "view":
        // A row of a nested parameter, or an array that grows.
        if (binding.root.count !== undefined || binding.root.hasRoom || binding.rows !== undefined) return undefined;
        return this.#arrayForm(binding, label);
      case "aggregate": {
        if (binding.cell.prototype !== undefined || binding.cell.shape === "nested") return undefined;
        const members: (readonly [string, Form])[] = [];
        for (const [name, location] of binding.cell.members) {
          const isTuple = binding.cell.shape === "tuple";
          const form = this.formOf(context.state.read(location), isTuple ? `${label}${name}` : name);
          if (form === undefined) return undefined;
          members.push([name, form]);
        }
        return { kind: "aggregate", shape: binding.cell.shape, members };
      }
      case "function":
        return binding.receiver === undefined ? { kind: "same", binding } : undefined;
      case "known":
      case "builtin":
      case "unknown":
      case "module":
        return { kind: "same", binding };
      default:
        return undefined;
    }
  }

  #arrayForm(view: View, label: string): Form {
    const { assumptions } = this.#context;
    const { root, offset, reach } = view;
    const before = this.roots.indexOf(root);
    const array = before >= 0 ? before : this.roots.push(root) - 1;
    if (isWhole(view) && !assumptions.takesParts(this.#callee, label)) return { kind: "whole", array };
    if (!isWhole(view)) assumptions.noteTakesParts(this.#callee, label);
    this.#add(offset ?? known(0), `${label}Start`);
    this.#add(lengthOf(this.#context, view), `${label}Length`);
    const hasReach = reach !== undefined && !isEndless(reach);
    if (hasReach) this.#add(reach, `${label}Reach`);
    return { kind: "part", array, hasReach, isConstant: view.isConstant };
  }

  #add(value: Value, label: string): void {
    this.scalars.push(value);
    this.labels.push(label);
  }

  ids(): readonly ValueId[] {
    return this.scalars.map((value) => idOf(this.#context, value));
  }
}

/** The binding that a form stands for, with these numbers and arrays in its gaps. */
export function bindingOf(context: Context, form: Form, next: () => ValueId, rootAt: (array: number) => Root): Binding {
  switch (form.kind) {
    case "scalar":
      return scalar(next());
    case "same": {
      const { binding } = form;
      if (binding.kind !== "function") return binding;
      return { ...binding, environment: environmentHere(context, binding.environment) };
    }
    case "part": {
      const [offset, length] = [scalar(next()), scalar(next())];
      const reach = form.hasReach ? scalar(next()) : undefined;
      const { isConstant } = form;
      return { kind: "view", root: rootAt(form.array), offset, length, reach, isConstant };
    }
    case "whole":
      return wholeView(rootAt(form.array));
    case "aggregate": {
      const members = form.members.map(([name, member]) => [name, bindingOf(context, member, next, rootAt)] as const);
      return newCell(context, form.shape, members);
    }
  }
}

/** The types of the gaps of a form, in order. */
export function gapsOf(form: Form): readonly ("number" | "boolean")[] {
  switch (form.kind) {
    case "scalar":
      return [form.type];
    case "same":
    case "whole":
      return [];
    case "part":
      return form.hasReach ? ["number", "number", "number"] : ["number", "number"];
    case "aggregate":
      return form.members.flatMap(([, member]) => gapsOf(member));
  }
}

/** The same text for forms that are the same. */
export function formText(form: Form, numberOfNode: (node: unknown) => number, calls: Calls): string {
  switch (form.kind) {
    case "scalar":
      return form.type;
    case "same": {
      const { binding } = form;
      if (binding.kind === "known") return `known ${typeof binding.value} ${String(binding.value)}`;
      if (binding.kind === "function") {
        const { declaration, environment } = binding;
        const around = environment === undefined ? "" : ` in ${calls.numberOf(environment)}`;
        return `function ${numberOfNode(declaration)}${around}`;
      }
      if (binding.kind === "builtin" || binding.kind === "unknown") return `${binding.kind} ${binding.name}`;
      return binding.kind === "module" ? `module ${binding.symbol.name}` : binding.kind;
    }
    case "part":
      return `${form.isConstant === true ? "constant part" : "part"} ${form.array}${form.hasReach ? " of some reach" : ""}`;
    case "whole":
      return `whole ${form.array}`;
    case "aggregate":
      return `${form.shape} {${form.members.map(([name, member]) => `${name}: ${formText(member, numberOfNode, calls)}`).join(", ")}}`;
  }
}
