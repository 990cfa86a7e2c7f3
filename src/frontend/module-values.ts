/** What a name of a module stands for: functions, constants and tables, enums, and what comes from without. */
import { ts } from "ts-morph";
import { newCell } from "./aggregates.ts";
import { type Binding, type FunctionNode, known, poison, undefinedValue, unset } from "./binding.ts";
import { cellsOf, seal } from "./chosen-members.ts";
import { classValue } from "./classes.ts";
import { exportedValues } from "./commonjs.ts";
import type { Activation, Context } from "./context.ts";
import { goesOn } from "./exits.ts";
import { insteadOfNew } from "./instead.ts";
import { loadedBinding } from "./loaded-values.ts";
import { lowerExpression } from "./lower-expression.ts";
import { bindNames } from "./lower-pattern.ts";
import { isAssignmentOperator } from "./assignments.ts";
import { faultPlace } from "./fault-place.ts";
import { mutationOf } from "./module-mutations.ts";
import type { Names } from "./names.ts";
import { isOfOwnImport } from "./own-imports.ts";
import { nameValue } from "./reference.ts";
import { localFunction } from "./scope.ts";

const builtins: ReadonlySet<string> = new Set([
  "structuredClone",
  ...[
    "Math",
    "Number",
    "Boolean",
    "Array",
    "Object",
    "ArrayBuffer",
    "Date",
    "performance",
    "console",
    "JSON",
    "String",
    "RegExp",
  ],
  ...["Float64Array", "Float32Array", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array"],
  ...["Int32Array", "Uint32Array", "isNaN", "isFinite", "parseInt", "parseFloat"],
]);

/** A name that no file of the program declares. */
export function globalBinding(name: string): Binding {
  if (name === "undefined") return undefinedValue;
  if (name === "NaN") return known(NaN);
  if (name === "Infinity") return known(Infinity);
  if (name === "globalThis") return { kind: "builtin", name: "globalThis" };
  return builtins.has(name) ? { kind: "builtin", name } : { kind: "unknown", name, global: true };
}

export function moduleBinding(context: Context, symbol: ts.Symbol, node: ts.Node): Binding {
  const declarations = symbol.declarations ?? [];
  const declaration = symbol.valueDeclaration ?? declarations[0];
  const values = exportedValues(declarations);
  const exported = values.at(-1);
  if (exported !== undefined) {
    const isPlain = values.length === 1 && saysItself(context.names, exported) && isAtTop(exported);
    const loaded = isPlain ? undefined : afterLoad(context, symbol);
    return loaded ?? outside(context, exported, () => lowerExpression(context, exported));
  }
  // In JavaScript a function or class is a module too, if it has members.
  const isOther =
    declaration !== undefined &&
    (ts.isFunctionLike(declaration) || ts.isClassLike(declaration) || ts.isVariableDeclaration(declaration));
  if ((symbol.flags & ts.SymbolFlags.ValueModule) !== 0 && !isOther) return { kind: "module", symbol };
  // An import of what is not there has a symbol of this name, whatever it is called.
  const isLost = declaration === undefined && symbol.name === "unknown" && ts.isIdentifier(node);
  if (isLost) return { kind: "unknown", name: node.text, global: false };
  if (declaration === undefined) return globalBinding(symbol.name);
  const data = ts.isSourceFile(declaration) ? jsonOf(declaration) : undefined;
  if (data !== undefined) return outside(context, data, () => lowerExpression(context, data));
  const isOutside = declarations.every((each) => each.getSourceFile().isDeclarationFile);
  if (isOutside) return outsideBinding(symbol, declaration);
  if (ts.isFunctionDeclaration(declaration)) {
    const implementation = declarations.filter(ts.isFunctionDeclaration).find(({ body }) => body !== undefined);
    if (implementation === undefined) return { kind: "unknown", name: symbol.name, global: true };
    return localFunction(context, implementation) ?? functionOfModule(implementation);
  }
  // The name that a function has for itself.
  if (ts.isFunctionExpression(declaration)) {
    return localFunction(context, declaration) ?? functionOfModule(declaration);
  }
  if (ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration)) {
    return variableBinding(context, symbol, declaration, node);
  }
  if (ts.isEnumDeclaration(declaration)) return enumBinding(context, declaration);
  if (ts.isExportAssignment(declaration)) {
    return outside(context, declaration, () => lowerExpression(context, declaration.expression));
  }
  if (ts.isClassDeclaration(declaration)) {
    return outside(context, declaration, () => classValue(context, declaration, undefined));
  }
  context.reporter.report("ADJ2004", node, { name: symbol.name });
  return poison;
}

/** `import data from "./data.json"`: the file is one expression. */
function jsonOf(file: ts.SourceFile): ts.Expression | undefined {
  const [statement] = file.statements;
  return file.fileName.endsWith(".json") && statement !== undefined && ts.isExpressionStatement(statement)
    ? statement.expression
    : undefined;
}

/** What the name stands for after the load of its module, where that can be followed. */
function afterLoad(context: Context, symbol: ts.Symbol): Binding | undefined {
  const loaded = context.names.loader().ofSymbol(symbol);
  const binding = loaded && loadedBinding(context, loaded);
  if (binding !== undefined) nameValue(context, binding, symbol.name);
  return binding;
}

/** Within a function the module may be another: that of a part of a bundle. */
function isAtTop(node: ts.Node): boolean {
  return ts.findAncestor(node.parent, ts.isFunctionLike) === undefined;
}

/** Functions of JavaScript that the lowering knows. */
const ownFunctions =
  /^(Math\.\w+|require|Object\.freeze|(Float|Int|Uint)\d+(Clamped)?Array(\.(of|from))?|Array(\.of)?)$/;

/** What the load has made of an expression that calls something. */
export function valueOfCalls(names: Names, start: ts.Expression, load: () => Binding | undefined): Binding | undefined {
  const loaded = saysItself(names, start) ? undefined : load();
  const isLiteral = ts.isObjectLiteralExpression(start) || ts.isArrayLiteralExpression(start);
  // Of a literal with parts that only the run knows, the syntax says more.
  return loaded !== undefined && isLiteral && hasUnknown(loaded) ? undefined : loaded;
}

function hasUnknown(binding: Binding): boolean {
  return [...cellsOf(binding)].some(({ members }) =>
    [...members.values()].some(({ current }) => current.kind === "unknown"),
  );
}

/** Whether the expression can be lowered as it stands: no call has to be run for it. */
function saysItself(names: Names, value: ts.Node): boolean {
  if (ts.isFunctionLike(value)) return true;
  if (ts.isClassLike(value)) return false;
  const isRun = ts.isCallExpression(value) || ts.isNewExpression(value);
  if (isRun && !ownFunctions.test(value.expression.getText()) && !isOfOwnImport(names, value.expression)) return false;
  return ts.forEachChild(value, (part) => (saysItself(names, part) ? undefined : true)) !== true;
}

/** What `require` gives: the module, or what it exports in its place. */
export function requiredBinding(context: Context, name: ts.StringLiteralLike): Binding | undefined {
  const module = context.names.moduleOf(name);
  if (module === undefined) return undefined;
  return moduleBinding(context, context.names.replaced(module), name);
}

/** A member of `import * as name`. */
export function exportOf(context: Context, module: ts.Symbol, name: string, node: ts.Node): Binding {
  const found = context.names.exportOf(module, name);
  // What compilers of modules to CommonJS ask of a module.
  if (name === "__esModule") return known(context.names.isCompiled(module));
  if (found === undefined) {
    const loaded = exportAfterLoad(context, module, name);
    if (loaded !== undefined) return loaded;
    context.reporter.report("ADJ2009", node, { what: module.name, member: name });
    return poison;
  }
  return moduleBinding(context, found, node);
}

function exportAfterLoad(context: Context, module: ts.Symbol, name: string): Binding | undefined {
  const file = module.declarations?.[0]?.getSourceFile();
  const loaded = file && context.names.loader().ofExport(file, name);
  return loaded && loadedBinding(context, loaded);
}

function functionOfModule(declaration: FunctionNode): Binding {
  return { kind: "function", declaration, environment: undefined };
}

/** Declared without source: part of JavaScript, or of a package that has declarations alone. */
function outsideBinding(symbol: ts.Symbol, declaration: ts.Declaration): Binding {
  const isModule = ts.isExternalModule(declaration.getSourceFile());
  return isModule ? { kind: "unknown", name: symbol.name, global: false } : globalBinding(symbol.name);
}

function variableBinding(
  context: Context,
  symbol: ts.Symbol,
  declaration: ts.VariableDeclaration | ts.BindingElement,
  node: ts.Node,
): Binding {
  const { reporter, assignments } = context;
  let root: ts.Node = declaration;
  while (!ts.isVariableDeclaration(root)) root = root.parent;
  const { initializer, name: pattern } = root;
  const list = root.parent;
  const statement = list.parent;
  const name = symbol.name;
  const isOfPackage = context.names.isOfPackage(declaration.getSourceFile());
  const isTop = ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent);
  if (isOfPackage && (!isTop || initializer === undefined || !saysItself(context.names, initializer))) {
    const loaded = afterLoad(context, symbol);
    if (loaded !== undefined) return loaded;
  }
  if (ts.isModuleBlock(statement.parent)) {
    reporter.report(
      "ADJ2905",
      node,
      { what: `${name} of a namespace` },
      "declare it in the module, or in a file of its own",
    );
    return poison;
  }
  if (!ts.isVariableStatement(statement) || !ts.isSourceFile(statement.parent)) {
    reporter.report("ADJ2016", node, { name });
    return poison;
  }
  if (initializer === undefined) {
    const isAmbient = (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) !== 0;
    if (isAmbient) return { kind: "unknown", name, global: true };
  }
  const isConstant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  const file = declaration.getSourceFile();
  const made = initializer !== undefined && ts.isNewExpression(initializer) ? initializer.expression.getText() : "";
  if (/^(Weak)?(Map|Set)$/.test(made)) {
    reporter.report("ADJ2014", node, { what: `a ${made}` }, insteadOfNew(made), [
      { message: "it is made here", span: faultPlace(initializer ?? declaration) },
    ]);
    return poison;
  }
  const change = (isConstant ? undefined : assignments.assignmentOf(symbol, file)) ?? mutationOf(context, symbol, file);
  if (change !== undefined) {
    // Who uses the project may call what changes it; what a package changes, it does by what the project imports.
    const loaded = isOfPackage ? afterLoad(context, symbol) : undefined;
    if (loaded !== undefined) return loaded;
    reportChange(context, node, name, change);
    return poison;
  }
  const start = initializer;
  if (start === undefined) return undefinedValue;
  const ready = isOfPackage ? undefined : valueOfCalls(context.names, start, () => afterLoad(context, symbol));
  if (ready !== undefined) return ready;
  const whole = outside(context, root, () => lowerExpression(context, start), node);
  if (ts.isIdentifier(pattern)) {
    nameValue(context, whole, name);
    return whole;
  }
  let part: Binding = undefinedValue;
  bindNames(context, pattern, whole, (each, binding) => {
    if (context.names.at(each) === symbol) part = binding;
  });
  return part;
}

/** Says that what a module holds is not known, since it is changed in the place of `change`. */
export function reportChange({ reporter }: Context, node: ts.Node, name: string, change: ts.Node): void {
  reporter.report("ADJ2006", node, { name }, undefined, [
    { message: "it is changed here", span: faultPlace(changingExpression(change)) },
  ]);
}

/** The smallest expression around a name that says what is done to it: `table[0] = 3`, `fill(table)`. */
function changingExpression(name: ts.Node): ts.Node {
  let at = name;
  while ((ts.isExpression(at.parent) || ts.isPropertyAssignment(at.parent)) && !ts.isFunctionLike(at.parent)) {
    const from = at;
    at = at.parent;
    const isAssignment = ts.isBinaryExpression(at) && isAssignmentOperator(at.operatorToken.kind);
    const isArgument = ts.isCallExpression(at) && at.expression !== from;
    if (isAssignment || isArgument || ts.isPostfixUnaryExpression(at) || ts.isDeleteExpression(at)) break;
  }
  return at;
}

function enumBinding(context: Context, declaration: ts.EnumDeclaration): Binding {
  return outside(context, declaration, () =>
    newCell(
      context,
      "object",
      declaration.members.map((member): readonly [string, Binding] => {
        const value = context.names.checkerOf(member).getConstantValue(member);
        return [member.name.getText().replace(/^["']|["']$/g, ""), { kind: "known", value }];
      }),
      undefined,
      true,
    ),
  );
}

/** Lowers something of a module, once, into the prologue. */
export function outside(
  context: Context,
  node: ts.Node,
  lower: () => Binding,
  reader?: ts.Node,
  receiver?: Binding,
): Binding {
  const before = context.moduleValues.get(node);
  if (before !== undefined) return before;
  context.moduleValues.set(node, poison);
  const binding = inPrologue(context, node.getSourceFile(), lower, reader, receiver);
  seal(binding);
  context.moduleValues.set(node, binding);
  return binding;
}

/** Lowers something of a module, and puts the nodes of it before all others. */
export function inPrologue(
  context: Context,
  file: ts.SourceFile | undefined,
  lower: () => Binding,
  reader?: ts.Node,
  receiver?: Binding,
): Binding {
  const { builder, state, activation, exit } = context;
  const module: Activation = {
    declaration: undefined,
    environment: { owner: file ?? activation.environment.owner, variables: new Map(), parent: undefined, receiver },
    caller: activation,
    call: reader,
    returnCode: context.nextCode++,
    result: state.create("hidden", "result", unset),
    targets: [],
    isModule: true,
  };
  let binding: Binding = poison;
  const first = builder.fresh("boolean");
  const region = builder.region([], () => {
    state.outside(() => {
      context.activation = module;
      context.exit = goesOn;
      binding = lower();
    });
    return [];
  });
  const last = builder.fresh("boolean");
  for (const id of builder.values.keys()) if (id > first && id < last) context.everywhere.add(id);
  context.activation = activation;
  context.exit = exit;
  context.prologue.push(...region.nodes);
  return binding;
}
