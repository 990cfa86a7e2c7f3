/** Imports from packages: each way in which one exports its functions, in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openProject } from "../../src/frontend/project.ts";
import { readModel } from "../../src/frontend/read-model.ts";
import { evaluate } from "../../src/ir/evaluate.ts";

const folder = mkdtempSync(join(tmpdir(), "packages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = (fields: Readonly<Record<string, unknown>>) => JSON.stringify({ version: "1.0.0", ...fields });
const files: Readonly<Record<string, string>> = {
  "node_modules/modern/package.json": manifest({
    name: "modern",
    type: "module",
    exports: { ".": { types: "./index.d.ts", default: "./index.js" }, "./more": "./more.js" },
  }),
  "node_modules/modern/index.d.ts":
    "export declare function cube(x: number): number;\nexport declare const table: number[];\n",
  "node_modules/modern/index.js": 'export { cube } from "./more.js";\nexport const table = [1, 2, 4];\n',
  "node_modules/modern/more.js": "export function cube(x) { return x * x * x; }\nexport default (x) => 2 * x;\n",
  "node_modules/old/package.json": manifest({ name: "old", main: "lib/index" }),
  "node_modules/old/lib/index.js":
    'var square = require("./square");\nexports.twice = exports.double = function (x) { return x + x; };\n' +
    "exports.fourth = fourth;\nfunction fourth(x) { return square(square(x)); }\n",
  "node_modules/old/lib/square.js": "module.exports = function (x) { return x * x; };\n",
  "node_modules/whole/package.json": manifest({ name: "whole" }),
  "node_modules/whole/index.js": "module.exports = { half: require('modern-needs').half, third: (x) => x / 3 };\n",
  "node_modules/recursive/package.json": manifest({ name: "recursive" }),
  "node_modules/recursive/index.js":
    "var c = [1, 2];\nmodule.exports = function power(x) { return x > c[1] ? c[1] * power(x - 1) : c[0] + x; };\n" +
    "function factory(k) {\n  function one(x) { return x > k ? other(x - 1) : x; }\n" +
    "  function other(x) { return x > 1 ? k * one(x / 2) : x + k; }\n  return one;\n}\n" +
    "module.exports.turns = factory(2);\n",
  "node_modules/methods/package.json": manifest({ name: "methods" }),
  "node_modules/methods/index.js":
    "function createClass(maker, list) {\n  for (var i = 0; i < list.length; i++) {\n" +
    "    Object.defineProperty(maker.prototype, list[i].key, list[i]);\n  }\n}\n" +
    "var Filter = (function () {\n  function Filter(gain) { this.gain = gain; }\n" +
    "  createClass(Filter, [\n    { key: 'run', value: function run(x) { return this.gain * x + this.twice; } },\n" +
    "    { key: 'twice', get: function () { return 2 * this.gain; } },\n  ]);\n  return Filter;\n})();\n" +
    "class Base { scale(x) { return this.kind * x; } }\nBase.prototype.kind = 3;\n" +
    "Base.prototype.stretch = Base.prototype.scale;\nclass Own extends Base { constructor(k) { super(); this.k = k; } }\n" +
    "Own.unit = 5;\nexports.Filter = Filter;\nexports.Own = Own;\n",
  "node_modules/bundle/package.json": manifest({ name: "bundle" }),
  "node_modules/bundle/index.js":
    "(function (root, factory) {\n  if (typeof exports === 'object' && typeof module === 'object') module.exports = factory();\n" +
    "  else root.bundle = factory();\n})(this, function () {\n  return (function (parts) {\n    var made = {};\n" +
    "    function load(k) {\n      var module = (made[k] = { exports: {} });\n      parts[k](module, module.exports, load);\n" +
    "      return module.exports;\n    }\n    return load(0);\n  })([\n" +
    "    function (module, exports, load) { module.exports = load(1); module.exports.double = function (x) { return 2 * x; }; },\n" +
    "    function (module, exports) { var Other = {}; module.exports = Other; Other.half = function (x) { return x / 2; }; },\n" +
    "  ]);\n});\n",
  "node_modules/modern-needs/package.json": manifest({ name: "modern-needs", main: "old.js", module: "new.js" }),
  "node_modules/modern-needs/old.js": "exports.half = (x) => { throw new Error('the old one'); };\n",
  "node_modules/modern-needs/new.js": "export const half = (x) => x / 2;\n",
  "node_modules/compiled/package.json": manifest({ name: "compiled" }),
  "node_modules/compiled/index.js":
    '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.shifted = void 0;\n' +
    'Object.defineProperty(exports, "shift", { enumerable: true, get: function () { return shift_1.default; } });\n' +
    'var shift_1 = __importDefault(require("./shift"));\n' +
    "function __importDefault(mod) { return mod && mod.__esModule ? mod : { default: mod }; }\n" +
    "const shifted = (x) => (0, shift_1.default)(x) + 1;\nexports.shifted = shifted;\n",
  "node_modules/compiled/shift.js":
    '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.default = shift;\n' +
    "function shift(x) { return x + 10; }\n",
  "node_modules/silent/package.json": manifest({ name: "silent", types: "index.d.ts" }),
  "node_modules/silent/index.d.ts": "export declare function secret(x: number): number;\n",
  "node_modules/prototypes/package.json": manifest({ name: "prototypes" }),
  "node_modules/prototypes/index.js":
    "function Vec(x, y) { if (!(this instanceof Vec)) return new Vec(x, y); this.x = x; this.y = y; }\n" +
    "Vec.prototype.add = function (o) { return Vec(this.x + o.x, this.y + o.y); };\n" +
    "Vec.prototype.grow = Vec.prototype.scale = function (k) { this.x *= k; this.y *= k; return this; };\n" +
    "Vec.prototype.size = 2;\nVec.dot = function (a, b) { return a.x * b.x + a.y * b.y; };\n" +
    "var proto = Vec.prototype;\nproto.norm = function () { return Vec.dot(this, this); };\n" +
    "function Far(x) { Vec.call(this, x, 1); this.z = 10; }\nFar.prototype = Object.create(Vec.prototype);\n" +
    "Far.prototype.norm = function () { return Vec.prototype.norm.call(this) + this.z; };\n" +
    "function Line(c) { this.c = c; }\nLine.prototype = { constructor: Line, at(x) { return this.c[0] + this.c[1] * x; } };\n" +
    "Object.assign(Line.prototype, { twice: function (x) { return 2 * this.at(x); } });\n" +
    "exports.Vec = Vec;\nexports.Far = Far;\nexports.Line = Line;\n",
  "node_modules/state/package.json": manifest({ name: "state" }),
  "node_modules/state/index.js":
    "var Vector = { add: function (a, b) { return a + b; }, set: function (a) { return Vector.add(a, 1); }, unit: 2 };\n" +
    "var counter = { n: 1, rate: { each: 3 }, tick: function () { this.n++; }, fill: function () { touch(this.rate); },\n" +
    "  read: function () { var n = this.n, r = this.rate; return n * r.each; } };\n" +
    "function touch(o) { var other = o; other.each = 4; }\nfunction Meter() { this.k = 2; }\n" +
    "Meter.prototype.step = function () { this.up(); };\nMeter.prototype.up = function () { this.k += 1; };\n" +
    "Meter.prototype.show = function () { return this.k; };\nvar meters = [new Meter()];\n" +
    "var rows = [[1, 2], [3, 4]];\nfunction clear(all) { for (const row of all) row[0] = 0; }\n" +
    "function trace(all) { var first = all[0]; return first[0] + all[1][1]; }\n" +
    "exports.shifted = function (x) { return Vector.add(x, Vector.unit) + Vector.set(x); };\n" +
    "exports.look = function (x) { return x * counter.read() * meters[0].show() * trace(rows); };\n" +
    "exports.tick = function () { counter.tick(); };\nexports.fill = function () { var c = counter; c.fill(); };\n" +
    "exports.step = function (k) { meters[k].step(); };\nexports.wipe = function () { clear(rows); };\n",
  "node_modules/channels/package.json": manifest({ name: "channels" }),
  "node_modules/channels/index.js":
    "exports.distance = function (a, b) {\n  return ['l', 'alpha'].reduce(function (sum, k) {\n" +
    "    var d = a[k] - b[k];\n    return sum + (isNaN(d) ? 1 : d * d);\n  }, 0);\n};\n",
  "lib.ts": 'export { cube as third } from "modern";\n',
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

let count = 0;
/** Reads `f`, the body of which is an expression of x. */
function read(imports: string, expression: string) {
  const path = join(folder, `model${count++}.ts`);
  writeFileSync(path, `${imports}\n/** @grad */\nexport function f(x: number): number {\n  return ${expression};\n}\n`);
  return readModel(openProject({ files: [path] }), path);
}

function valueAt(imports: string, expression: string, x: number): unknown {
  const { functions, diagnostics } = read(imports, expression);
  expect(diagnostics).toEqual([]);
  return evaluate(functions[0]!.graph, [x]).returned;
}

describe("a function of a package", () => {
  test.each([
    ["by name", 'import { cube } from "modern";', "cube(x)", 27],
    ["of a namespace", 'import * as modern from "modern";', "modern.cube(x) + modern.table[2]", 31],
    ["as the default of a part", 'import twice, { cube } from "modern/more";', "twice(cube(x))", 54],
    ["through a file of the project", 'import { third } from "./lib.ts";', "third(x)", 27],
    ["exported one by one", 'import { twice, fourth } from "old";', "twice(x) + fourth(x)", 87],
    ["as the default of an old module", 'import old from "old";', "old.double(x)", 6],
    ["exported as a whole, from another package", 'import whole from "whole";', "whole.half(x) + whole.third(x)", 2.5],
    ["that calls itself by the name of its expression", 'import power from "recursive";', "power(2 * x)", 48],
    ["that a factory made, and that call each other", 'import { turns } from "recursive";', "turns(2 * x)", 3],
    ["with methods that a helper defines", 'import { Filter } from "methods";', "new Filter(x).run(2)", 12],
    [
      "that a class gets later",
      'import { Own } from "methods";',
      "new Own(x).stretch(x) + Own.unit * new Own(x).k",
      24,
    ],
    ["in a part of a bundle", 'import bundle from "bundle";', "bundle.double(x) + bundle.half(x)", 7.5],
    ["compiled from a module", 'import { shift, shifted } from "compiled";', "shift(x) + 100 * shifted(x)", 1413],
    ["that makes objects", 'import { Vec } from "prototypes";', "new Vec(x, 1).add(Vec(1, x)).grow(2).norm()", 128],
    [
      "with members of its own",
      'import { Vec } from "prototypes";',
      "Vec.dot(new Vec(x, 1), new Vec(1, x)) * Vec(1, 1).size",
      12,
    ],
    ["that takes over a prototype", 'import { Far } from "prototypes";', "new Far(x).scale(2).norm()", 50],
    ["whose object has methods that are called as those of a set", 'import { shifted } from "state";', "shifted(x)", 9],
    ["that computes with what is not there", 'import { distance } from "channels";', "distance({ l: x }, { l: 1 })", 5],
    ["whose objects nothing changes", 'import { look } from "state";', "look(x)", 90],
    ["with a prototype of its own", 'import { Line } from "prototypes";', "new Line([x, 2]).twice(x)", 18],
  ])("is read %s", (_, imports, expression, value) => {
    expect(valueAt(imports, expression, 3)).toBe(value);
  });

  test("counts as a source of the output", () => {
    const { consulted } = read('import { cube } from "modern";', "cube(x)");
    const ofPackages = consulted.map(({ path }) => path.split("/node_modules/")[1] ?? "");
    expect(ofPackages).toEqual(["", "modern/index.js", "modern/more.js"]);
  });

  test.each([
    ["tick", "a method"],
    ["fill", "a method that hands a part on"],
    ["step", "a method that another one calls"],
    ["wipe", "a loop over rows"],
  ])("that reads what %s changes by %s is refused", (name) => {
    const { diagnostics } = read(`import { look, ${name} } from "state";\nexport const other = ${name};`, "look(x)");
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["ADJ2006"]));
  });

  test("without source is refused where an active value flows into it", () => {
    const { diagnostics } = read('import { secret } from "silent";', "secret(x)");
    expect(diagnostics.map(({ code }) => code)).toEqual(["ADJ2001"]);
  });
});
