/** Programs that showed a fault once, by the seed of their batch and their place in it; always run again. */
export const seedsWithFaults: readonly { readonly seed: number; readonly index: number; readonly fault: string }[] = [];
