/** What the adjoint of a value is called in reverse mode, and its tangent in forward mode. */
export function differentialName(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `d${name}`;
}

/** What a tangent is called where `d` stands before the names of adjoints: `xDot` for the ẋ of Griewank & Walther. */
export function dottedName(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${name}Dot`;
}

export type Naming = (name: string | undefined) => string | undefined;
