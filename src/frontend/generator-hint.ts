/** A generator waits for nothing, so the hint of asynchronous functions does not help there. */
export const generatorHint = "go through it where it is called, in for … of, or store in an array what is yielded here";
