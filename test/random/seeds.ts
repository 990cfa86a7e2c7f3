/** Programs that showed a fault once, by the profile and seed of their batch and their place in it; always run again. */
export const seedsWithFaults: readonly {
  readonly profile: string;
  readonly seed: number;
  readonly index: number;
  readonly fault: string;
}[] = [
  { profile: "loops", seed: 1, index: 22, fault: "hypot in a loop that stores" },
  { profile: "branches", seed: 2, index: 10, fault: "size of a stash from within a branch" },
  { profile: "all", seed: 9, index: 32, fault: "return between buffers that take turns" },
  { profile: "all", seed: 9, index: 39, fault: "negative trip count" },
  { profile: "exits", seed: 303, index: 31, fault: "store of 0 lost" },
  { profile: "all", seed: 309, index: 9, fault: "buffers after an early return" },
  { profile: "all", seed: 409, index: 41, fault: "name of a tuple's member" },
  { profile: "all", seed: 29, index: 1, fault: "a shared value that an outer test narrows" },
  { profile: "branches", seed: 32, index: 9, fault: "two tests of one value that exclude each other" },
  { profile: "all", seed: 39, index: 10, fault: "buffers of other lengths, which themselves take turns" },
  { profile: "exits", seed: 43, index: 39, fault: "a comparison of two literals" },
  { profile: "whiles", seed: 3014, index: 32, fault: "a loop that replaces what it is given, and runs no time" },
  { profile: "exits", seed: 5093, index: 24, fault: "a variable is given the value in a loop that it had before it" },
  { profile: "all", seed: 5029, index: 20, fault: "a test after a break that decides it" },
  { profile: "ping-pong", seed: 20068, index: 23, fault: "a branch in which one of two exchanged buffers is changed" },
  { profile: "branches", seed: 20082, index: 33, fault: "an index that is computed from what is stored there" },
  {
    profile: "ping-pong",
    seed: 30028,
    index: 13,
    fault: "an array that takes turns with one whose length changes from round to round",
  },
  { profile: "all", seed: 30039, index: 45, fault: "a load from before a branch that leaves its change behind" },
  { profile: "whiles", seed: 50094, index: 7, fault: "a comparison of a choice between literals" },
  { profile: "branches", seed: 70222, index: 47, fault: "a test that was made before the one around it decides it" },
  {
    profile: "ping-pong",
    seed: 90058,
    index: 35,
    fault: "a load between two turns, from arrays in which nothing else changes",
  },
  {
    profile: "loops",
    seed: 60031,
    index: 7,
    fault: "a comparison of a value with its own rounding (of the differences)",
  },
  {
    profile: "branches",
    seed: 22,
    index: 21,
    fault: "a store to a plain parameter in a branch, whose place is tested",
  },
  { profile: "exits", seed: 613, index: 32, fault: "load from before an inner loop" },
  {
    profile: "branches",
    seed: 102,
    index: 9,
    fault: "a test that is read again from before a branch that stores beside it",
  },
  { profile: "straight", seed: 230, index: 0, fault: "the new entry of a gradient is a gradient itself, {accumulate}" },
  { profile: "exits", seed: 2000127, index: 36, fault: "a boolean and the number that is made of it in one variable" },
  { profile: "all", seed: 5000109, index: 27, fault: "a loop that is told to stop by a constant false" },
  { profile: "structures among all", seed: 6000217, index: 23, fault: "a length that a loop in a branch finds" },
  {
    profile: "structures among all",
    seed: 6000371,
    index: 38,
    fault: "a number that is doubled, before a branch, is no sum",
  },
  { profile: "whiles", seed: 7002062, index: 22, fault: "a while of a called function that never runs" },
  { profile: "idioms among all", seed: 39, index: 1, fault: "how long an array became that grows in a branch" },
  { profile: "exits", seed: 45, index: 18, fault: "directions added to a row that is none any more" },
  {
    profile: "structures among all",
    seed: 5000001,
    index: 47,
    fault: "what was stored in one of two buffers that take turns",
  },
];
