import type { CatalogEntry } from "../entry.ts";
import { syntaxEntries } from "./syntax.ts";

/** ADJ1xxx: tags, and the signatures of tagged functions. */
export const tagEntries = {
  ADJ1001: {
    severity: "error",
    kind: "wrong",
    title: "Tag in a wrong place",
    sentence: "@%tag% stands on %what%, but belongs on a module-level function",
    hint: "put it in the JSDoc comment right above a function declaration, or above a const that holds a function",
    page: `A tag asks for the derivative of a function declaration of the module, or of a module-level \`const\` that holds an
arrow function or a function expression. Methods, functions within functions, \`let\` and \`var\` are not among them.

    class Model {
      /** @grad w */
      loss(w: number) { return w * w; }
    }

Mend: make it a function of the module.

    /** @grad w */
    export function loss(w: number) { return w * w; }`,
  },
  ADJ1002: {
    severity: "warning",
    kind: "wrong",
    title: "Tag in a plain comment",
    sentence: "@%tag% is not read here, since tags are read from JSDoc comments alone",
    hint: "begin the comment with /** in the place of %opening%",
    page: `Tags stand in JSDoc comments, which begin with \`/**\`.

    // @grad w
    export function loss(w: number) { return w * w; }

Mend:

    /** @grad w */
    export function loss(w: number) { return w * w; }`,
  },
  ADJ1004: {
    severity: "error",
    kind: "wrong",
    title: "Unknown option of a tag",
    sentence: "{%option%} is not an option of @%tag%",
    page: `The options of a tag are \`{accumulate}\`, which adds to the gradients in \`out\`, and \`{as: name}\`, which names the
generated function; \`@jvp\` and \`@hvp\` have the second alone. \`@jacobian\` and \`@hessian\` have it, and \`{sparse}\`, which returns
compressed rows. Several are parted by commas.

    /** @grad {acumulate} w */
    export function loss(w: number) { return w * w; }

Mend: \`@grad {accumulate} w\`.`,
  },
  ADJ1005: {
    severity: "error",
    kind: "unsupported",
    title: "Structure of a matrix not known",
    sentence: "the structure of the %what% of %name% is not known before it is computed: %reason%",
    hint: "leave {sparse} out",
    page: `With \`{sparse}\` a Jacobian or a Hessian comes in compressed rows. Which entries it has is found out first: from the
loops and the indices of the function, without its numbers. That needs a function that is differentiated in all directions at once: one
that is recursive is not, nor one that calls a function which is too large to be made part of it. And the indices may not depend on what
the function itself writes to its parameters.

    /** @hessian {sparse} x */
    export function energy(x: Float64Array): number { return part(x, 0, x.length); }

    function part(x: Float64Array, from: number, to: number): number {
      if (to - from < 2) return x[from] ** 4;
      const middle = (from + to) >> 1;
      return part(x, from, middle) + part(x, middle, to);
    }

Mend: leave the option out, or write the recursion as a loop:

    /** @hessian {sparse} x */
    export function energy(x: Float64Array): number {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += x[i] ** 4;
      return sum;
    }`,
  },
  ADJ1006: {
    severity: "error",
    kind: "wrong",
    title: "Tag cannot be read",
    sentence: "%what%",
    page: `A tag is \`@grad [options] [names…]\` or \`@vjp [options] [names…] [-> outputs…]\`. Names are parted by blanks or commas; a
member of an object parameter is written with a dot (\`params.W1\`, \`pair.0\`). What follows a tag belongs to it up to the next tag or an
empty line, so descriptions stand above the tags.

    /**
     * @grad params[0] - the weights
     */

Mend:

    /**
     * The loss.
     *
     * @grad params.0
     */`,
  },
  ADJ1007: {
    severity: "error",
    kind: "wrong",
    title: "Name cannot be used",
    sentence: "%name% cannot name a generated function: %reason%",
    hint: "choose another one with {as: name}",
    page: `\`{as: name}\` names the generated function; \`Name\` names the type of its result and \`createName\` the function that
allocates it. None of the three may be a word of the language or a global that the generated code uses.

    /** @grad {as: class} w */

Mend: \`@grad {as: lossGradient} w\`.`,
  },
  ADJ1008: {
    severity: "error",
    kind: "wrong",
    title: "Unknown parameter in a tag",
    sentence: "%function% has no parameter %name%",
    page: `The names after the tag are the parameters to differentiate with respect to, or members of them. Text after a tag belongs to the
tag up to an empty line or the next tag: put descriptions above it.

    /** @grad wieghts */
    export function loss(weights: Float64Array) { return weights[0] ** 2; }

Mend: \`@grad weights\`.`,
  },
  ADJ1009: {
    severity: "error",
    kind: "underivable",
    title: "Derivative in an integer",
    sentence: "%name% is an integer here, so there is no derivative in it",
    hint: "leave it out of the tag",
    page: `A number that is itself used as an array index, as the length of an array, or against a loop counter in a loop's condition is an
integer. A function of an integer has no derivative in it. (\`Math.floor(x)\` as a bound leaves \`x\` a float, with derivative 0 there.)

    /** @grad n */
    export function sum(x: Float64Array, n: number) {
      let s = 0;
      for (let i = 0; i < n; i++) s += x[i];
      return s;
    }

Mend: \`@grad x\`. Without names, integers are left out by themselves.`,
  },
  ADJ1010: {
    severity: "error",
    kind: "underivable",
    title: "Nothing to differentiate in a parameter",
    sentence: "%name% holds no floats: it is %type%",
    hint: "leave it out of the tag",
    page: `Derivatives are taken in numbers and in arrays of floats: \`Float32Array\`, \`Float64Array\`, \`number[]\`, and objects and
tuples of these. A boolean or an integer array has none.

    /** @grad labels */
    export function loss(w: number, labels: Int32Array) { return w * labels[0]; }

Mend: \`@grad w\`.`,
  },
  ADJ1011: {
    severity: "error",
    kind: "wrong",
    title: "A parameter named twice",
    sentence: "%name% is already asked for by %other%",
    hint: "name it once",
    page: `Each gradient is an entry of the result, so a parameter is named once; an object stands for all its members.

    /** @grad params, params.W */

Mend: \`@grad params\`, or \`@grad params.W\` for that member alone.`,
  },
  ADJ1012: {
    severity: "error",
    kind: "underivable",
    title: "Nothing to differentiate",
    sentence: "%function% has no parameter that holds floats, so there is nothing to differentiate",
    hint: "tag a function of numbers that are no indices, or of arrays of floats",
    page: `Without names the tag stands for every parameter that holds floats. This function has none: its parameters are integers,
booleans or integer arrays, or it has no parameters.

    /** @grad */
    export function choose(n: number, table: Int32Array) { return table[n]; }

Mend: tag a function of floats.`,
  },
  ADJ1013: {
    severity: "error",
    kind: "underivable",
    title: "A gradient of something that is not a number",
    sentence: "@grad needs a function that returns a number, and %function% returns %type%",
    hint: "use @vjp: it takes the weights of the outputs as a seed",
    page: `A gradient is the derivative of one number. For a function that returns an array, a tuple or an object, or that writes its results into
its parameters, the vector-Jacobian product is the tool: its \`seed\` weighs the outputs.

    /** @grad x */
    export function scale(x: Float64Array) { return x.map((v) => 2 * v); }

Mend: \`@vjp x\`.`,
  },
  ADJ1014: {
    severity: "error",
    kind: "wrong",
    title: "Two outputs of one name",
    sentence: "%name% would be generated twice",
    hint: "name one of them with {as: name}",
    page: `Every tag asks for one generated function, with a type and a \`create\` function of its own. Two of a file may not have the
same name.

    /**
     * @grad W
     * @grad b
     */

Mend:

    /**
     * @grad W
     * @grad {as: lossGradB} b
     */`,
  },
  ADJ1015: {
    severity: "error",
    kind: "wrong",
    title: "Unknown output in a tag",
    sentence: "%function% has no output %name%",
    page: `The names after \`->\` are outputs: array parameters that the function writes, and \`value\` for what it returns.

    /** @vjp x -> z */
    export function scale(x: Float64Array, y: Float64Array) { for (let i = 0; i < x.length; i++) y[i] = 2 * x[i]; }

Mend: \`@vjp x -> y\`.`,
  },
  ADJ1016: {
    severity: "error",
    kind: "wrong",
    title: "Not an output",
    sentence: "%name% is no output of %function%: %reason%",
    page: `An output is what the function returns, or a parameter array of floats that it writes.

    /** @vjp x -> x */
    export function total(x: Float64Array) { return x[0] + x[1]; }

Mend: \`@vjp x\`, or \`@vjp x -> value\`.`,
  },
  ADJ1017: {
    severity: "error",
    kind: "wrong",
    title: "Outputs on @grad",
    sentence: "@%tag% takes no outputs: it is a derivative of the returned number",
    hint: "leave -> and what follows it out, or use @vjp",
    page: `\`@grad\` is the derivative of the number that the function returns; only \`@vjp\` chooses outputs.

    /** @grad x -> value */

Mend: \`@grad x\`.`,
  },
  ADJ1018: {
    severity: "error",
    kind: "underivable",
    title: "No output",
    sentence: "%function% has no output to differentiate: %reason%",
    hint: "return a number, or write the result into a parameter that is a Float32Array, a Float64Array or a number[]",
    page: `A product with the Jacobian needs outputs of floats: what the function returns, or the float arrays among its parameters that it writes.

    /** @vjp x */
    export function show(x: Float64Array): void { console.log(x[0]); }

Mend: return what is to be differentiated.`,
  },
  ADJ1019: {
    severity: "error",
    kind: "wrong",
    title: "An output named twice",
    sentence: "the output %name% is named twice",
    hint: "name it once",
    page: `Each output has one seed, so it is named once.

    /** @vjp x -> y, y */

Mend: \`@vjp x -> y\`.`,
  },
  ADJ1020: {
    severity: "error",
    kind: "unsupported",
    title: "Type not supported yet",
    sentence: "%what% is %type%, which is not supported yet",
    page: `Parameters and results of a tagged function are numbers, booleans, typed arrays, \`number[]\`, and objects, tuples and instances of
classes of these. Parameters may be strings and enums too, and arrays of arrays and of objects; all but these last may be left out
(\`weights?: Float64Array\`, \`options: { rate?: number } = {}\`). What stands in an array holds no strings, and none of it may be left
out. A result may be \`null\`, \`undefined\` or a boolean on some ways (\`Float64Array | null\`), and a number that is a member of it may be missing. Other unions, maps, functions, and private members are not supported yet.

    /** @grad w */
    export function total(data: Map<string, number>, w: number) {
      let sum = 0;
      for (const value of data.values()) sum += w * value;
      return sum;
    }

Mend: an array of what is in it.

    /** @grad w */
    export function total(data: readonly number[], w: number) {
      let sum = 0;
      for (const value of data) sum += w * value;
      return sum;
    }`,
  },
  ADJ1021: {
    severity: "error",
    kind: "wrong",
    title: "Parameter without a type",
    sentence: "%what% has no known type",
    hint: "write one: %name%: number",
    page: `The types of a tagged function's parameters say what comes in. \`any\` and \`unknown\` say nothing.

    /** @grad */
    export function square(x) { return x * x; }

Mend: \`square(x: number)\`. Functions that it calls need no types. A type that comes from a module that is not installed is
not known either.`,
  },
  ADJ1022: {
    severity: "error",
    kind: "unsupported",
    title: "Parameter not supported yet",
    sentence: "%what%, which is not supported yet",
    page: `The parameter list of a tagged function holds plain, default and rest parameters, and destructuring with defaults of any kind.
Rest elements and computed names within a destructuring, and defaults of whole parameters that call functions of the module are
not supported yet.

    /** @grad x */
    export function f(x: number, rate = usualRate()) { return x * rate; }

Mend: \`rate = 1\`.`,
  },
  ADJ1023: {
    severity: "error",
    kind: "wrong",
    title: "Function without a name or a body",
    sentence: "%what%",
    page: `The derivative is named after the function and made from its body, so a tagged function has both.

    /** @grad */
    export default function (x: number) { return x * x; }

Mend: \`export default function square(x: number) { return x * x; }\`.`,
  },
  ADJ1024: {
    severity: "error",
    kind: "unsupported",
    title: "Generic function",
    sentence: "%function% has type parameters, so the types of its parameters are not known here",
    hint: "tag a function that calls it with the types at hand",
    page: `A tagged function says by itself what comes in. A generic function may be called by one.

    /** @grad x */
    export function norm<T extends Float32Array | Float64Array>(x: T) { return Math.hypot(x[0], x[1]); }

Mend: \`/** @grad x */ export function normF64(x: Float64Array) { return norm(x); }\`.`,
  },
  ADJ1025: {
    severity: "error",
    kind: "wrong",
    title: "A checkpoint that is misplaced or malformed",
    sentence: "@checkpoint %problem%",
    hint: "write // @checkpoint, or // @checkpoint 20, in a line of its own right before a for, while or do",
    page: `A comment with \`@checkpoint\` right before a loop has its reverse keep a few states of the loop, 20 at most with \`@checkpoint 20\`, and run the
rounds between them again. Without a number they are about as many as the square root of the rounds.

    // @checkpoint a few
    for (let t = 0; t < steps; t++) state = advance(state);

In the JSDoc comment of a function it has the reverse of every call keep what the call was given, and run the function again.

Mend: \`// @checkpoint 20\`.`,
  },
  ADJ1026: {
    severity: "error",
    kind: "wrong",
    title: "A parameter hides a global",
    sentence: "the parameter %name% of %function% hides the %what% that the generated code uses",
    hint: "call the parameter something else",
    page: `The generated function has the parameters of its source, and calls \`Math\`, \`Float64Array\`, \`RangeError\` and other globals.

    /** @grad */
    export function power(Math: number, y: number) { return (1 + Math * Math) ** y; }

Mend: call it \`x\`.`,
  },
  ADJ1027: {
    severity: "warning",
    kind: "wrong",
    title: "A tag that is not read",
    sentence: "@%tag% is not read: %reason%",
    page: `A tag begins a line of a JSDoc comment, and is written in small letters.

    /** The loss of a sample. @grad w */
    export function loss(w: number) { return w * w; }

Mend:

    /**
     * The loss of a sample.
     *
     * @grad w
     */`,
  },
  ADJ1028: {
    severity: "error",
    kind: "wrong",
    title: "A rule of no function",
    sentence: "@%tag% names %name%, which is %what%",
    page: `\`@vjpOf f\` and \`@jvpOf f\` name a function of the module, or one that it imports, as one would call it there.

    /** @vjpOf cube */
    export function squareRule(x: number, seed: number): number { return 2 * x * seed; }

Mend: \`@vjpOf square\`.`,
  },
  ADJ1029: {
    severity: "error",
    kind: "wrong",
    title: "A rule that does not fit its function",
    sentence: "%rule% is no @%tag% of %function%: %what%",
    page: `A rule has the parameters of its function first. For \`@vjpOf\` the seed follows, which is the derivative by what the function gives, and has
its type; what the rule gives is the gradient by each parameter that holds floats: by itself where there is one, else as a tuple in
their order, or as an object with their names, from which those may be left out that have derivative 0. For \`@jvpOf\` a tangent
follows for each parameter that holds floats, in their order, and the rule gives the tangent of the result.

    function f(x: number, w: Float64Array): number { … }
    /** @vjpOf f */
    function fVjp(x: number, w: Float64Array): { x: number; w: Float64Array } { … }

Mend: \`function fVjp(x: number, w: Float64Array, seed: number): { x: number; w: Float64Array }\`.`,
  },
  ADJ1030: {
    severity: "error",
    kind: "wrong",
    title: "Two rules for one function",
    sentence: "%function% has another @%tag% rule already",
    hint: "leave one of the two tags out",
    page: `Of two rules for the same calls none goes before the other. A \`@vjpOf\` and a \`@jvpOf\` of one function are fine: one is for reverse mode, the
other for forward mode.

    /** @vjpOf f */
    function first(x: number, seed: number) { return seed; }
    /** @vjpOf f */
    function second(x: number, seed: number) { return 2 * seed; }

Mend: take one of the tags away.`,
  },
  ADJ1031: {
    severity: "error",
    kind: "wrong",
    title: "A derivative in code that cannot be made",
    sentence: "%marker%(…) cannot be made here: %reason%",
    page: `\`grad(f, "w")\`, \`vjp\`, \`jvp\`, \`hvp\`, \`jacobian\` and \`hessian\`, imported from "adjoint-gen", stand for the function that is generated for \`@grad w\` on
\`f\`. So \`f\` is a function of a module, with types for its parameters, and the names are written out.

    const slope = grad((x: number) => x * scale, "x");

Mend:

    function scaled(x: number, scale: number): number { return x * scale; }
    const slope = grad(scaled, "x");`,
  },
  ...syntaxEntries,
  ADJ1032: {
    severity: "error",
    kind: "wrong",
    title: "A mark of a fixed point that is misplaced",
    sentence: "@fixedpoint %problem%",
    hint: "write // @fixedpoint in a line of its own right before a for, while or do",
    page: `A comment with \`@fixedpoint\` right before a loop says that it converges: that one more round would change nothing. Its derivative is that of the
solution, whatever the way there, and where the loop starts from has no part in it.

    // @fixedpoint 1e-12
    while (Math.abs(x * x - a) > 1e-12) x = 0.5 * (x + a / x);

Mend: \`// @fixedpoint\`.`,
  },
} satisfies Record<string, CatalogEntry>;
