/** The way of one function body through the back end: steps, blocks, variables, statements, text. */
import type { GraphBuilder } from "../ir/builder.ts";
import type { Absent, ElementType, GraphNode, ValueId } from "../ir/graph.ts";
import { arrayLengths, type KnownLengths } from "./array-lengths.ts";
import { assemble } from "./assemble.ts";
import { blocksOfSteps, type Expand } from "./blocks.ts";
import { assignedBy, blocksOf, type Expression, type Statement, type Variable } from "./code.ts";
import { asCounted } from "./counted.ts";
import { withModes } from "./headings.ts";
import { scopesOf } from "./scopes.ts";
import { printStatements, type Style } from "./statement.ts";
import type { Step } from "./steps.ts";
import { substitute } from "./substitute.ts";
import { threadBranches } from "./thread-branches.ts";
import { tidy } from "./tidy.ts";
import { variablesOf, type FixedNames } from "./variables.ts";

export interface Body {
  readonly steps: readonly Step[];
  readonly builder: GraphBuilder;
  readonly parameters: readonly ValueId[];
  readonly fixedNames: FixedNames;
  /** Values of parameters in whose variables nothing else is kept. */
  readonly unassigned: ReadonlyMap<ValueId, Absent | undefined>;
  /** Values whose name their variable keeps, whatever it is merged with. */
  readonly preferred: ReadonlySet<ValueId>;
  /** Array parameters that loops exchange with no other buffer. */
  readonly steady: ReadonlySet<ValueId>;
  /** Leaves of one nested array -> the first of them. */
  readonly aliases?: ReadonlyMap<ValueId, ValueId> | undefined;
  /** Names that the function around has given away. */
  readonly taken: Iterable<string>;
  readonly lengths: KnownLengths;
  readonly restNote: string | undefined;
  readonly expand: Expand;
  /** Makes a constant array of the module, and gives its name. */
  readonly table: (element: ElementType, values: readonly number[], name: string | undefined) => string;
  /** The name of the function of the module that an operation is a call of. */
  readonly helper: (operation: string) => string;
  readonly style: Style;
}

export function renderBody(body: Body): string {
  const { builder, parameters, style } = body;
  const fixedNames = new Map(body.fixedNames);
  const visitTables = (steps: readonly Step[]): void => {
    for (const step of steps) {
      if (step.kind === "table")
        fixedNames.set(step.result, body.table(step.element, step.values, builder.nameOf(step.result)));
      if (step.kind === "for" || step.kind === "while") visitTables(step.body.nodes);
      if (step.kind === "if") [step.then, step.else].forEach((region) => visitTables(region.nodes));
    }
  };
  visitTables(body.steps);
  const helpers = new Set<string>();
  const helperOf = (operation: string): string => {
    const name = body.helper(operation);
    helpers.add(name);
    return name;
  };
  const blocks = blocksOfSteps(threadSteps(body.steps, builder), builder, body.expand, body.aliases);
  const variableOf = variablesOf(blocks, builder, parameters, fixedNames, body);
  const assembled = assemble(blocks, builder, variableOf, helperOf);
  const isLengthOf = arrayLengths(body.lengths, assembled, variableOf);
  const joined = substitute(assembled);
  const isWhole = wholeNumbers(joined);
  const statements = withModes(asCounted(tidy(joined, { isWhole, isLengthOf, restNote: body.restNote })));
  const scopes = scopesOf(statements, [...body.taken, ...helpers, ...fixedNames.values()]);
  return printStatements(statements, scopes, style);
}

/** Threads the branches of each run of nodes between the text of the frame. */
function threadSteps(steps: readonly Step[], builder: GraphBuilder): readonly Step[] {
  const threaded: Step[] = [];
  let run: GraphNode[] = [];
  const flush = () => {
    threaded.push(...threadBranches(run, builder));
    run = [];
  };
  for (const step of steps) {
    if (step.kind === "template" || step.kind === "bind") {
      flush();
      threaded.push(step);
    } else run.push(step);
  }
  flush();
  return threaded;
}

/** Lengths of arrays, variables that hold one, and sums and products of these: whole, and not negative. */
function wholeNumbers(statements: readonly Statement[]): (expression: Expression) => boolean {
  const lengths = new Map<Variable, boolean>();
  const isWhole = (expression: Expression): boolean => {
    if (expression.kind === "length") return true;
    if (expression.kind === "constant") return Number.isInteger(expression.value) && Number(expression.value) >= 0;
    if (expression.kind === "variable") return lengths.get(expression.variable) ?? false;
    if (expression.kind !== "operation" || !["add", "mul"].includes(expression.operation)) return false;
    return expression.operands.every(isWhole);
  };
  const visit = (statement: Statement): void => {
    for (const variable of assignedBy(statement)) {
      const isOnce = !lengths.has(variable) && variable.fixedName === undefined;
      lengths.set(variable, isOnce && statement.kind === "assign" && isWhole(statement.value));
    }
    for (const block of blocksOf(statement)) block.forEach(visit);
  };
  statements.forEach(visit);
  return isWhole;
}
