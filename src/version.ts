/** As in package.json, which cannot be imported in a browser; a test compares the two. */
export const version = "0.1.0";
