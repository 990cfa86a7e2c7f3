/**
 * The shape of a random program before it is text.
 *
 * Every reference is a number that the printer resolves, modulo what is in scope, at the place where it stands. So
 * every tree is a valid program, whatever shrinking removes from it, and no tree has to be thrown away.
 */

/** Chooses among what the printer finds at the place. */
export type Pick = number;

export interface IndexTree {
  readonly variable: Pick;
  readonly form: Pick;
}

export type ExpressionTree =
  | { readonly kind: "literal"; readonly tenths: number }
  | { readonly kind: "variable"; readonly pick: Pick }
  | { readonly kind: "load"; readonly array: Pick; readonly index: IndexTree }
  | { readonly kind: "table"; readonly index: IndexTree }
  | { readonly kind: "integer"; readonly pick: Pick }
  | { readonly kind: "unary"; readonly function: string; readonly operand: ExpressionTree }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: ExpressionTree;
      readonly right: ExpressionTree;
    }
  | {
      readonly kind: "ternary";
      readonly condition: ConditionTree;
      readonly then: ExpressionTree;
      readonly otherwise: ExpressionTree;
    }
  | { readonly kind: "apply"; readonly helper: Pick; readonly arguments: readonly ArgumentTree[] };

/** What a helper is given: `value` where it wants a number, `pick` where it wants something else. */
export interface ArgumentTree {
  readonly value: ExpressionTree;
  readonly pick: Pick;
}

export type ConditionTree =
  | {
      readonly kind: "compare";
      readonly operator: string;
      readonly left: ExpressionTree;
      readonly right: ExpressionTree;
    }
  | { readonly kind: "integers"; readonly operator: string; readonly left: Pick; readonly right: Pick }
  | { readonly kind: "flag"; readonly pick: Pick }
  | { readonly kind: "not"; readonly operand: ConditionTree }
  | { readonly kind: "both"; readonly left: ConditionTree; readonly right: ConditionTree }
  | { readonly kind: "either"; readonly left: ConditionTree; readonly right: ConditionTree };

export type StatementTree =
  | {
      readonly kind: "assign";
      readonly target: Pick;
      readonly operator: string;
      readonly value: ExpressionTree;
      readonly squash: Pick;
    }
  | {
      readonly kind: "store";
      readonly array: Pick;
      readonly index: IndexTree;
      readonly operator: string;
      readonly value: ExpressionTree;
      readonly squash: Pick;
    }
  | { readonly kind: "declare"; readonly mutable: boolean; readonly value: ExpressionTree; readonly squash: Pick }
  | { readonly kind: "declareFlag"; readonly condition: ConditionTree }
  | { readonly kind: "setFlag"; readonly target: Pick; readonly condition: ConditionTree }
  | { readonly kind: "count"; readonly target: Pick; readonly form: Pick }
  | {
      readonly kind: "allocate";
      readonly element: Pick;
      readonly size: Pick;
      readonly form: Pick;
      readonly from: Pick;
      readonly values: readonly ExpressionTree[];
    }
  | {
      readonly kind: "bulk";
      readonly form: Pick;
      readonly array: Pick;
      readonly other: Pick;
      readonly value: ExpressionTree;
    }
  | { readonly kind: "storeInteger"; readonly array: Pick; readonly index: IndexTree; readonly value: Pick }
  | { readonly kind: "alias"; readonly array: Pick }
  | { readonly kind: "view"; readonly array: Pick; readonly row: IndexTree; readonly form: Pick }
  | { readonly kind: "choose"; readonly condition: ConditionTree; readonly first: Pick; readonly second: Pick }
  | { readonly kind: "swapScalars"; readonly first: Pick; readonly second: Pick }
  | { readonly kind: "destructure"; readonly source: Pick; readonly values: readonly ExpressionTree[] }
  | { readonly kind: "call"; readonly helper: Pick; readonly arguments: readonly ArgumentTree[] }
  | {
      readonly kind: "pingPong";
      readonly size: Pick;
      readonly loop: LoopTree;
      readonly body: readonly StatementTree[];
      readonly value: ExpressionTree;
      readonly form: Pick;
    }
  /** A construct of the language in a few lines (idioms/). */
  | {
      readonly kind: "idiom";
      readonly form: Pick;
      readonly values: readonly ExpressionTree[];
      readonly condition: ConditionTree;
      readonly index: IndexTree;
      readonly picks: readonly Pick[];
      readonly squash: Pick;
    }
  /** The same of a parameter of a structured type (structures/). */
  | {
      readonly kind: "use";
      readonly form: Pick;
      readonly values: readonly ExpressionTree[];
      readonly condition: ConditionTree;
      readonly index: IndexTree;
      readonly picks: readonly Pick[];
      readonly squash: Pick;
    }
  | { readonly kind: "for"; readonly loop: LoopTree; readonly body: readonly StatementTree[] }
  /** Two loops, one in the other, over the rows and the columns of a matrix. */
  | {
      readonly kind: "nest";
      readonly order: Pick;
      readonly directions: LoopTree;
      readonly body: readonly StatementTree[];
    }
  | { readonly kind: "forOf"; readonly array: Pick; readonly body: readonly StatementTree[] }
  | {
      readonly kind: "while";
      readonly form: Pick;
      readonly trips: Pick;
      readonly condition: ConditionTree;
      readonly body: readonly StatementTree[];
    }
  | {
      readonly kind: "if";
      readonly condition: ConditionTree;
      readonly then: readonly StatementTree[];
      readonly otherwise: readonly StatementTree[];
    }
  | {
      readonly kind: "switch";
      readonly subject: Pick;
      readonly value: ExpressionTree;
      readonly cases: readonly { readonly body: readonly StatementTree[]; readonly falls: boolean }[];
    }
  | {
      readonly kind: "exit";
      readonly condition: ConditionTree;
      readonly before: readonly StatementTree[];
      readonly how: Pick;
      readonly loop: Pick;
      readonly value: ExpressionTree;
    }
  | {
      readonly kind: "block";
      readonly shadowed: Pick;
      readonly value: ExpressionTree;
      readonly body: readonly StatementTree[];
    };

export interface LoopTree {
  /** Which bound: one of the sizes, an array's length, or an outer counter. */
  readonly bound: Pick;
  /** Up, down, by two, inclusive, triangular, zero-trip. */
  readonly direction: Pick;
}

export interface ParameterTree {
  /** From 60 on, one of a structured type. */
  readonly kind: Pick;
  readonly size: Pick;
}

export interface HelperTree {
  readonly parameters: readonly ParameterTree[];
  readonly result: Pick;
  readonly arrow: boolean;
  readonly body: readonly StatementTree[];
  readonly values: readonly ExpressionTree[];
}

export interface ProgramTree {
  /** Entries of an array of the first and of the second size. */
  readonly n: number;
  readonly m: number;
  /** Where the sizes come from: lengths, parameters, constants. */
  readonly sizeSource: Pick;
  readonly helpers: readonly HelperTree[];
  readonly parameters: readonly ParameterTree[];
  readonly mode: Pick;
  readonly result: Pick;
  readonly wrt: readonly Pick[];
  readonly accumulate: boolean;
  readonly body: readonly StatementTree[];
  readonly values: readonly ExpressionTree[];
  readonly inputSeed: number;
}
