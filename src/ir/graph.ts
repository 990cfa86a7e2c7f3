/**
 * The graph: the one language between all stages. The reference page of its nodes.
 *
 * Structured static single assignment. Loops and branches are nodes that hold regions; what a loop carries and what a
 * branch yields are named values (as in MLIR's `scf`), so there are no phis and loops can be printed as loops again.
 *
 * Arrays are values too. A `store` takes one version of an array and yields the next; a `load` names the version that
 * it reads. Versions are linear: once a store (or a loop that carries it, or a branch that yields its successor) has
 * taken a version, that version is not read any more. So every chain of versions can live in one buffer, and the
 * back end stores in place. `bufferOf` (buffers.ts) follows a version back to that buffer.
 *
 * There are no views, aliases, objects, tuples or function values here: the front end has resolved them.
 *
 * Exits: a loop with `stops` yields a boolean first; when it is true the loop ends after this iteration. `break`,
 * `continue` and early `return` are lowered to that flag, to nested branches, and to ordinary carried values.
 */

import type { Term } from "../operations/operation.ts";

declare const valueIdBrand: unique symbol;
/** Names one value of a graph. Made by the builder alone. */
export type ValueId = number & { readonly [valueIdBrand]: "ValueId" };

/** What an array holds. `number` is a plain `number[]`; the others are typed arrays. */
export type ElementType = "f64" | "f32" | "i8" | "u8" | "u8c" | "i16" | "u16" | "i32" | "u32" | "number";
export interface ArrayType {
  readonly kind: "array";
  readonly element: ElementType;
  /** Of a leaf of a nested parameter: for each index the members that stand behind it; see nested.ts. */
  readonly layers?: readonly (readonly (string | number)[])[];
  /** Of those layers whose arrays are tuples: their lengths. */
  readonly sizes?: readonly (number | undefined)[];
}
export type ValueType = "number" | "boolean" | ArrayType;

/** A place in a source file. Lines and columns count from 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The first line of the statement that stands there, trimmed, without `;`: what a comment quotes. */
  readonly text: string;
}

/** The statement that a node of a derivative reverses; or, in forward mode, that it stands beside. */
export interface Origin extends Span {
  readonly isBeside?: true;
}

export interface ValueInfo {
  readonly type: ValueType;
  /** The name that the source gives to it, or that a transform suggests (`dx`). The back end makes names unique. */
  readonly name?: string | undefined;
  /** The function of the source that returns it: what it is called where it needs a name and has none. */
  readonly returnedBy?: string | undefined;
}

/** Where something stands in a result that has the structure of parameters. */
export type ResultKey = "grad" | "hvp" | "tangent" | MatrixKey;
/** A result that is a matrix, row-major. */
export type MatrixKey = "jacobian" | "hessian";

/** What an allocated array is for; the back end decides from it where the buffer lives. */
export type ArrayRole =
  | { readonly kind: "local" }
  /** Kept between the forward and the reverse sweep. `note` says what it holds, for the doc comment of the scratch. */
  | { readonly kind: "stash"; readonly note: string }
  /** The adjoint of a local array. */
  | { readonly kind: "adjoint" }
  /** The tangents of a local array, or of one that the derivative has a copy of. */
  | { readonly kind: "tangent" }
  /** The gradient of the parameter at `parameter`: `out.grad.<path>`; under another key, what stands there of it. */
  | { readonly kind: "gradient"; readonly parameter: number; readonly under?: Exclude<ResultKey, "grad" | MatrixKey> }
  /** The Jacobian in the parameter: `out.jacobian.<path>`; without one the Hessian. */
  | {
      readonly kind: "matrix";
      readonly parameter: number | undefined;
      /** In compressed rows: an entry is told by the pair of its row and its column, and `length` is the number of rows. */
      readonly isSparse?: boolean;
    }
  /** Returned as (part of) the value: `out.value`. */
  | { readonly kind: "value" };

export interface NodeBase {
  /** The statement of the source that this node comes from. */
  readonly span?: Span | undefined;
  /** For a node of a derivative: the statement of the primal that it belongs to. */
  readonly origin?: Origin | undefined;
}

export interface ConstantNode extends NodeBase {
  readonly kind: "constant";
  readonly value: number | boolean;
  readonly result: ValueId;
}
/** A scalar operation of the table in src/operations. */
export interface OperationNode extends NodeBase {
  readonly kind: "operation";
  readonly operation: string;
  readonly operands: readonly ValueId[];
  /** What the operands receive, where that is not what the row says: by a rule of the source. */
  readonly pullback?: readonly (Term | undefined)[];
  readonly result: ValueId;
}
/** An inactive value that cannot be seen into and is evaluated once, in place: `Math.random()`, `Date.now()`. */
export interface OpaqueNode extends NodeBase {
  readonly kind: "opaque";
  readonly text: string;
  readonly result: ValueId;
}
/** A constant array of the module, printed once as a table. Never stored to. */
export interface TableNode extends NodeBase {
  readonly kind: "table";
  readonly element: ElementType;
  readonly values: readonly number[];
  readonly result: ValueId;
}
/** The length of a parameter array. (Other arrays carry their length as a value from where they are allocated.) */
export interface LengthNode extends NodeBase {
  readonly kind: "length";
  readonly array: ValueId;
  /** Of a nested one: the index, or the pair of indices, of the row whose length it is. `array` is the parameter itself then. */
  readonly at?: ValueId;
  readonly result: ValueId;
}
export interface LoadNode extends NodeBase {
  readonly kind: "load";
  readonly array: ValueId;
  readonly index: ValueId;
  readonly result: ValueId;
  /** The source asks whether there is such an entry. */
  readonly mayBeAbsent?: true;
}
/** `result` is `array` with `value` at `index`. A typed array rounds or truncates as JavaScript does. */
export interface StoreNode extends NodeBase {
  readonly kind: "store";
  readonly array: ValueId;
  readonly index: ValueId;
  readonly value: ValueId;
  /** The front end knows that the index is within. */
  readonly isInside?: true;
  readonly result: ValueId;
}
/**
 * A new array of `length` entries, zero unless `filled` is false. `filled: false` promises that every entry is
 * stored before it is read, so a reused buffer need not be cleared.
 */
export interface AllocateNode extends NodeBase {
  readonly kind: "allocate";
  readonly element: ElementType;
  readonly length: ValueId;
  readonly role: ArrayRole;
  readonly filled: boolean;
  /** It has no entries at first: what is read before anything is stored is not there. See fill-unset.ts. */
  readonly isUnset?: true;
  /** A plain array of which the length changes: this is its room. The front end sees to it that stores are within. */
  readonly keepsCount?: true;
  /** It has as many layers, and the lengths, of the array that is the parameter of this number; `length` is its own. */
  readonly like?: number;
  readonly result: ValueId;
}
/**
 * `result` is `array` with room for at least `length` entries, its contents kept: it grows by doubling. For a stash
 * whose size is not known before its loop runs.
 */
export interface GrowNode extends NodeBase {
  readonly kind: "grow";
  readonly array: ValueId;
  readonly length: ValueId;
  /** What it grows by is zero. */
  readonly isZeroed?: true | undefined;
  readonly result: ValueId;
}
/** Throws `new errorClass(parts joined)`. Control does not come back; later nodes and yields of the region are dead. */
export interface ThrowNode extends NodeBase {
  readonly kind: "throw";
  readonly errorClass: string;
  readonly parts: readonly (string | ValueId)[];
}
/**
 * Calls a function of the graph (`functions`). It reads the arrays that it is given and changes those at `written` in
 * place. It may throw, may not come back, and may put values on the stack: its place among other calls is fixed.
 */
export interface CallNode extends NodeBase {
  readonly kind: "call";
  readonly callee: string;
  /** One for each parameter of the function. An array that it writes to is given once. */
  readonly operands: readonly ValueId[];
  /** Which operands are arrays that it writes to. */
  readonly written: readonly number[];
  /** The numbers and booleans that it gives back, then the next version of each array at `written`. */
  readonly results: readonly ValueId[];
}
/** Keeps values for the reverse of this call of the function: they go on a stack. */
export interface PushNode extends NodeBase {
  readonly kind: "push";
  readonly values: readonly ValueId[];
}
/** Takes what the last `push` has kept from the stack, in the same order. */
export interface PopNode extends NodeBase {
  readonly kind: "pop";
  readonly results: readonly ValueId[];
  /** Those of them that are whole numbers. */
  readonly whole: ReadonlySet<ValueId>;
}

/** Arguments are defined by the region; yields are what it gives to its node. */
export interface Region {
  readonly arguments: readonly ValueId[];
  readonly nodes: readonly GraphNode[];
  readonly yields: readonly ValueId[];
}

export interface LoopBase extends NodeBase {
  /** First values of what the loop carries. */
  readonly inits: readonly ValueId[];
  /** Arguments: the index (for) or the iteration number 0, 1, … (while), then the carried. Yields: a boolean first if `stops`, then the carried. */
  readonly body: Region;
  readonly stops: boolean;
  /** Last values of the carried, in order. */
  readonly results: readonly ValueId[];
  /** How many times the body ran (the iteration that stopped the loop counts). Always defined; often unused. */
  readonly trips: ValueId;
  /** Whether the loop ended because the body said so. Defined where `stops`. */
  readonly stopped: ValueId | undefined;
  /** The source asks that its reverse runs it again from snapshots (`@checkpoint`). */
  readonly checkpoint?: Checkpoint | undefined;
  /** It comes to a fixed point of its body, whose derivative is wanted and not that of the way there (`@fixedpoint`). */
  readonly fixedPoint?: Span | undefined;
}
/** How many snapshots of a loop are kept at once, if the source says; where it says so. */
export interface Checkpoint {
  readonly snapshots?: number;
  readonly mark: Span;
  /** The loop is a call, which runs once: what would be outside of it would be kept. */
  readonly isCall?: true;
}
/** `for (let index = start; index < bound; index += step)`: `<` or `<=` (if `inclusive`) for a positive step, `>` or `>=` for a negative one. */
export interface ForNode extends LoopBase {
  readonly kind: "for";
  /** A whole number, so it has no derivative; what starts at another is a `while`. */
  readonly start: ValueId;
  readonly bound: ValueId;
  /** A constant other than 0. */
  readonly step: number;
  readonly inclusive: boolean;
}
/** Runs the body while the condition yields true. The condition is pure: its arguments are the carried; it yields one boolean. */
export interface WhileNode extends LoopBase {
  readonly kind: "while";
  readonly condition: Region;
}
/** Both regions have no arguments and yield one value for each result. */
export interface IfNode extends NodeBase {
  readonly kind: "if";
  readonly condition: ValueId;
  readonly then: Region;
  readonly else: Region;
  readonly results: readonly ValueId[];
  /** What it gives is of no use where the condition does not hold; see guard-idle-loops.ts. */
  readonly isIdle?: true;
  /** Both ways do the same, the first in forward mode and the second in reverse mode; see both-modes.ts. */
  readonly isByMode?: true;
}

export type LoopNode = ForNode | WhileNode;
export type GraphNode =
  | ConstantNode
  | OperationNode
  | OpaqueNode
  | TableNode
  | LengthNode
  | LoadNode
  | StoreNode
  | AllocateNode
  | GrowNode
  | ThrowNode
  | CallNode
  | PushNode
  | PopNode
  | ForNode
  | WhileNode
  | IfNode;

/** What may stand where there is no value. */
export type Absent = "undefined" | "null" | "both";

/**
 * Whether it is this text; whether it is other than `undefined` (or `null`); whether what stands around it has it; of a tuple
 * that may lack its last entries: how many there are.
 */
export type ParameterTest =
  | { readonly kind: "equals"; readonly text: string }
  | { readonly kind: "differs"; readonly from: "undefined" | "null" }
  | { readonly kind: "has" }
  | { readonly kind: "count" };

/** One scalar or array that comes in. An object or tuple parameter is one entry for each of its leaves. */
export interface Parameter {
  /**
   * `["params", "W1"]` for a member of an object, `["pair", 0]` for one of a tuple, `["x"]` for a plain one. Behind what
   * is an array of arrays or objects stands `each`: `["bodies", each, "mass"]`.
   */
  readonly path: readonly (string | number)[];
  readonly value: ValueId;
  readonly type: ValueType;
  /** The body writes to it. */
  readonly written: boolean;
  /** A number that is used as an index, a length, or the start or bound of a counted loop, or in what is: it is whole. */
  readonly isWhole?: true;
  /** It decides, and is nothing to differentiate: an enum. */
  readonly isControl?: true;
  /** There may be none at run time; a test of the same path says whether there is. */
  readonly absent?: Absent;
  /**
   * How many parts of the path lead to what may be left out: an object around it, or the array itself. If it is, the value
   * is 0, false or an empty array.
   */
  readonly leftOut?: readonly number[];
  /** A boolean or number that is no value itself, but tells something of what stands at the path. */
  readonly test?: ParameterTest;
  readonly span: Span;
}

/** What a function gives back, with the structure that the source has. */
export type Output =
  | { readonly kind: "none" }
  /** `instead`: what there is where there is no number; the value is 0 then. */
  | { readonly kind: "scalar"; readonly value: ValueId; readonly instead?: readonly Instead[] }
  | { readonly kind: "array"; readonly value: ValueId; readonly element: ElementType; readonly length: ValueId }
  /** The returned value is a parameter array, the same object. */
  | { readonly kind: "parameter"; readonly parameter: number; readonly value: ValueId }
  | { readonly kind: "object"; readonly entries: readonly { readonly key: string; readonly output: Output }[] }
  | { readonly kind: "tuple"; readonly entries: readonly Output[] }
  /** An array of arrays, objects or tuples. */
  | { readonly kind: "rows"; readonly leaves: readonly RowsLeaf[] }
  /**
   * `instead`: what there is where there is no array, object or tuple. `shown`: what is given back elsewhere, if it is not
   * that of which derivatives are taken.
   */
  | {
      readonly kind: "mixed";
      readonly of: Output;
      readonly shown?: Output | undefined;
      readonly instead: readonly Instead[];
    };

/** What is given back in the place of a value where `when` holds; of several, one holds at most. */
export interface Instead {
  readonly when: ValueId;
  /** As it is written; or the boolean that it is. */
  readonly as: "undefined" | "null" | "true" | "false" | ValueId;
}

/** The numbers that stand at one place in each entry of an array: in the graph they lie one after the other in an array. */
export interface RowsLeaf {
  /** As that of a parameter, from the array on: `[each, "x"]`. */
  readonly path: readonly (string | number)[];
  readonly value: ValueId;
  /** Its layers; the element is that of the innermost arrays. */
  readonly type: ArrayType & { readonly layers: NonNullable<ArrayType["layers"]> };
  /** How long the arrays of each layer are, all of one layer alike. */
  readonly lengths: readonly ValueId[];
  /** They are booleans. */
  readonly isBoolean?: true;
}

/** One differentiable-to-be function. `body` has one argument for each parameter, in order. */
export interface Graph {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Nothing is yielded by `body` itself: `returned` and `final` name what is used after it. */
  readonly body: Region;
  readonly returned: Output;
  /** For each parameter that is an array: its last version (the parameter's own value where it is not written). */
  readonly final: ReadonlyMap<number, ValueId>;
  /** What the body leaves in numbers and booleans of objects and tuples that it writes to, by the parameter's index. */
  readonly members?: ReadonlyMap<number, ValueId>;
  readonly values: ReadonlyMap<ValueId, ValueInfo>;
  readonly span: Span;
  /**
   * The functions that the graph and they themselves call, by their keys: graphs whose `returned` is a tuple of numbers and
   * booleans, and whose array parameters have their lengths in `lengths`. None where all calls are inlined.
   */
  readonly functions?: ReadonlyMap<string, Graph>;
  /** Of a function that is called: the number that is the length of the array parameter at the index. */
  readonly lengths?: ReadonlyMap<number, ValueId>;
  /** Of a forward function: the key of the reverse function that takes what it pushes; and the other way round. */
  readonly partner?: string;
  /** Of a function that is called: it runs its own reverse too. */
  readonly isJoint?: true;
  /** Of a function that is called: the reverse of a call is to run it again (`@checkpoint`). */
  readonly checkpoint?: Checkpoint;
  /** Of a function that is called: array parameters that may hold something else when its reverse runs. */
  readonly unsteady?: ReadonlySet<number>;
}
