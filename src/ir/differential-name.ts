/** What the adjoint of a value is called in reverse mode, and its tangent in forward mode. */
export function differentialName(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `d${name}`;
}

/** What a tangent is called where `d` stands before the names of adjoints: `xDot` for the ẋ of Griewank & Walther. */
export function dottedName(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${name}Dot`;
}

/** What an adjoint of a dotted graph is called: that of a tangent is the adjoint of its value, and that of a value has the dot. */
export function adjointOfDotted(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return name.endsWith("Dot") ? `d${name.slice(0, -"Dot".length)}` : `d${name}Dot`;
}

export type Naming = (name: string | undefined) => string | undefined;
