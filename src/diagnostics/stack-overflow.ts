/** Whether the stack ran out: the parser, the checker and the passes follow the nesting of what they are given. */
export function isStackOverflow(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // V8 and JavaScriptCore throw a RangeError; Firefox an InternalError of its own.
  return /maximum call stack|too much recursion/i.test(error.message);
}
