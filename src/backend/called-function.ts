/**
 * A function that derivatives call, as text. Its arrays live on the stack: each allocation has a place in the frame of its
 * call. What a forward function keeps for its reverse goes on the stack too, and with it the place of the frame.
 */
import { present } from "../diagnostics/invariant.ts";
import { GraphBuilder } from "../ir/builder.ts";
import type { AllocateNode, ElementType, Graph, GraphNode, PushNode, ValueId } from "../ir/graph.ts";
import { walkNodes } from "../ir/walk.ts";
import { arrayGroups } from "../../transforms/analyze/array-groups.ts";
import { arrayTypeText } from "./array-types.ts";
import type { Expand } from "./blocks.ts";
import { callSteps } from "./call-steps.ts";
import type { CalledFunction, CalledNames } from "./called-names.ts";
import { docComment } from "./doc.ts";
import { exactLengths } from "./exact-lengths.ts";
import { steadyParameters } from "./frame.ts";
import { helperName } from "./helper-functions.ts";
import type { ModuleParts } from "./module-parts.ts";
import { nameScopes } from "./names.ts";
import { renderBody } from "./render.ts";
import { type Parts, template, type Step } from "./steps.ts";

export function printCalled(called: CalledFunction, names: CalledNames, parts: ModuleParts): string {
  const { graph, name, needsStack } = called;
  const { stack } = names;
  const builder = new GraphBuilder(graph.values);
  const groups = arrayGroups(graph);
  const exact = exactLengths(graph, groups);
  const partner = graph.partner === undefined ? undefined : partnerOf(graph.partner, names);
  const isReverse = hasKind(graph, "pop");
  const own = allocationsOf(graph);
  const others = partner === undefined ? [] : allocationsOf(partner);
  const first = isReverse ? others.length : 0;
  const frameSize = own.length + others.length;
  const usesFrame = frameSize > 0;

  const scope = nameScopes([...parts.names(), ...(needsStack ? [stack] : [])]);
  const fixedNames = new Map<ValueId, string>();
  for (const { value } of graph.parameters) fixedNames.set(value, scope.take(builder.nameOf(value) ?? "value"));
  const frame = scope.take("frame");
  const top = scope.take("top");

  const slotOf = (node: AllocateNode): number => first + own.findIndex(({ result }) => result === node.result);
  const elementOf = (element: ElementType): ElementType => (element === "number" ? "f64" : element);
  const arraysOf = (element: ElementType): string => `${stack}.${parts.stackArrays(elementOf(element))}`;
  const place = (slot: number): string => (slot === 0 ? frame : `${frame} + ${slot}`);

  const placeOf = (k: number): string => (k === 0 ? top : `${top} + ${k}`);

  const expand: Expand = (node) => {
    switch (node.kind) {
      case "call":
        return callSteps(node, names, builder);
      case "allocate": {
        const { element, length, filled, origin, result, role } = node;
        const isExact = role.kind !== "stash" && exact.has(groups.groupOf(result));
        const make = parts.room(elementOf(element), isExact);
        const taken = template([`${make}(${arraysOf(element)}, `, place(slotOf(node)), ", ", length, ")"], {
          result,
          origin,
        });
        if (!filled) return [taken];
        // What it grows by is zero too.
        const isWhole = isExact || groups.groupOf(result).grows;
        const range: Parts = isWhole ? ["0"] : ["0, 0, ", length];
        return [taken, template([result, ".fill(", ...range, ");"], { writes: [result], origin })];
      }
      case "grow": {
        const owner = present(groups.groupOf(node.array).allocations[0], "the allocation of an array that grows");
        const at = [`${arraysOf(owner.element)}[`, place(slotOf(owner)), "]"];
        const grown = [...at, ` = ${parts.grow(elementOf(owner.element))}(`, node.array, ", ", node.length, ")"];
        return [template(grown, { result: node.result, again: node.array, origin: node.origin })];
      }
      case "push": {
        const scalars = node.values.filter((value) => typeof builder.typeOf(value) !== "object");
        // Which of some arrays that take turns it is shows when they have.
        const moved = keptArrays(graph, node).filter(({ isPermuted }) => isPermuted);
        const numbers = scalars.length + moved.length;
        const count = numbers + (usesFrame ? 1 : 0);
        if (count === 0) return [];
        return [
          template([`const ${top} = ${parts.reserve()}(${stack}, ${count});`]),
          ...scalars.map((value, k) => template([`${stack}.values[${placeOf(k)}] = `, value, ";"])),
          ...moved.map(({ value, element }, k) => {
            const at = placeOf(scalars.length + k);
            return template([`${stack}.values[${at}] = ${arraysOf(element)}.indexOf(`, value, `, ${frame});`]);
          }),
          ...(usesFrame ? [template([`${stack}.values[${placeOf(numbers)}] = ${frame};`])] : []),
        ];
      }
      case "pop":
        return popSteps(node.results);
    }
  };
  const popSteps = (results: readonly ValueId[]): readonly Step[] => {
    const scalars = results.filter((value) => typeof builder.typeOf(value) !== "object");
    const push = pushOf(partner);
    const kept = partner === undefined || push === undefined ? [] : keptArrays(partner, push);
    const moved = kept.filter(({ isPermuted }) => isPermuted);
    const numbers = scalars.length + moved.length;
    const count = numbers + (usesFrame ? 1 : 0);
    const steps: Step[] = [];
    if (count > 0) {
      steps.push(template([`const ${top} = (${stack}.top -= ${count});`]));
      scalars.forEach((value, k) => {
        steps.push(template([`${stack}.values[${placeOf(k)}]`], { result: value }));
      });
      if (usesFrame) steps.push(template([`const ${frame} = ${stack}.values[${placeOf(numbers)}];`]));
    }
    const arrays = results.filter((value) => typeof builder.typeOf(value) === "object");
    arrays.forEach((value, k) => {
      const from = present(kept[k], "an array that was kept");
      const at = from.isPermuted
        ? `${stack}.values[${placeOf(scalars.length + moved.indexOf(from))}]`
        : place(from.slot);
      steps.push(template([`${arraysOf(from.element)}[`, at, "]"], { result: value }));
    });
    return steps;
  };

  const entries = graph.returned.kind === "tuple" ? graph.returned.entries : [];
  const scalars = entries.flatMap((output) => (output.kind === "scalar" ? [output.value] : []));
  const isForward = hasKind(graph, "push");
  const releases = usesFrame && !isForward;
  const begin: readonly Step[] =
    usesFrame && !isReverse
      ? [template([`const ${frame} = ${stack}.depth;`]), template([`${stack}.depth += ${frameSize};`])]
      : [];
  const several = scalars.length > 1;
  if (several) parts.givesBack(scalars.length);
  const end: readonly Step[] = [
    ...(several
      ? scalars.map((value, k) => {
          const isBoolean = builder.typeOf(value) === "boolean";
          return template([`${stack}.returned[${k}] = `, ...(isBoolean ? ["Number(", value, ")"] : [value]), ";"]);
        })
      : []),
    ...(releases ? [template([`${stack}.depth = ${frame};`])] : []),
    ...(scalars.length === 1 && scalars[0] !== undefined ? [template(["return ", scalars[0], ";"])] : []),
  ];
  const text = renderBody({
    steps: [...begin, ...graph.body.nodes, ...end],
    builder,
    parameters: graph.parameters.map(({ value }) => value),
    fixedNames,
    preferred: new Set(),
    unassigned: new Map(),
    steady: steadyParameters(graph, groups),
    taken: [...parts.names(), ...fixedNames.values(), stack, frame, top],
    lengths: { sameLength: new Map(), exactLength: new Map() },
    restNote: undefined,
    expand,
    table: (element, values, wish) => parts.table(element, values, wish, new Set(fixedNames.values())),
    helper: (operation) => helperName(operation, parts),
    style: { lang: parts.lang, file: graph.span.file },
  });
  const isTyped = parts.lang === "ts";
  const typed = (label: string, type: string): string => (isTyped ? `${label}: ${type}` : label);
  const list = graph.parameters.map(({ value, type, written }) => {
    const label = present(fixedNames.get(value));
    if (typeof type !== "object") return typed(label, type);
    const plain = `${written ? "" : "readonly "}number[] | Float64Array`;
    return typed(label, type.element === "number" ? plain : arrayTypeText(type.element));
  });
  if (needsStack) list.push(typed(stack, parts.stackType()));
  const [only] = scalars;
  const returns = scalars.length === 1 && only !== undefined ? String(builder.typeOf(only)) : "void";
  return [
    docComment(docOf(called, names)),
    `function ${name}(${list.join(", ")})${isTyped ? `: ${returns}` : ""} {`,
    text,
    "}",
  ].join("\n");
}

function docOf({ graph, name }: CalledFunction, names: CalledNames): string {
  const entries = graph.returned.kind === "tuple" ? graph.returned.entries : [];
  const several = entries.length > 1 ? ` Gives its ${entries.length} results in ${names.stack}.returned.` : "";
  const partner = graph.partner === undefined ? undefined : names.all.find(({ key }) => key === graph.partner);
  if (hasKind(graph, "push")) {
    const kept = partner === undefined ? "" : `, which keeps what ${partner.name} needs`;
    return `${name.replace(/Forward\d*$/, "")}${kept}.${several}`;
  }
  if (hasKind(graph, "pop")) {
    return `The reverse of ${partner?.name ?? name}: takes the adjoints of its results, gives those of its parameters.${several}`;
  }
  if (graph.isJoint === true) {
    const base = name.replace(/Joint\d*$/, "");
    return `${base} and its reverse at once: takes the adjoints of its results too, and gives those of its parameters.${several}`;
  }
  return `${graph.name}, as in the model.${several}`;
}

function partnerOf(key: string, names: CalledNames): Graph | undefined {
  return names.all.find((each) => each.key === key)?.graph;
}

export function allocationsOf(graph: Graph): readonly AllocateNode[] {
  const allocations: AllocateNode[] = [];
  walkNodes(graph.body, (node) => {
    if (node.kind === "allocate") allocations.push(node);
  });
  return allocations;
}

function hasKind(graph: Graph, kind: GraphNode["kind"]): boolean {
  return graph.body.nodes.some((node) => node.kind === kind);
}

interface KeptArray {
  readonly value: ValueId;
  /** Which of the arrays that the function makes it is, if it takes no turns. */
  readonly slot: number;
  readonly element: ElementType;
  readonly isPermuted: boolean;
}

/** The arrays that are kept for the reverse. */
function keptArrays(graph: Graph, push: PushNode): readonly KeptArray[] {
  const groups = arrayGroups(graph);
  const made = allocationsOf(graph);
  return push.values.flatMap((value): readonly KeptArray[] => {
    const type = graph.values.get(value)?.type;
    if (typeof type !== "object") return [];
    const { allocations, isPermuted } = groups.groupOf(value);
    const slot = made.findIndex(({ result }) => result === allocations[0]?.result);
    return [{ value, slot, element: type.element, isPermuted }];
  });
}

function pushOf(graph: Graph | undefined): PushNode | undefined {
  return graph?.body.nodes.find((node) => node.kind === "push");
}
