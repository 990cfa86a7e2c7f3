/** A generator waits for nothing, so the hint of asynchronous functions does not help there. */
export const generatorHint = "write a plain function that stores in an array what is yielded here";
