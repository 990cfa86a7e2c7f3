/** Programs that showed a fault once, by the seed of their batch and their place in it; always run again. */
export const seedsWithFaults: readonly { readonly seed: number; readonly index: number; readonly fault: string }[] = [
  { seed: 1, index: 22, fault: "hypot in a loop that stores" },
  { seed: 2, index: 10, fault: "size of a stash from within a branch" },
  { seed: 9, index: 32, fault: "return between buffers that take turns" },
  { seed: 9, index: 39, fault: "negative trip count" },
  { seed: 303, index: 31, fault: "store of 0 lost" },
  { seed: 309, index: 9, fault: "buffers after an early return" },
  { seed: 409, index: 41, fault: "name of a tuple's member" },
  { seed: 29, index: 1, fault: "a shared value that an outer test narrows" },
  { seed: 32, index: 9, fault: "two tests of one value that exclude each other" },
  { seed: 39, index: 10, fault: "buffers of other lengths, which themselves take turns" },
  { seed: 43, index: 39, fault: "a comparison of two literals" },
  { seed: 3014, index: 32, fault: "a loop that replaces what it is given, and runs no time" },
  { seed: 5093, index: 24, fault: "a variable is given the value in a loop that it had before it" },
  { seed: 5029, index: 20, fault: "a test after a break that decides it" },
  { seed: 613, index: 32, fault: "load from before an inner loop" },
];
