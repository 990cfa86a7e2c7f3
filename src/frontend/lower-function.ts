/**
 * Lowers one tagged function to a graph. The types of its parameters are the only ones that are asked for: from there on
 * the function is run with what is known at compile time (objects, functions, which array is meant), and nodes are left
 * for what is not. Functions that it calls are lowered in place.
 *
 * The first round takes some things for granted (assumptions.ts); where it finds one of them wrong, there is another.
 */
import type { ArrowFunction, FunctionDeclaration, FunctionExpression } from "ts-morph";
import { checkHeldApart } from "./identity.ts";
import { ts } from "ts-morph";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { assertNever } from "../diagnostics/invariant.ts";
import type { ArrayType, Graph, Parameter, ValueId } from "../ir/graph.ts";
import { each } from "../ir/nested.ts";
import type { FunctionSignature, Place, Shape } from "../ir/signature.ts";
import { indexOf, walkNodes } from "../ir/walk.ts";
import { integerValues } from "../ir/integers.ts";
import { newCell } from "./aggregates.ts";
import { Assignments } from "./assignments.ts";
import { Assumptions } from "./assumptions.ts";
import {
  type Aggregate,
  type Binding,
  type FunctionNode,
  isValue,
  type Presence,
  type Root,
  type Scalar,
  scalar,
  known,
  type Value,
  wholeView,
} from "./binding.ts";
import type { Context } from "./context.ts";
import { callFunction } from "./call-function.ts";
import { Calls } from "./calls.ts";
import { refuseChangingDefault } from "./changing-default.ts";
import { finishGraph } from "./finish.ts";
import { foldCounts } from "./fold-counts.ts";
import { integerParameters, markWhole } from "./integers.ts";
import { largerLimit } from "./inlining.ts";
import { boundGrowth } from "./bound-growth.ts";
import { idOf, operate, sameBinding } from "./emit.ts";
import { checkOrders } from "./growth.ts";
import { lowerBody } from "./lower-call.ts";
import { outputOf } from "./lower-output.ts";
import { bindNames } from "./lower-pattern.ts";
import { nameArrays } from "./name-arrays.ts";
import { keyOf, leavesOfNested, nestedParameter } from "./nested.ts";
import type { Names } from "./names.ts";
import { newContext } from "./new-context.ts";
import { pruneGraph } from "./prune.ts";
import { nameValue } from "./reference.ts";
import { Reporter } from "./reporter.ts";
import type { RuleBook } from "./rules.ts";
import { callIn, declarationOf } from "./second-places.ts";
import { markReturned } from "./returned-arrays.ts";
import { declare } from "./scope.ts";
import { spanOf } from "./source-span.ts";
import { neverGoesOn } from "./exits.ts";
import type { Location } from "./state.ts";
import { memberType, prototypeOfType } from "./types-of-parameters.ts";
import { checkUnknownCalls } from "./unknown-calls.ts";
import { parametersOf } from "./parameters-of.ts";

export interface LoweredFunction {
  /** Undefined where something was refused. */
  readonly graph: Graph | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly places: ReadonlyMap<ValueId, Place>;
}

/** Every round but the last drops an assumption, and there are only so many; this bounds what it may cost. */
const rounds = 24;

export function lowerFunction(
  declaration: FunctionDeclaration | ArrowFunction | FunctionExpression,
  signature: FunctionSignature,
  names: Names,
  rules: RuleBook,
  limit: number,
): LoweredFunction {
  const assumptions = new Assumptions(limit);
  const assignments = new Assignments(names);
  const node = declaration.compilerNode;
  /** What was last refused, though under an assumption that did not hold. */
  let refused: LoweredFunction | undefined;
  for (let round = 1; ; round++) {
    const lowered = lowerOnce(node, signature, names, rules, assumptions, assignments);
    if (lowered.diagnostics.some(({ severity }) => severity === "error")) refused = lowered;
    if (!assumptions.takeChanged()) {
      const larger = assumptions.hasLarge && lowered.graph === undefined ? largerLimit(limit) : undefined;
      return larger === undefined ? lowered : lowerFunction(declaration, signature, names, rules, larger);
    }
    if (round < rounds) continue;
    if (refused !== undefined) return { ...refused, graph: undefined };
    const reporter = new Reporter();
    reporter.report("ADJ2014", node, { what: `the way in which ${signature.name} uses its variables` });
    return { ...lowered, graph: undefined, diagnostics: [...lowered.diagnostics, ...reporter.diagnostics] };
  }
}

function lowerOnce(
  declaration: FunctionNode,
  signature: FunctionSignature,
  names: Names,
  rules: RuleBook,
  assumptions: Assumptions,
  assignments: Assignments,
): LoweredFunction {
  const calls = new Calls();
  const reporter = new Reporter({
    declarationOf: (name) => declarationOf(names, name),
    callOf: () => callIn(context.activation),
  });
  const context = newContext({ names, rules, assumptions, assignments, reporter, calls }, declaration, signature.name);
  const { builder, state } = context;

  const leaves: Leaf[] = [];
  const members = new Map<number, ValueId>();
  let output: ReturnType<typeof outputOf>;
  let alwaysThrows = false;
  const body = builder.region([], () => {
    const values = bindRootParameters(context, declaration, signature, leaves);
    const returned = assumptions.isRecursive(declaration)
      ? callFunction(context, { kind: "function", declaration, environment: undefined }, values, declaration)
      : lowerBody(context, declaration);
    alwaysThrows = returned.kind === "poison" && neverGoesOn(context.exit);
    output = outputOf(context, signature, declaration, returned);
    checkKept(context, declaration);
    leaves.forEach(({ location, value }, k) => {
      const last = location && state.read(location);
      if (last?.kind === "poison") last.report?.(declaration);
      if (last === undefined || !isValue(last)) return;
      const id = idOf(context, last);
      if (id !== value) members.set(k, id);
    });
    return [];
  });
  checkOrders(context);

  const versionOf = (root: Root, value: ValueId): ValueId => {
    const version = state.read(root.memory);
    if (version.kind === "poison") version.report?.(declaration);
    return version.kind === "scalar" ? version.id : value;
  };
  const parameters = leaves.map((leaf): Parameter => {
    const { path, value, root, facts } = leaf;
    const type = builder.values.get(value)?.type ?? "number";
    const written = root !== undefined && versionOf(root, value) !== value;
    return { path, value, type, written, span: leaf.span, ...facts };
  });
  checkHeldApart(context, (root) =>
    leaves.some((leaf) => leaf.root === root && versionOf(root, leaf.value) !== leaf.value),
  );
  const final = new Map<number, ValueId>();
  leaves.forEach(({ root, value }, k) => root !== undefined && final.set(k, versionOf(root, value)));
  const whole = withRoom(
    context,
    calls.addTo(
      finishGraph(context, {
        name: signature.name,
        parameters,
        body: {
          arguments: parameters.map(({ value }) => value),
          nodes: [...context.prologue, ...body.nodes],
          yields: [],
        },
        returned: output ?? { kind: "none" },
        final,
        members,
        values: builder.values,
        span: signature.span,
      }),
    ),
  );
  checkUnknownCalls(context, whole, integerParameters(whole));
  checkCounted(context, context.counters, whole);
  for (const { id, counters } of calls.all) {
    const callee = whole.functions?.get(id);
    if (callee !== undefined) checkCounted(context, counters, callee);
  }
  const { diagnostics } = reporter;
  if ((output === undefined || context.isBroken) && diagnostics.length === 0 && !assumptions.hasChanged) {
    if (alwaysThrows) {
      const what = `${signature.name}, which throws on every way,`;
      reporter.report("ADJ2014", declaration, { what }, "let it come to its end on one way, or take its tag away");
    } else {
      reporter.report("ADJ2014", declaration, { what: `the way in which ${signature.name} uses its variables` });
    }
  }
  const isWhole = output !== undefined && diagnostics.every(({ severity }) => severity !== "error");
  return {
    graph: isWhole ? nameArrays(markReturned(pruneGraph(whole))) : undefined,
    diagnostics,
    places: context.places,
  };
}

/**
 * A loop that does not start at a whole number is no counted one: its index rounds from step to step. Nor is one whose test
 * counts up to a number that is not whole.
 */
function checkCounted({ assumptions }: Context, counters: Context["counters"], graph: Graph): void {
  const whole = integerValues(graph);
  walkNodes(graph.body, (node) => {
    if (node.kind !== "for") return;
    const counted = counters.get(indexOf(node));
    if (counted === undefined) return;
    if (!whole.has(node.start) || (counted.needsWholeBound === true && !whole.has(node.bound)))
      assumptions.noteUncounted(counted.node);
  });
}

/** With room for what arrays grow by. */
function withRoom(context: Context, graph: Graph): Graph {
  const { reporter, growths, assumptions } = context;
  if (growths.size === 0 || assumptions.hasChanged || reporter.diagnostics.length > 0) return markWhole(graph);
  const bounded = boundGrowth(foldCounts(pruneGraph(graph)));
  for (const id of bounded.unbounded) {
    const growth = growths.get(id);
    if (growth !== undefined) reporter.report("ADJ2037", growth.node, { name: growth.name });
  }
  return markWhole(bounded.graph);
}

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: ValueId;
  readonly root: Root | undefined;
  /** Where a number or boolean of an object or tuple is kept, which the body may write to. */
  location: Location | undefined;
  readonly span: Parameter["span"];
  readonly facts?: Pick<Parameter, "isControl" | "absent" | "test" | "leftOut">;
}

/** The parameters of the tagged function: a value or array for each leaf, in order, and their names. */
function bindRootParameters(
  context: Context,
  declaration: FunctionNode,
  signature: FunctionSignature,
  leaves: Leaf[],
): readonly Binding[] {
  const nodes = parametersOf(declaration);
  return nodes.flatMap((node, position): readonly Binding[] => {
    const parameter = signature.parameters[position];
    if (parameter === undefined) return [];
    if (node.initializer !== undefined) refuseChangingDefault(context, node.initializer);
    const type = context.names.checkerOf(node).getTypeAtLocation(node);
    const binding = leafOf(context, { shape: parameter.shape, type, node }, [parameter.name], leaves);
    bindNames(context, node.name, binding, (name, part) => {
      nameValue(context, part, name.text);
      declare(context, name, part);
    });
    return [binding];
  });
}

/** Notes the members that the function may read, but not replace. */
function noteKept(
  { keptMembers }: Context,
  object: Binding,
  shape: Extract<Shape, { kind: "object" }>,
  path: readonly (string | number)[],
): void {
  if (object.kind !== "aggregate") return;
  for (const { name, shape: inner } of shape.members) {
    const location = object.cell.members.get(name);
    if (location === undefined || inner.kind === "number" || inner.kind === "boolean") continue;
    keptMembers.push({ location, before: location.current, name: [...path, name].join(".") });
  }
}

/** A number can be put into what comes in, but not another array, object or text. */
function checkKept(context: Context, declaration: ts.Node): void {
  for (const { location, before, name } of context.keptMembers) {
    const last = context.state.read(location);
    if (last.kind === "poison" || sameBinding(context, last, before)) continue;
    const hint = "put numbers into what stands there, or work on a copy: { ...object }";
    context.reporter.report("ADJ2014", declaration, { what: `another ${name} than the one that comes in` }, hint);
  }
}

/** Notes where the members of an object or tuple are kept that are numbers or booleans. */
function located(cell: Binding, path: readonly (string | number)[], leaves: readonly Leaf[]): Binding {
  if (cell.kind !== "aggregate") return cell;
  for (const leaf of leaves) {
    const isMember = leaf.root === undefined && leaf.facts?.test === undefined && leaf.path.length === path.length + 1;
    if (isMember && path.every((part, k) => leaf.path[k] === part)) {
      leaf.location = cell.cell.members.get(String(leaf.path.at(-1)));
    }
  }
  return cell;
}

function parameterRoot(
  context: Context,
  type: ArrayType,
  { name, path, span, leftOut }: Pick<Parameter, "path" | "span" | "leftOut"> & { readonly name: string },
  leaves: Leaf[],
): Root {
  const value = context.builder.fresh(type, name);
  const root: Root = {
    element: type.element,
    name,
    memory: context.state.create("memory", name, scalar(value)),
    kind: "parameter",
    length: undefined,
    readOnly: leftOut !== undefined,
    origin: undefined,
    allocated: value,
    entries: undefined,
  };
  leaves.push({ path, value, root, location: undefined, span, facts: leftOut && { leftOut } });
  context.leafRoots.push(root);
  return root;
}

/** The entries of a tuple from `least` on: they are there as far as there are so many. */
function lackingEntries(
  context: Context,
  { cell }: Aggregate,
  least: number | undefined,
  count: () => Value,
): ReadonlyMap<string, Presence> {
  const lacking = [...cell.members].slice(least ?? cell.members.size);
  return new Map(
    lacking.map(([name, { current }]) => {
      const when = (): Value => operate(context, "gt", count(), known(Number(name)));
      return [name, { of: current, when, count }] as const;
    }),
  );
}

interface TypedShape {
  readonly shape: Shape;
  readonly type: ts.Type | undefined;
  /** The parameter. */
  readonly node: ts.ParameterDeclaration;
  /** See `Parameter.leftOut`. */
  readonly leftOut?: readonly number[];
}

function leafOf(
  context: Context,
  { shape, type, node, leftOut }: TypedShape,
  path: readonly (string | number)[],
  leaves: Leaf[],
): Binding {
  const { builder } = context;
  const span = spanOf(node);
  const around = leftOut && { leftOut };
  const scalarLeaf = (
    kind: "number" | "boolean",
    named: string | undefined,
    facts: Leaf["facts"],
    at = path,
  ): Scalar => {
    const value = builder.fresh(kind, named);
    context.everywhere.add(value);
    leaves.push({ path: at, value, root: undefined, location: undefined, span, facts: { ...facts, ...around } });
    context.leafRoots.push(undefined);
    context.leafValues.push(value);
    return scalar(value);
  };
  const once = (make: () => Scalar) => {
    let made: Scalar | undefined;
    return (): Scalar => (made ??= make());
  };
  /** Whether it has this member. */
  const presenceIn = ({ cell }: Aggregate, key: string): Presence => ({
    of: cell.members.get(key)?.current,
    when: once(() => scalarLeaf("boolean", undefined, { test: { kind: "has" } }, [...path, key])),
  });
  const entryCount = once(() => scalarLeaf("number", undefined, { isControl: true, test: { kind: "count" } }));
  const name = String(path.at(-1));
  const label = /^\d+$/.test(name) ? path.join("") : name;
  switch (shape.kind) {
    case "number":
    case "boolean":
      return scalarLeaf(
        shape.kind,
        label,
        shape.kind === "number" && shape.isControl === true ? { isControl: true } : {},
      );
    case "text": {
      const tests = new Map<string, Value>();
      const equals = (text: string): Value => {
        const before = tests.get(text);
        if (before !== undefined) return before;
        const made = scalarLeaf("boolean", undefined, { test: { kind: "equals", text } });
        tests.set(text, made);
        return made;
      };
      return { kind: "text", values: shape.values, equals };
    }
    case "optional": {
      const { of, absent } = shape;
      const present = { shape: of, type: type && context.names.checkerOf(node).getNonNullableType(type), node };
      const given =
        of.kind === "number" || of.kind === "boolean"
          ? scalarLeaf(of.kind, label, {
              absent,
              ...(of.kind === "number" && of.isControl === true && { isControl: true }),
            })
          : leafOf(context, { ...present, leftOut: [...(leftOut ?? []), path.length] }, path, leaves);
      const orAbsent = (binding: Binding, from: "undefined" | "null"): Binding => {
        const { id } = scalarLeaf("boolean", undefined, { test: { kind: "differs", from } });
        const value = from === "null" ? null : undefined;
        return { kind: "choice", condition: id, then: binding, else: { kind: "known", value } };
      };
      const orNull = absent === "undefined" ? given : orAbsent(given, "null");
      return absent === "null" ? orNull : orAbsent(orNull, "undefined");
    }
    case "array": {
      const array = { kind: "array", element: shape.element } as const;
      return wholeView(parameterRoot(context, array, { name: label, path, span, ...around }, leaves));
    }
    case "rows": {
      const roots = new Map(
        leavesOfNested(shape, path).map((leaf) => {
          const inner = leaf.path.slice(path.length).filter((key) => key !== each);
          const own = inner.length === 0 ? label : String(inner.at(-1));
          const root = parameterRoot(context, leaf.type, { name: own, path: leaf.path, span }, leaves);
          return [keyOf(leaf.path), root] as const;
        }),
      );
      return nestedParameter(context, shape, path, roots);
    }
    case "object": {
      const members = shape.members.map(
        (member) =>
          [
            member.name,
            leafOf(
              context,
              { shape: member.shape, type: memberType(context, type, member.name, node), node, ...around },
              [...path, member.name],
              leaves,
            ),
          ] as const,
      );
      const prototype = type && prototypeOfType(context, type, node);
      const cell = newCell(context, "object", members, undefined, leftOut !== undefined, prototype);
      cell.cell.mayLack = new Map(
        shape.members.flatMap(({ name: key, shape: inner }) => {
          const mayBeLeftOut = inner.kind === "optional" && inner.absent !== "null";
          return mayBeLeftOut ? [[key, presenceIn(cell, key)] as const] : [];
        }),
      );
      const object = leftOut === undefined ? located(cell, path, leaves) : cell;
      noteKept(context, object, shape, path);
      return object;
    }
    case "tuple": {
      const members = shape.elements.map(
        (element, k) =>
          [
            String(k),
            leafOf(
              context,
              { shape: element, type: memberType(context, type, String(k), node), node, ...around },
              [...path, k],
              leaves,
            ),
          ] as const,
      );
      const cell = newCell(context, "tuple", members, undefined, leftOut !== undefined);
      cell.cell.mayLack = lackingEntries(context, cell, shape.least, entryCount);
      return leftOut === undefined ? located(cell, path, leaves) : cell;
    }
    default:
      return assertNever(shape);
  }
}
