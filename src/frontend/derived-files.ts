/**
 * Derivatives that the source asks for in code, `grad(f, "w")`: each is lowered from the text that would be generated for it, a
 * file of its own that nobody sees. What is said of it is said of the call that asks for it.
 */
import { ts } from "ts-morph";

interface DerivedFile extends ts.SourceFile {
  /** The call that asks for it. */
  derivedFor?: ts.Node;
}

export class DerivedFiles {
  readonly #checkers = new Map<ts.SourceFile, ts.TypeChecker>();

  checkerOf(file: ts.SourceFile): ts.TypeChecker | undefined {
    return this.#checkers.get(file);
  }

  /** The function of that name in the text, a module of JavaScript. */
  functionIn(text: string, name: string, call: ts.Node): ts.FunctionDeclaration | undefined {
    const path = `/derived/${this.#checkers.size}/${name}.js`;
    const file: DerivedFile = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
    const program = ts.createProgram({
      rootNames: [path],
      options: { allowJs: true, noLib: true, noResolve: true, types: [], module: ts.ModuleKind.ESNext, noEmit: true },
      host: hostOf(file),
    });
    file.derivedFor = call;
    this.#checkers.set(file, program.getTypeChecker());
    return file.statements.filter(ts.isFunctionDeclaration).find((each) => each.name?.text === name);
  }
}

/** What is shown for a node: of a derivative the call that asks for it. */
export function shownFor(node: ts.Node): ts.Node {
  let at = node;
  for (let call = derivedFor(at); call !== undefined; call = derivedFor(at)) at = call;
  return at;
}

function derivedFor(node: ts.Node): ts.Node | undefined {
  return (node.getSourceFile() as DerivedFile).derivedFor;
}

function hostOf(file: ts.SourceFile): ts.CompilerHost {
  return {
    fileExists: (path) => path === file.fileName,
    readFile: (path) => (path === file.fileName ? file.text : undefined),
    getSourceFile: (path) => (path === file.fileName ? file : undefined),
    getDefaultLibFileName: () => "lib.d.ts",
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (path) => path,
    getNewLine: () => "\n",
    useCaseSensitiveFileNames: () => true,
    writeFile: () => {},
  };
}
