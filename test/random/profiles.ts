/**
 * How often each kind of statement is drawn. A program is drawn from one profile, so that each part of the language is
 * also met alone and in density, and not only as one thing among thirty.
 */
import type { StatementTree } from "./program.ts";

export type StatementWeights = Readonly<Partial<Record<StatementTree["kind"], number>>>;

export interface Profile {
  readonly name: string;
  readonly weights: StatementWeights;
  /** At most so many statements in the body of the tagged function and in a nested one. */
  readonly length: number;
  readonly nestedLength: number;
  readonly helpers: number;
  /** Its programs take parameters of structured types, and return such. */
  readonly isStructured?: true;
}

const scalars: StatementWeights = { assign: 2, declare: 3, declareFlag: 1, setFlag: 1, count: 1, swapScalars: 1 };
const arrays: StatementWeights = { ...scalars, store: 3, allocate: 2, call: 2 };

export const profiles: readonly Profile[] = [
  { name: "straight", weights: { ...arrays, destructure: 2 }, length: 8, nestedLength: 3, helpers: 1 },
  { name: "loops", weights: { ...arrays, for: 9, nest: 5, forOf: 1, if: 2 }, length: 4, nestedLength: 3, helpers: 1 },
  {
    name: "branches",
    weights: { ...arrays, if: 6, switch: 4, block: 2, for: 5, destructure: 1 },
    length: 5,
    nestedLength: 3,
    helpers: 1,
  },
  {
    name: "exits",
    weights: { ...arrays, exit: 5, for: 9, nest: 4, while: 5, if: 3, switch: 1 },
    length: 4,
    nestedLength: 4,
    helpers: 1,
  },
  { name: "whiles", weights: { ...arrays, while: 12, exit: 2, if: 3, for: 2 }, length: 4, nestedLength: 3, helpers: 1 },
  {
    name: "in place",
    weights: { ...arrays, store: 8, for: 8, nest: 6, alias: 2, view: 2, bulk: 2, storeInteger: 1 },
    length: 5,
    nestedLength: 4,
    helpers: 1,
  },
  {
    name: "views",
    weights: { ...arrays, alias: 4, view: 6, bulk: 2, for: 7, nest: 2, call: 4, choose: 1 },
    length: 6,
    nestedLength: 3,
    helpers: 2,
  },
  {
    name: "helpers",
    weights: { ...arrays, call: 12, for: 6, if: 2, exit: 2, view: 1, destructure: 1 },
    length: 5,
    nestedLength: 3,
    helpers: 3,
  },
  {
    name: "ping-pong",
    weights: { ...arrays, pingPong: 9, for: 4, if: 2, view: 1 },
    length: 4,
    nestedLength: 3,
    helpers: 1,
  },
  {
    name: "all",
    weights: {
      ...arrays,
      ...{ bulk: 1, storeInteger: 1, alias: 1, view: 2, choose: 1, destructure: 1, call: 4, pingPong: 2 },
      ...{ for: 7, nest: 3, forOf: 2, while: 4, if: 4, switch: 2, exit: 2, block: 1 },
    },
    length: 7,
    nestedLength: 3,
    helpers: 2,
  },
  {
    name: "idioms",
    weights: { declare: 2, assign: 2, idiom: 14, for: 2, if: 2, call: 1, while: 1 },
    length: 4,
    nestedLength: 2,
    helpers: 1,
  },
  {
    name: "idioms among all",
    weights: {
      ...arrays,
      ...{ idiom: 14, bulk: 1, alias: 1, view: 1, choose: 1, destructure: 1, call: 3, pingPong: 1 },
      ...{ for: 5, nest: 2, forOf: 1, while: 2, if: 4, switch: 2, exit: 2, block: 1 },
    },
    length: 6,
    nestedLength: 3,
    helpers: 2,
  },
  {
    name: "structures",
    weights: { declare: 2, assign: 2, use: 16, for: 3, if: 3, call: 1, while: 1 },
    length: 5,
    nestedLength: 2,
    helpers: 1,
    isStructured: true,
  },
  {
    name: "structures among all",
    weights: {
      ...arrays,
      ...{ use: 16, idiom: 5, bulk: 1, alias: 1, view: 1, choose: 1, destructure: 1, call: 3, pingPong: 1 },
      ...{ for: 5, nest: 2, forOf: 1, while: 2, if: 4, switch: 2, exit: 2, block: 1 },
    },
    length: 6,
    nestedLength: 3,
    helpers: 2,
    isStructured: true,
  },
];
