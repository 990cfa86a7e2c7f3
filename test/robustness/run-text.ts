/** Runs a model from its text, with the files that it imports, and ends what does not end. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import ts from "typescript";
import type { Exports } from "../harness/execute.ts";

/** The exports of the file at `path`, if this were its text. `change` is done to every text: it makes all floats doubles. */
export function runText(path: string, text: string, change: (text: string) => string = (same) => same): Exports {
  const packages = createRequire(path);
  const loaded = new Map<string, object>();
  const load = (at: string, source: string): object => {
    const exports = {};
    loaded.set(at, exports);
    const { outputText } = ts.transpileModule(change(source), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
    });
    const require = (specifier: string): unknown => {
      if (!specifier.startsWith(".")) return packages(specifier);
      const file = join(dirname(at), specifier.replace(/\.js$/, ".ts"));
      const found = [file, `${file}.ts`, join(file, "index.ts")].find((each) => /\.ts$/.test(each) && existsSync(each));
      if (found === undefined) throw new Error(`no file ${specifier}`);
      return loaded.get(found) ?? load(found, readFileSync(found, "utf8"));
    };
    within(1000, () => new Function("exports", "require", `"use strict";\n${outputText}`)(exports, require));
    return exports;
  };
  return load(path, text) as Exports;
}

/** Where every Float32Array is a Float64Array, differences can be taken. */
export function inDoubles(text: string): string {
  return text.replaceAll("Float32Array", "Float64Array").replaceAll("Math.fround(", "Number(");
}

export class TimeOut extends Error {}

/** What `run` gives; throws where it takes longer. */
export function within<T>(milliseconds: number, run: () => T): T {
  const place = globalThis as { runWithin?: (() => T) | undefined };
  const before = place.runWithin;
  place.runWithin = run;
  try {
    return new Script("runWithin()").runInThisContext({ timeout: milliseconds }) as T;
  } catch (error) {
    const isTimeOut = error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
    throw isTimeOut ? new TimeOut("it does not end") : error;
  } finally {
    place.runWithin = before;
  }
}
