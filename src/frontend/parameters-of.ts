import { ts } from "ts-morph";

/** The parameters that arguments stand for: TypeScript's `this` among them is none. */
export function parametersOf({ parameters }: ts.SignatureDeclaration): readonly ts.ParameterDeclaration[] {
  return parameters.filter(({ name }) => !(ts.isIdentifier(name) && name.text === "this"));
}
