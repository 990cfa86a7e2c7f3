/**
 * What decides a structure: the numbers and arrays that come in and are read where it is found. Where these are as they
 * were in an earlier call, so is the structure.
 *
 *   for (i < x.length) note(i, at[i], 1)   ->   x.length, at
 */
import type { ElementType, Graph, Parameter, ValueId } from "../../src/ir/graph.ts";
import { isNested } from "../../src/ir/nested.ts";
import { operandsOf, regionsOf, walkNodes } from "../../src/ir/walk.ts";

/** Floats are others in each call: it is as dear to compare them as to find the structure. */
const floats: ReadonlySet<ElementType> = new Set(["f64", "f32"]);

export interface DecidingValues {
  readonly numbers: readonly ValueId[];
  /** Arrays that are read. */
  readonly entries: readonly ValueId[];
  /** Other arrays, of which the length is asked for. */
  readonly lengths: readonly ValueId[];
}

/** Undefined where it is not worth while to compare them, or not possible. */
export function decidingValues(graph: Graph): DecidingValues | undefined {
  const parameters = new Map(graph.parameters.map((parameter) => [parameter.value, parameter] as const));
  const [numbers, entries, lengths] = [new Set<ValueId>(), new Set<ValueId>(), new Set<ValueId>()];
  let isComparable = true;
  const use = (value: ValueId): void => {
    const parameter = parameters.get(value);
    if (parameter === undefined) return;
    if (isFloat(parameter) || typeof parameter.type === "object") isComparable = false;
    else numbers.add(value);
  };
  walkNodes(graph.body, (node) => {
    const type = "array" in node ? parameters.get(node.array)?.type : undefined;
    const isFlat = typeof type === "object" && !isNested(type);
    if (isFlat && node.kind === "length" && node.at === undefined) lengths.add(node.array);
    else if (isFlat && node.kind === "load" && !floats.has(type.element)) {
      entries.add(node.array);
      use(node.index);
    } else {
      // An array that is made here may be one that the derivative makes too.
      if (node.kind === "allocate" || node.kind === "opaque") isComparable = false;
      operandsOf(node).forEach(use);
      regionsOf(node).forEach(({ yields }) => yields.forEach(use));
    }
  });
  if (!isComparable) return undefined;
  return { numbers: [...numbers], entries: [...entries], lengths: [...lengths].filter((each) => !entries.has(each)) };
}

function isFloat({ type, isWhole, isControl, test }: Parameter): boolean {
  return type === "number" && isWhole !== true && isControl !== true && test === undefined;
}
