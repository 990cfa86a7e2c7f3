/** Static members of classes: methods, and fields that nobody assigns to. */
import { ts } from "ts-morph";
import { isAssignmentOperator } from "./assignments.ts";
import { type Binding, type ClassValue, poison } from "./binding.ts";
import { baseOf, isStatic, nameOfMember } from "./classes.ts";
import type { Context } from "./context.ts";
import { inlineCall } from "./lower-call.ts";
import { lowerExpression } from "./lower-expression.ts";
import { memberAfterLoad } from "./loaded-values.ts";
import { mutationOf } from "./module-mutations.ts";
import { outside, reportChange, valueOfCalls } from "./module-values.ts";

/** Undefined where the class has no such member. */
export function staticMember(context: Context, owner: ClassValue, name: string, node: ts.Node): Binding | undefined {
  const { declaration, environment } = owner;
  for (const member of declaration.members) {
    if (!isStatic(member) || member.name === undefined || nameOfMember(member.name) !== name) continue;
    if (ts.isMethodDeclaration(member)) {
      if (member.body !== undefined) return { kind: "function", declaration: member, environment };
    } else if (ts.isGetAccessor(member)) {
      return inlineCall(context, { kind: "function", declaration: member, environment }, [], node, owner);
    } else if (ts.isPropertyDeclaration(member)) return staticField(context, owner, member, node);
  }
  const base = baseOf(declaration);
  if (base === undefined || owner.prototype.parent?.maker?.kind !== "class") return undefined;
  return staticMember(context, owner.prototype.parent.maker, name, node);
}

function staticField(context: Context, owner: ClassValue, field: ts.PropertyDeclaration, node: ts.Node): Binding {
  const { initializer } = field;
  const name = field.name.getText();
  const isOfModule = owner.environment === undefined;
  if (!isOfModule || initializer === undefined || (!isReadOnly(field) && isAssigned(context, field))) {
    context.reporter.report("ADJ2006", node, { name });
    return poison;
  }
  const loaded = valueOfCalls(context.names, initializer, () => memberAfterLoad(context, owner, name));
  if (loaded !== undefined) return loaded;
  const symbol = context.names.at(field.name);
  const change = symbol && mutationOf(context, symbol, field.getSourceFile());
  if (change !== undefined) {
    reportChange(context, node, name, change);
    return poison;
  }
  return outside(context, field, () => lowerExpression(context, initializer), node, owner);
}

function isReadOnly(field: ts.PropertyDeclaration): boolean {
  return (ts.getCombinedModifierFlags(field) & ts.ModifierFlags.Readonly) !== 0;
}

/** Whether a file of the program assigns to the field. */
function isAssigned({ names }: Context, field: ts.PropertyDeclaration): boolean {
  const file = field.getSourceFile();
  const symbol = names.at(field.name);
  const name = field.name.getText();
  const isField = (target: ts.Node): boolean =>
    ts.isPropertyAccessExpression(target) && target.name.text === name && names.at(target.name) === symbol;
  const visit = (node: ts.Node): boolean => {
    if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind) && isField(node.left)) return true;
    const isStep = ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node);
    if (isStep && isField(node.operand)) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return [file, ...names.filesBeside(file)].some((each) => each.text.includes(name) && visit(each));
}
