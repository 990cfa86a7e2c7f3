/**
 * A module that counts the operations on its numbers: each +, -, * and / (and each of them that an assignment does), and each
 * call of a function of Math. What only works out where a number stands counts for itself: in an index, in the head of a
 * loop, and in functions that are not exported, which find the entries of matrices.
 */
import ts from "typescript";
import { execute, type Exports } from "./execute.ts";

export interface Counted {
  readonly exports: Exports;
  /** What `run` does. */
  readonly count: (run: () => unknown) => { readonly numbers: number; readonly places: number };
}

const arithmetic: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.AsteriskEqualsToken,
  ts.SyntaxKind.SlashEqualsToken,
]);

export function countingModule(text: string): Counted {
  const source = ts.createSourceFile("model.grad.ts", text, ts.ScriptTarget.ES2022, true);
  const helpers = new Set(
    source.statements.flatMap((each) => {
      const isHelper = ts.isFunctionDeclaration(each) && each.modifiers === undefined;
      return isHelper && each.name !== undefined ? [each.name.text] : [];
    }),
  );
  const { transformed } = ts.transform(source, [
    (context) => (file) => {
      const visit = (node: ts.Node, what: "numbers" | "places"): ts.Node => {
        if (ts.isElementAccessExpression(node)) {
          return context.factory.updateElementAccessExpression(
            node,
            visit(node.expression, what) as ts.Expression,
            visit(node.argumentExpression, "places") as ts.Expression,
          );
        }
        const isHead = ts.isForStatement(node.parent) && node !== node.parent.statement;
        const isHelper =
          (ts.isFunctionDeclaration(node) && helpers.has(node.name?.text ?? "")) ||
          (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && helpers.has(node.expression.text));
        const inner = isHead || isHelper ? "places" : what;
        const own = ts.visitEachChild(node, (child) => visit(child, inner), context);
        const isMath = ts.isCallExpression(node) && node.expression.getText(source).startsWith("Math.");
        const isCounted = (ts.isBinaryExpression(node) && arithmetic.has(node.operatorToken.kind)) || isMath;
        return isCounted ? counted(own as ts.Expression, inner) : own;
      };
      return ts.visitEachChild(file, (child) => visit(child, "numbers"), context);
    },
  ]);
  const printed = ts.createPrinter().printFile(transformed[0]!);
  const exports = execute(
    `export const counts = { numbers: 0, places: 0 };\nexport function countsOf() { return { ...counts }; }\n${printed}`,
  );
  const read = () => exports["countsOf"]!() as { numbers: number; places: number };
  return {
    exports,
    count: (run) => {
      const before = read();
      run();
      const after = read();
      return { numbers: after.numbers - before.numbers, places: after.places - before.places };
    },
  };
}

/** `(counts.numbers++, x * y)` */
function counted(expression: ts.Expression, what: string): ts.Expression {
  const { factory } = ts;
  const place = factory.createPropertyAccessExpression(factory.createIdentifier("counts"), what);
  return factory.createParenthesizedExpression(factory.createComma(factory.createPostfixIncrement(place), expression));
}
