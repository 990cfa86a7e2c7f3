/** One fault, put into the transforms on purpose: some test has to notice it. */
export interface Mutant {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** What notices it soonest. Where nothing is said, a few hundred random programs do. */
  readonly caughtBy?: Catcher;
}

/** A file of tests, and the beginning of the names of those that matter. */
export interface Catcher {
  readonly test: string;
  readonly named: string;
}

/** The tests of one model, of fixtures/models. */
export function model(name: string): Catcher {
  return { test: "models", named: `${name} ` };
}

/** The text with the fault. Throws where the place is not there, or is there twice. */
export function mutated({ name, file, find, replace }: Mutant, text: string): string {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`mutant "${name}": its place stands ${count} times in ${file}`);
  return text.replace(find, () => replace);
}
