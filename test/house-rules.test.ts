/** What reviewers would otherwise have to say again and again. Each rule names every place that breaks it. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { catalog } from "../src/diagnostics/catalog.ts";
import { operationTable } from "../src/operations/table.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly string[];
}

const folders = ["src", "transforms", "test", "scripts", "examples"];
const sources = folders.flatMap((folder) => filesBelow(join(root, folder))).map(readSource);
const product = sources.filter(({ path }) => /^(src|transforms)\//.test(path));

describe("imports", () => {
  it("transforms import the graph, the operations and the diagnostics alone", () => {
    const broken = importsOf("transforms/").filter(
      ({ target }) => !/^(transforms|src\/ir|src\/operations|src\/diagnostics)\//.test(target),
    );
    expect(broken).toEqual([]);
  });

  it("the pipeline alone runs transforms; the back end asks analyses", () => {
    const broken = importsOf("src/").filter(({ from, target }) => {
      if (!target.startsWith("transforms/") || from === "src/pipeline.ts") return false;
      return (
        target !== "transforms/pass.ts" &&
        !(from.startsWith("src/backend/") && target.startsWith("transforms/analyze/"))
      );
    });
    expect(broken).toEqual([]);
  });

  it("nothing below imports what stands above it", () => {
    const allowed: Readonly<Record<string, readonly string[]>> = {
      "src/diagnostics/": ["src/diagnostics/", "src/ir/graph.ts", "src/version.ts"],
      "src/operations/": ["src/operations/", "src/diagnostics/"],
      "src/ir/": ["src/ir/", "src/operations/", "src/diagnostics/"],
      "src/frontend/": ["src/frontend/", "src/ir/", "src/operations/", "src/diagnostics/"],
      "src/backend/": ["src/backend/", "src/ir/", "src/operations/", "src/diagnostics/", "transforms/"],
    };
    const broken = Object.entries(allowed).flatMap(([folder, targets]) =>
      importsOf(folder).filter(
        ({ target }) => !isPackage(target) && !targets.some((start) => target.startsWith(start)),
      ),
    );
    expect(broken).toEqual([]);
  });

  it("heavy packages are imported where they are used and nowhere else", () => {
    const homes: Readonly<Record<string, RegExp>> = {
      "ts-morph": /^src\/frontend\//,
      typescript: /^$/,
      prettier: /^src\/format\.ts$/,
      commander: /^src\/cli\//,
    };
    const broken = importsOf("src/").filter(({ from, target }) => homes[target]?.test(from) === false);
    expect(broken).toEqual([]);
  });

  it("files are imported with their extension", () => {
    const broken = importsOf("").filter(
      ({ specifier }) => /^\.{1,2}\//.test(specifier) && !/\.(ts|json)$/.test(specifier),
    );
    expect(broken).toEqual([]);
  });
});

describe("files", () => {
  it("are named in kebab-case", () => {
    const broken = sources.filter(({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|grad|d))*\.ts$/.test(basename(path)));
    expect(broken.map(({ path }) => path)).toEqual([]);
  });

  it("have at most 500 lines", () => {
    const broken = sources.filter(({ path, text }) => !path.endsWith(".grad.ts") && text.split("\n").length > 501);
    expect(broken.map(({ path }) => path)).toEqual([]);
  });

  it("are no barrels, and no drawers for this and that", () => {
    const broken = sources.filter(({ path }) => {
      return (
        /^(utils?|helpers?|misc|common)\.ts$/.test(basename(path)) ||
        (/index\.ts$/.test(path) && path !== "src/index.ts")
      );
    });
    expect(broken.map(({ path }) => path)).toEqual([]);
  });

  it("of a folder of passes export a function of their name, or none that another file of that name should hold", () => {
    const passes = product.filter(({ path }) => /^transforms\/(normalize|optimize)\//.test(path));
    const broken = passes.filter(({ path, tree }) => {
      const name = basename(path, ".ts").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const exported = tree.statements.filter(ts.isFunctionDeclaration).filter(isExported);
      const passLike = exported.filter(({ parameters, type }) => {
        return parameters.length === 1 && parameters[0]?.type?.getText() === "Graph" && type?.getText() === "Graph";
      });
      return passLike.length > 1 || (passLike.length === 1 && passLike[0]?.name?.text !== name);
    });
    expect(broken.map(({ path }) => path)).toEqual([]);
  });
});

describe("code", () => {
  it("has no any", () => {
    expect(placesOf(sources, (node) => node.kind === ts.SyntaxKind.AnyKeyword)).toEqual([]);
  });

  it("has no default exports", () => {
    const broken = placesOf(sources, (node) => {
      if (ts.isExportAssignment(node)) return true;
      return (
        ts.canHaveModifiers(node) &&
        (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
      );
    });
    expect(broken).toEqual([]);
  });

  it("has no module-level let or var", () => {
    const broken = placesOf(product, (node) => {
      return (
        ts.isVariableStatement(node) &&
        ts.isSourceFile(node.parent) &&
        (node.declarationList.flags & ts.NodeFlags.Const) === 0
      );
    });
    expect(broken).toEqual([]);
  });

  it("keeps no module-level collection that can grow", () => {
    const broken = placesOf(product, (node) => {
      if (!ts.isVariableStatement(node) || !ts.isSourceFile(node.parent)) return false;
      return node.declarationList.declarations.some(({ initializer, type }) => {
        if (initializer === undefined || !ts.isNewExpression(initializer)) return false;
        const startsEmpty =
          (initializer.arguments?.length ?? 0) === 0 && /^(Weak)?(Map|Set)\b|^$/.test(type?.getText() ?? "");
        return startsEmpty && /^(Weak)?(Map|Set)$/.test(initializer.expression.getText());
      });
    });
    expect(broken).toEqual([]);
  });

  it("leaves no switch over a kind open: it has a default, or every case returns", () => {
    const broken = placesOf(product, (node) => {
      if (!ts.isSwitchStatement(node) || !/\.kind$/.test(node.expression.getText())) return false;
      const { clauses } = node.caseBlock;
      return !clauses.some(ts.isDefaultClause) && !clauses.every(({ statements }) => returns(statements));
    });
    expect(broken).toEqual([]);
  });

  it("reads no clock and draws no random numbers", () => {
    const timed = product.filter(({ path }) => !/^src\/(cli\/|pipeline\.ts|compiler\.ts)/.test(path));
    const broken = placesOf(timed, (node) => {
      if (ts.isNewExpression(node)) return node.expression.getText() === "Date" && !node.arguments?.length;
      return ts.isCallExpression(node) && /^(Date\.now|performance\.now|Math\.random)$/.test(node.expression.getText());
    });
    expect(broken).toEqual([]);
  });

  it("talks to the console in the command line alone", () => {
    const silent = product.filter(({ path }) => !path.startsWith("src/cli/"));
    const broken = placesOf(
      silent,
      (node) => ts.isPropertyAccessExpression(node) && node.expression.getText() === "console",
    );
    expect(broken).toEqual([]);
  });

  it("switches no check of TypeScript off, and leaves nothing to do", () => {
    const pattern = new RegExp(
      ["@ts-(ignore|nocheck|expect-error)", `\\b(${["TO", "FIX"].join("DO|")}ME)\\b`].join("|"),
    );
    const broken = sources.filter(({ path, text }) => path !== "test/house-rules.test.ts" && pattern.test(text));
    expect(broken.map(({ path }) => path)).toEqual([]);
  });

  it("skips no test, and runs none alone", () => {
    const tests = sources.filter(({ path }) => path.endsWith(".test.ts"));
    const broken = placesOf(tests, (node) => {
      return ts.isPropertyAccessExpression(node) && /^(it|test|describe)\.(skip|only|todo|fails)$/.test(node.getText());
    });
    expect(broken).toEqual([]);
  });
});

describe("tables", () => {
  it("every diagnostic has a code, a sentence and a page", () => {
    for (const [code, entry] of Object.entries(catalog)) {
      expect(code).toMatch(/^ADJ\d{4}$/);
      expect(entry.sentence, code).not.toBe("");
      expect(entry.sentence, code).not.toMatch(/\.$/);
      expect(entry.page.length, code).toBeGreaterThan(40);
    }
  });

  it("every refused fixture is named for a code of the catalogue", () => {
    const cases = readdirSync(join(root, "fixtures/refused"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const codes = new Set<string>(Object.keys(catalog));
    expect(cases.map(({ name }) => name).filter((name) => !codes.has(name.slice(0, 7)))).toEqual([]);
  });

  it("every operation has samples for all its operands", () => {
    for (const [name, { arity, samples }] of Object.entries(operationTable)) {
      expect(samples.length, name).toBeGreaterThan(0);
      if (arity !== "variadic") expect(new Set(samples.map(({ length }) => length)), name).toEqual(new Set([arity]));
    }
  });
});

describe("the repository", () => {
  it("names no folder of one machine and no host of one registry", () => {
    const lock = readFileSync(join(root, "package-lock.json"), "utf8");
    const hosts = [...lock.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map(([, host]) => host);
    expect(hosts.filter((host) => host !== "registry.npmjs.org")).toEqual([]);
    const pattern = new RegExp(["(?<![\\w.])/(work", "home/\\w+", "root", "tmp/\\w+", "Users/\\w+)/"].join("|"));
    const texts = [...sources.filter(({ path }) => path !== "test/house-rules.test.ts"), ...documents()];
    expect(texts.filter(({ text }) => pattern.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

/** Falls through, or ends in a `return` or `throw`; the compiler then sees to it that no case is missing. */
function returns(statements: readonly ts.Statement[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return true;
  if (ts.isBlock(last)) return returns(last.statements);
  if (ts.isIfStatement(last))
    return last.elseStatement !== undefined && returns([last.thenStatement]) && returns([last.elseStatement]);
  return ts.isReturnStatement(last) || ts.isThrowStatement(last);
}

function documents(): readonly { readonly path: string; readonly text: string }[] {
  const names = readdirSync(root).filter((name) => /\.(md|json|ts)$|^\.(npmrc|gitignore)$/.test(name));
  return names.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function readSource(file: string): Source {
  const path = relative(root, file).replaceAll("\\", "/");
  const text = readFileSync(file, "utf8");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  return {
    path,
    text,
    tree,
    imports: ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
  };
}

function importsOf(folder: string) {
  const importing = sources.filter(({ path }) => path.startsWith(folder));
  return importing.flatMap(({ path, imports }) =>
    imports.map((specifier) => {
      const target = specifier.startsWith(".") ? join(path, "..", specifier).replaceAll("\\", "/") : specifier;
      return { from: path, specifier, target };
    }),
  );
}

function isPackage(target: string): boolean {
  return !/^(src|transforms|test|scripts|examples|fixtures)\//.test(target);
}

function isExported(node: ts.FunctionDeclaration): boolean {
  return (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function placesOf(among: readonly Source[], isBroken: (node: ts.Node) => boolean): readonly string[] {
  const places: string[] = [];
  for (const { path, tree } of among) {
    const visit = (node: ts.Node): void => {
      if (isBroken(node)) places.push(`${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`);
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return places;
}
