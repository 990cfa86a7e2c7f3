/**
 * `// Forward.` before the first sweep and `// Reverse.` before the second, or one heading for both where the reverse
 * of a loop runs in the loop itself. None where nothing is reversed: the derivative is in the results then. A branch of
 * two modes has one in each.
 */
import { assignedBy, blocksOf, type IfStatement, type Statement, type Variable } from "./code.ts";

/** What stands in the frame where the sweeps begin, and where they end. */
export const sweepsBegin = "// sweeps";
export const sweepsEnd = "";

export function withHeadings(statements: readonly Statement[]): readonly Statement[] {
  const begin = statements.findIndex((each) => isText(each, sweepsBegin));
  const end = statements.findLastIndex((each) => isText(each, sweepsEnd));
  if (begin < 0 || end < begin) return statements;
  const sweeps = statements.slice(begin + 1, end);
  if (sweeps.some(isByMode)) return [...statements.slice(0, begin), ...sweeps, ...statements.slice(end)];
  const first = sweeps.findIndex(reverses);
  const forward = first < 0 ? sweeps : sweeps.slice(0, first);
  const outer = new Set(statements.flatMap(assignedBy));
  const joint = sweeps.findIndex((each) => reverses(each) && runsForward(each, outer));
  const isBoth = joint >= 0 && sweeps.slice(first, joint).every(({ kind }) => kind === "assign" || kind === "raw");
  const isSetUpAlone = forward.every(isSetUp);
  const position = statements[begin]?.position ?? 0;
  const heading = (text: string): Statement => comment(`\n// ${text}.`, position);
  const headed = isBoth
    ? isSetUpAlone
      ? [heading("Forward and reverse"), ...sweeps]
      : [heading("Forward"), ...forward, heading("Forward and reverse"), ...sweeps.slice(first)]
    : first < 0
      ? sweeps
      : [...(forward.length === 0 ? [] : [heading("Forward"), ...forward]), heading("Reverse"), ...sweeps.slice(first)];
  return [...statements.slice(0, begin), ...headed, ...statements.slice(end)];
}

/** The branches of the two modes, with what they are. */
export function withModes(statements: readonly Statement[]): readonly Statement[] {
  return statements.map((statement) => {
    if (!isByMode(statement)) return statement;
    const { then, else: otherwise, position } = statement;
    if (otherwise.length === 0) return statement;
    return {
      ...statement,
      then: [comment("// In forward mode.", position), ...then],
      else: [comment("// In reverse mode.", position), ...otherwise],
    };
  });
}

function isByMode(statement: Statement): statement is IfStatement {
  return statement.kind === "if" && statement.isByMode === true;
}

function comment(text: string, position: number): Statement {
  return { kind: "raw", parts: [text], writes: [], leaves: false, isSetUp: true, origin: undefined, position };
}

function isText(statement: Statement, text: string): boolean {
  return statement.kind === "raw" && statement.parts.length === 1 && statement.parts[0] === text;
}

/** Whether a statement, or one inside it, belongs to the reverse sweep. */
function reverses(statement: Statement): boolean {
  const blocks = blocksOf(statement);
  return blocks.length === 0 ? statement.origin !== undefined : blocks.some((block) => block.some(reverses));
}

/** Whether it also does what the primal does: a store, or a change of a variable from outside of it. */
function runsForward(statement: Statement, outer: ReadonlySet<Variable>): boolean {
  const blocks = blocksOf(statement);
  if (blocks.length > 0) return blocks.some((block) => block.some((each) => runsForward(each, outer)));
  if (statement.origin !== undefined) return false;
  return statement.kind === "store" || (statement.kind === "assign" && outer.has(statement.variable));
}

/** No loop or branch, and no store: not worth a heading of its own. */
function isSetUp(statement: Statement): boolean {
  return statement.kind === "assign" || (statement.kind === "raw" && statement.isSetUp);
}
