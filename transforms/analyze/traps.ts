/**
 * Warnings for what is legal and often not meant, with respect to what one tag asks for. Only places of the user's own
 * sources are reported: nobody can mend a package.
 */
import { type Diagnostic, diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { present } from "../../src/diagnostics/invariant.ts";
import { withHint } from "../../src/diagnostics/with-hint.ts";
import type { ValueId } from "../../src/ir/graph.ts";
import type { ModelFunction, Place, TagRequest } from "../../src/ir/signature.ts";
import { seedsOf } from "../differentiate/seeds.ts";
import type { DerivativeGraph } from "../pass.ts";
import { activity } from "./activity.ts";
import { equalFloats } from "./equal-floats.ts";
import { hiddenIntegers } from "./hidden-integers.ts";
import { type SingularPoint, singularPoints } from "./singular-points.ts";
import { valueSlices } from "./value-slices.ts";
import { zeroGradients } from "./zero-gradients.ts";

export function traps(model: ModelFunction, derivative: DerivativeGraph): readonly Diagnostic[] {
  const { graph, places, signature } = model;
  const { request } = derivative;
  const zero = zeroOnes(model, derivative);
  const at = (value: ValueId): readonly Place[] => {
    const place = places.get(value);
    return place === undefined || place.span.file.includes("/node_modules/") ? [] : [place];
  };
  if (places.size === 0) return zero;
  const independents = request.wrt.map((index) => present(graph.parameters[index]).value);
  const active = activity(
    graph,
    independents,
    seedsOf(graph, request).map(({ value }) => value),
  );
  const slices = valueSlices(graph);
  const defaults = new Map<ValueId, number>();
  for (const { path, value } of graph.parameters) {
    const initializer = signature.parameters.find(({ name }) => path.length === 1 && name === path[0])?.initializer;
    if (initializer !== undefined && Number.isFinite(Number(initializer))) defaults.set(value, Number(initializer));
  }
  return [
    ...zero,
    ...equalFloats(graph, active, slices).flatMap((value) => at(value).map((place) => equality(place))),
    ...singularPoints(graph, active, slices, defaults).flatMap((point) =>
      at(point.value).map((place) => singularity(point, place)),
    ),
    ...hiddenIntegers(graph, active, slices).flatMap((value) =>
      at(value).map((place) => rounding(place, holdsIntegers(graph, value))),
    ),
  ];
}

/** The names of the tag, or without names the parameters, whose gradients are 0 altogether. */
function zeroOnes({ graph, signature }: ModelFunction, derivative: DerivativeGraph): readonly Diagnostic[] {
  const { wrt, asked } = derivative.request;
  const zero = new Set([...zeroGradients(derivative)].map((position) => wrt[position]));
  if (zero.size === 0) return [];
  const all = askedOf(derivative.request, graph);
  const isZero = (leaves: readonly number[]): boolean => leaves.every((leaf) => zero.has(leaf));
  const others = all.filter(({ leaves }) => !isZero(leaves)).map(({ name }) => name);
  return all.flatMap(({ name, span, leaves }) => {
    if (!isZero(leaves) || (asked === undefined && name.startsWith("_"))) return [];
    const declared = graph.parameters[leaves[0] ?? -1]?.span;
    const notes =
      asked === undefined || declared === undefined ? [] : [{ message: "it is declared here", span: declared }];
    const made = diagnostic("ADJ3001", span, { function: signature.name, name }, notes);
    const tag = `@${derivative.request.mode} ${others.join(", ")}`;
    return [asked === undefined && others.length > 0 ? withHint(made, `name the others in the tag: ${tag}`) : made];
  });
}

function askedOf({ asked, wrt }: TagRequest, graph: ModelFunction["graph"]): NonNullable<TagRequest["asked"]> {
  if (asked !== undefined) return asked;
  const names = [...new Set(wrt.map((index) => String(graph.parameters[index]?.path[0])))];
  return names.map((name) => {
    const leaves = wrt.filter((index) => String(graph.parameters[index]?.path[0]) === name);
    return { name, span: graph.parameters[leaves[0] ?? 0]?.span ?? graph.span, leaves };
  });
}

function equality({ span, text, operands }: Place): Diagnostic {
  const [left = "a", right = "b"] = operands.map((operand, k) =>
    k === 0 || isSimple(operand) ? operand : `(${operand})`,
  );
  return diagnostic("ADJ3002", span, { what: text, left, right });
}

function isSimple(operand: string): boolean {
  return /^[\w$.]+(\[[^\]]*\])*$/.test(operand);
}

function rounding({ span, text }: Place, isStore: boolean): Diagnostic {
  const made = diagnostic("ADJ3004", span, { what: text });
  return isStore ? withHint(made, "keep it in a Float64Array where the derivative is to go on") : made;
}

function holdsIntegers({ values }: ModelFunction["graph"], value: ValueId): boolean {
  return typeof values.get(value)?.type === "object";
}

function singularity({ kind }: SingularPoint, { span, text, operands }: Place): Diagnostic {
  const argument = (/ \/ /.test(text) && !text.startsWith("Math.") ? operands[1] : operands[0]) ?? "its argument";
  const reason = kind === "default" ? ", as it is at the default values of the parameters" : "";
  const made = diagnostic("ADJ3003", span, { what: text, argument, reason });
  const mends: Readonly<Record<SingularPoint["kind"], string>> = {
    default: "choose another default",
    root: `branch before it, ${argument} > 0 ? ${text} : 0, or add a small number to ${argument}`,
    norm: "use Math.hypot, whose derivative there is 0, or add a small number under the root: … + 1e-12",
  };
  return withHint(made, mends[kind]);
}
