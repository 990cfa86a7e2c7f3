import { ts } from "ts-morph";
import { quoted } from "./emit.ts";

/** What the member is one of that is asked for at `node`: `x` of `x.buffer`, and of `const { buffer } = x`. */
export function ownerText(node: ts.Node, member: string): string {
  if (ts.isPropertyAccessExpression(node) && node.name.text === member) return quoted(node.expression);
  if (ts.isElementAccessExpression(node)) {
    const { expression, argumentExpression: index } = node;
    // `Array.from(rows[0])` asks for the length of `rows[0]`.
    return ts.isNumericLiteral(index) && index.text !== member ? quoted(node) : quoted(expression);
  }
  if (ts.isBindingElement(node)) {
    const holder = node.parent.parent;
    const source = ts.isVariableDeclaration(holder) ? holder.initializer : undefined;
    return source === undefined ? "what is taken apart here" : quoted(source);
  }
  return quoted(node);
}
