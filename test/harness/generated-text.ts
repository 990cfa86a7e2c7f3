import ts from "typescript";

/** What a generated module must not have: imports at run time, module state, allocation where `out` is given. */
export function textFaults(text: string): readonly string[] {
  const file = ts.createSourceFile("model.grad.ts", text, ts.ScriptTarget.Latest, true);
  const faults: string[] = [];
  const report = (node: ts.Node, what: string) => {
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    faults.push(`line ${line}: ${what}: ${node.getText().split("\n")[0]}`);
  };
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      if (statement.importClause?.isTypeOnly !== true) report(statement, "an import at run time");
    } else if (ts.isVariableStatement(statement)) {
      if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0) report(statement, "module state");
    } else if (ts.isFunctionDeclaration(statement)) {
      if (!isCreate(statement)) walk(statement.body, (node) => allocates(node) && report(node, "allocates"));
    } else if (!ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement)) {
      report(statement, "runs when the module is loaded");
    }
  }
  return faults;
}

function isCreate({ name }: ts.FunctionDeclaration): boolean {
  return name !== undefined && name.text.startsWith("create");
}

/** `new`, an array or object literal, a function; but not in a `throw`, nor where scratch that is too small grows. */
function allocates(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return !isInThrow(node) && !isGrowth(node);
  if (ts.isArrayLiteralExpression(node)) return !isPatternOrSwap(node);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return true;
  return ts.isCallExpression(node) && /\.(slice|map|filter|subarray|concat)\($/.test(callText(node));
}

function callText(node: ts.CallExpression): string {
  return `${node.expression.getText()}(`;
}

function isInThrow(node: ts.Node): boolean {
  return ts.isThrowStatement(node.parent);
}

/**
 * The assignment of an `if` that compares a length, `if (scratch.h.length < m) scratch.h = new Float64Array(m)`; and the
 * helper that does so for an array whose size is not known before: `if (array.length >= length) return array`.
 */
function isGrowth(node: ts.Node): boolean {
  let around = node.parent;
  for (; !ts.isFunctionDeclaration(around); around = around.parent) {
    if (ts.isIfStatement(around) && /\.length (<|!==) /.test(around.expression.getText())) return true;
  }
  const first = around.body?.statements[0];
  return first !== undefined && /^if \((\w+)\.length >= \w+\) return \1;$/.test(first.getText());
}

/** `[a, b] = [b, a]`, which engines do without an array. */
function isPatternOrSwap({ parent }: ts.Node): boolean {
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function walk(node: ts.Node | undefined, visit: (node: ts.Node) => void): void {
  if (node === undefined) return;
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
