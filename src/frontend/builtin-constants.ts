const mathConstants = ["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"] as const;
const numberConstants = [
  "EPSILON",
  "MAX_SAFE_INTEGER",
  "MAX_VALUE",
  "MIN_SAFE_INTEGER",
  "MIN_VALUE",
  "NaN",
  "NEGATIVE_INFINITY",
  "POSITIVE_INFINITY",
] as const;

/** The constants of `Math` and `Number`. */
export function memberOfBuiltin(base: string, name: string): number | undefined {
  if (base === "Math") return constantIn(mathConstants, Math, name);
  if (base === "Number") return constantIn(numberConstants, Number, name);
  const isTypedArray = /^(Float|Int|Uint)\d+(Clamped)?Array$/.test(base);
  return isTypedArray && name === "BYTES_PER_ELEMENT" ? Number(/\d+/.exec(base)?.[0]) / 8 : undefined;
}

function constantIn<Name extends string>(
  names: readonly Name[],
  owner: Readonly<Record<Name, number>>,
  name: string,
): number | undefined {
  const found = names.find((each) => each === name);
  return found === undefined ? undefined : owner[found];
}
