/**
 * Draws program trees with fast-check. Whatever is simplest comes first in each choice: there shrinking ends.
 */
import fc, { type Arbitrary } from "fast-check";
import type { Profile } from "./profiles.ts";
import type {
  ArgumentTree,
  ConditionTree,
  ExpressionTree,
  HelperTree,
  IndexTree,
  LoopTree,
  ParameterTree,
  ProgramTree,
  StatementTree,
} from "./program.ts";

export const unaryFunctions = [
  ...["-", "sin", "cos", "tanh", "exp", "sqrt", "log", "square", "cube", "reciprocal", "sigmoid"],
  ...["tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "cbrt", "expm1"],
  ...["log1p", "log2", "log10", "abs", "sign", "floor", "ceil", "round", "trunc", "fround", "relu", "+"],
] as const;
export const binaryOperators = [
  "+",
  "*",
  "-",
  "/",
  "max",
  "min",
  "pow",
  "**",
  "hypot",
  "hypot3",
  "atan2",
  "%",
  "max3",
  "min3",
] as const;

/** A program of the given profile. */
export function programOf(profile: Profile): Arbitrary<ProgramTree> {
  const { statement } = fc.letrec<{
    statement: StatementTree;
    nested: StatementTree;
    body: readonly StatementTree[];
  }>((tie) => ({
    body: fc.array(tie("nested"), { minLength: 1, maxLength: profile.nestedLength, size: "large" }),
    statement: fc.oneof(
      { depthIdentifier, maxDepth: 3, withCrossShrink: true },
      ...statements(profile, tie("body"), 1),
    ),
    nested: fc.oneof({ depthIdentifier, maxDepth: 3, withCrossShrink: true }, ...statements(profile, tie("body"), 3)),
  }));
  const body = fc.array(statement, { maxLength: profile.length, minLength: 1, size: "large" });
  return fc.record({
    n: fc.integer({ min: 1, max: 5 }),
    m: fc.integer({ min: 1, max: 3 }),
    sizeSource: pick,
    helpers: fc.array(helperOf(fc.array(statement, { maxLength: 3 })), { maxLength: profile.helpers, size: "large" }),
    parameters: fc.array(profile.isStructured === true ? anyParameter : parameter, {
      ...{ maxLength: 5, minLength: 1, size: "large" },
    }),
    mode: fc.nat({ max: profile.isStructured === true ? 7 : 4 }),
    result: pick,
    wrt: fc.array(pick, { maxLength: 3 }),
    accumulate: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    body,
    values: fc.array(expression, { minLength: 2, maxLength: 2 }),
    inputSeed: fc.nat({ max: 1000 }),
  });
}

const depthIdentifier = fc.createDepthIdentifier();
const expressionDepth = fc.createDepthIdentifier();

/** Even, where fast-check's own numbers lean to the small ones: small is not simple here. */
const pick: Arbitrary<number> = fc.noBias(fc.nat({ max: 59 }));
const index: Arbitrary<IndexTree> = fc.record({ variable: pick, form: pick });
const loop: Arbitrary<LoopTree> = fc.record({ bound: pick, direction: pick });
const parameter: Arbitrary<ParameterTree> = fc.record({ kind: pick, size: pick });
const anyParameter: Arbitrary<ParameterTree> = fc.oneof(
  { withCrossShrink: true },
  { weight: 2, arbitrary: parameter },
  {
    weight: 3,
    arbitrary: fc.record({ kind: pick.map((kind) => 60 + kind), size: fc.noBias(fc.nat({ max: 99_999 })) }),
  },
);
const squash = pick;

const leafExpression: Arbitrary<ExpressionTree> = fc.oneof(
  { withCrossShrink: true },
  weighted<ExpressionTree>(2, { kind: fc.constant("literal"), tenths: fc.integer({ min: -20, max: 20 }) }),
  weighted<ExpressionTree>(9, { kind: fc.constant("variable"), pick }),
  weighted<ExpressionTree>(9, { kind: fc.constant("load"), array: pick, index }),
  weighted<ExpressionTree>(1, { kind: fc.constant("table"), index }),
  weighted<ExpressionTree>(1, { kind: fc.constant("integer"), pick }),
);

const { expression, condition } = fc.letrec<{
  expression: ExpressionTree;
  condition: ConditionTree;
  argument: ArgumentTree;
}>((tie) => {
  const operand = tie("expression");
  const test = tie("condition");
  return {
    argument: fc.record({ value: operand, pick }),
    expression: fc.oneof(
      { depthIdentifier: expressionDepth, maxDepth: 3, depthSize: "small", withCrossShrink: true },
      { weight: 12, arbitrary: leafExpression },
      weighted<ExpressionTree>(6, {
        kind: fc.constant("unary"),
        function: fc.constantFrom(...unaryFunctions),
        operand,
      }),
      weighted<ExpressionTree>(8, {
        kind: fc.constant("binary"),
        operator: fc.constantFrom("+", "*", ...binaryOperators),
        left: operand,
        right: operand,
      }),
      weighted<ExpressionTree>(1, { kind: fc.constant("ternary"), condition: test, then: operand, otherwise: operand }),
      weighted<ExpressionTree>(3, {
        kind: fc.constant("apply"),
        helper: pick,
        arguments: fc.array(tie("argument"), { minLength: 4, maxLength: 4 }),
      }),
    ),
    condition: fc.oneof(
      { depthIdentifier: expressionDepth, maxDepth: 3, depthSize: "small", withCrossShrink: true },
      weighted<ConditionTree>(6, {
        kind: fc.constant("compare"),
        operator: fc.constantFrom("<", ">", "<=", ">=", "!==", "==="),
        left: operand,
        right: operand,
      }),
      weighted<ConditionTree>(3, {
        kind: fc.constant("integers"),
        operator: fc.constantFrom("===", "<", ">", "!==", "%"),
        left: pick,
        right: pick,
      }),
      weighted<ConditionTree>(2, { kind: fc.constant("flag"), pick }),
      weighted<ConditionTree>(1, { kind: fc.constant("not"), operand: test }),
      weighted<ConditionTree>(1, { kind: fc.constant("both"), left: test, right: test }),
      weighted<ConditionTree>(1, { kind: fc.constant("either"), left: test, right: test }),
    ),
  };
});

const argument: Arbitrary<ArgumentTree> = fc.record({ value: expression, pick });
const scalarOperator = fc.constantFrom("=", "+=", "=", "+=", "-=", "*=", "/=", "**=", "%=");

const leafStatement: Arbitrary<StatementTree> = fc.oneof(
  { withCrossShrink: true },
  weighted<StatementTree>(2, {
    kind: fc.constant("assign"),
    target: pick,
    operator: scalarOperator,
    value: expression,
    squash,
  }),
  weighted<StatementTree>(1, {
    kind: fc.constant("store"),
    array: pick,
    index,
    operator: scalarOperator,
    value: expression,
    squash,
  }),
);

function helperOf(body: Arbitrary<readonly StatementTree[]>): Arbitrary<HelperTree> {
  return fc.record({
    parameters: fc.array(parameter, { maxLength: 3, size: "large" }),
    result: pick,
    arrow: fc.boolean(),
    body,
    values: fc.array(expression, { minLength: 2, maxLength: 2 }),
  });
}

/** A choice of a `oneof`, from its parts. */
function weighted<Tree>(
  weight: number,
  parts: { [Key in keyof Tree]: Arbitrary<Tree[Key]> } | Record<string, Arbitrary<unknown>>,
) {
  return { weight, arbitrary: fc.record(parts as Record<string, Arbitrary<unknown>>) as unknown as Arbitrary<Tree> };
}

/** `exits`: how much likelier an exit is here. */
function statements({ weights }: Profile, body: Arbitrary<readonly StatementTree[]>, exits: number) {
  const idiom = {
    form: fc.noBias(fc.nat({ max: 9999 })),
    values: fc.array(expression, { minLength: 3, maxLength: 3 }),
    condition,
    index,
    picks: fc.array(pick, { minLength: 4, maxLength: 4 }),
    squash,
  };
  const trees: Record<StatementTree["kind"], Record<string, Arbitrary<unknown>>> = {
    assign: { target: pick, operator: scalarOperator, value: expression, squash },
    store: { array: pick, index, operator: scalarOperator, value: expression, squash },
    declare: { mutable: fc.boolean(), value: expression, squash },
    declareFlag: { condition },
    setFlag: { target: pick, condition },
    count: { target: pick, form: pick },
    allocate: {
      element: pick,
      size: pick,
      form: pick,
      from: pick,
      values: fc.array(expression, { minLength: 3, maxLength: 3 }),
    },
    bulk: { form: pick, array: pick, other: pick, value: expression },
    storeInteger: { array: pick, index, value: pick },
    alias: { array: pick },
    view: { array: pick, row: index, form: pick },
    choose: { condition, first: pick, second: pick },
    swapScalars: { first: pick, second: pick },
    destructure: { source: pick, values: fc.array(expression, { minLength: 2, maxLength: 2 }) },
    call: { helper: pick, arguments: fc.array(argument, { minLength: 4, maxLength: 4 }) },
    pingPong: { size: pick, loop, body, value: expression, form: pick },
    idiom,
    use: idiom,
    for: { loop, body },
    nest: { order: pick, directions: loop, body },
    forOf: { array: pick, body },
    while: { form: pick, trips: pick, condition, body },
    if: { condition, then: body, otherwise: fc.oneof(fc.constant([]), body) },
    switch: {
      subject: pick,
      value: expression,
      cases: fc.array(fc.record({ body, falls: fc.boolean() }), { minLength: 1, maxLength: 3, size: "large" }),
    },
    exit: { condition, before: fc.array(leafStatement, { maxLength: 2 }), how: pick, loop: pick, value: expression },
    block: { shadowed: pick, value: expression, body },
  };
  const drawn = (Object.keys(trees) as StatementTree["kind"][]).flatMap((kind) => {
    const weight = (weights[kind] ?? 0) * (kind === "exit" ? exits : 1);
    return weight === 0 ? [] : [weighted<StatementTree>(weight, { kind: fc.constant(kind), ...trees[kind] })];
  });
  return [{ weight: 3, arbitrary: leafStatement }, ...drawn];
}
