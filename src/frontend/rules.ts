/**
 * Rules that the source gives for calls of a function: `@vjpOf f` and `@jvpOf f` on a function of the module. They are looked
 * for in all files that a model is made of, and held against the signature of the function that they name.
 */
import { type SourceFile, ts } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { Span } from "../ir/graph.ts";
import type { FunctionNode } from "./binding.ts";
import { commentsOf } from "./comments.ts";
import { type Mark, marksOf } from "./marks.ts";
import type { Names } from "./names.ts";
import { placeAt } from "./place.ts";
import { ruleFaults } from "./rule-signature.ts";
import { type FunctionSource, functionsOf, ownerOf } from "./tag-owners.ts";

export type RuleMode = "vjpOf" | "jvpOf";

export interface Rule {
  readonly mode: RuleMode;
  /** What the rule is for, as it is named where the rule stands; imports are followed. */
  readonly target: ts.Symbol;
  readonly targetName: string;
  /** What its parameters are called, as far as that is known. */
  readonly targetParameters: readonly string[];
  readonly declaration: FunctionNode;
  /** The name in the tag. */
  readonly span: Span;
}

/** What the lowering of a function knows of rules. */
export interface RuleBook {
  readonly all: readonly Rule[];
  /**
   * How often the rule of a function is attached within itself: a second derivative reads the derivative of the rule, where
   * that calls the function, and no derivative that there is reads further.
   */
  readonly deepest: number;
}

export interface Rules {
  readonly rules: readonly Rule[];
  readonly diagnostics: readonly Diagnostic[];
}

export function readRules(files: readonly SourceFile[], names: Names): Rules {
  const rules: Rule[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    if (!/@(vjpOf|jvpOf)\b/.test(file.compilerNode.text)) continue;
    const owners = functionsOf(file);
    for (const comment of commentsOf(file.compilerNode)) {
      if (comment.kind !== "jsdoc") continue;
      for (const mark of marksOf(file.compilerNode.text, comment)) {
        const owner = isRule(mark.name) ? ownerOf(owners, file, comment) : undefined;
        if (owner === undefined) continue;
        const read = readRule(file, mark, owner, names);
        if ("code" in read) diagnostics.push(read);
        else rules.push(read);
      }
    }
  }
  return { rules: withoutSeconds(rules, diagnostics), diagnostics };
}

export function isRule(name: string): name is RuleMode {
  return name === "vjpOf" || name === "jvpOf";
}

function readRule(file: SourceFile, mark: Mark, owner: FunctionSource, names: Names): Rule | Diagnostic {
  const mode: RuleMode = mark.name === "vjpOf" ? "vjpOf" : "jvpOf";
  const text = mark.characters.map((character) => character.text).join("");
  const [word = ""] = /[^\s,]+/.exec(text) ?? [];
  const span = wordPlace(file, mark, text, word);
  const others = text.trim().slice(word.length).trim();
  if (word === "" || others !== "") {
    const what = word === "" ? `@${mode} wants the name of a function` : `@${mode} is for one function`;
    const hint = word === "" ? `for example @${mode} f` : "descriptions stand above the tags, or after an empty line";
    return withHint(diagnostic("ADJ1006", span, { what }), hint);
  }
  const node = owner.node.compilerNode;
  const checker = names.checkerOf(node);
  const inScope = checker.getSymbolsInScope(node, ts.SymbolFlags.Value | ts.SymbolFlags.Alias);
  const symbol = inScope.find(({ name }) => name === word);
  if (symbol === undefined) {
    const own = inScope.filter((each) => each.declarations?.some((at) => at.getSourceFile() === file.compilerNode));
    const close = nearest(
      word,
      own.map(({ name }) => name).filter((name) => name !== owner.name),
    );
    const made = diagnostic("ADJ1028", span, { tag: mode, name: word, what: "no name that is known here" });
    return withHint(made, close === undefined ? "import the function" : `did you mean ${close}?`);
  }
  const target = names.resolved(symbol);
  const type = checker.getTypeOfSymbolAtLocation(names.ofProject(symbol), node);
  const isOpen = (type.flags & ts.TypeFlags.Any) !== 0;
  if (!isOpen && type.getCallSignatures().length === 0) {
    const made = diagnostic("ADJ1028", span, { tag: mode, name: word, what: "no function" });
    return withHint(made, "name the function whose calls use the rule");
  }
  const fault = isOpen
    ? undefined
    : ruleFaults({ mode, targetName: word, type, node, name: owner.name }, checker, span);
  const targetParameters =
    type
      .getCallSignatures()[0]
      ?.getParameters()
      .map(({ name }) => name) ?? [];
  return fault ?? { mode, target, targetName: word, targetParameters, declaration: node, span };
}

function wordPlace(file: SourceFile, mark: Mark, text: string, word: string): Span {
  const at = text.indexOf(word);
  const first = mark.characters[at];
  if (word === "" || first === undefined) return placeAt(file, mark.start, mark.start + mark.name.length + 1);
  return placeAt(file, first.offset, first.offset + word.length);
}

function withoutSeconds(rules: readonly Rule[], diagnostics: Diagnostic[]): readonly Rule[] {
  return rules.filter((rule, k) => {
    const before = rules.slice(0, k).find(({ mode, target }) => mode === rule.mode && target === rule.target);
    if (before === undefined) return true;
    const notes = [{ message: "the other one", span: before.span }];
    diagnostics.push(diagnostic("ADJ1030", rule.span, { function: rule.targetName, tag: rule.mode }, notes));
    return false;
  });
}
