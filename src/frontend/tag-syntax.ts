import type { SourceFile } from "ts-morph";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import type { DiagnosticCode } from "../diagnostics/catalog.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { Span } from "../ir/graph.ts";
import type { Mode } from "../ir/signature.ts";
import type { Mark, MarkCharacter } from "./marks.ts";
import { placeAt } from "./place.ts";
import { accumulates, givesMatrices, takesOutputs } from "./tag-names.ts";
import type { Tag, TagWord } from "./tags.ts";

export interface ParsedTag {
  /** `undefined` where the tag has an error. */
  readonly tag: Tag | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

interface Token {
  readonly kind: "word" | "arrow" | "options" | "other";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reads what follows the name of a tag. */
export function parseTag(sourceFile: SourceFile, mark: Mark, mode: Mode, span: Span): ParsedTag {
  const diagnostics: Diagnostic[] = [];
  const wrt: TagWord[] = [];
  let outputs: TagWord[] | undefined;
  let accumulate = false;
  let sparse = false;
  let hasOptions = false;
  const [mayAccumulate, mayBeSparse] = [accumulates(mode), givesMatrices(mode)];
  let as: TagWord | undefined;

  const placeOfToken = (token: { readonly start: number; readonly end: number }) =>
    placeAt(sourceFile, token.start, token.end);
  const report = (code: DiagnosticCode, token: Token, values: Record<string, string>, hint?: string): void => {
    const made = diagnostic(code, placeOfToken(token), values);
    diagnostics.push(hint === undefined ? made : withHint(made, hint));
  };
  const readOption = (option: Token): void => {
    const [key = "", value] = option.text.split(":").map((part) => part.trim());
    const isSaid = value === undefined && ((key === "accumulate" && accumulate) || (key === "sparse" && sparse));
    if (isSaid) report("ADJ1006", option, { what: `${key} is said twice` }, "leave one out");
    else if (key === "accumulate" && value === undefined && mayAccumulate) accumulate = true;
    else if (key === "sparse" && value === undefined && mayBeSparse) sparse = true;
    else if (key === "as" && value !== undefined && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(value)) {
      if (as !== undefined) report("ADJ1006", option, { what: "a function has one name" }, "leave one {as: …} out");
      as = { text: value, span: placeAt(sourceFile, option.end - value.length, option.end) };
    } else if (key === "as") {
      report("ADJ1006", option, { what: "{as: …} wants a name of a function" }, "for example {as: lossGradient}");
    } else {
      const flags = [...(mayAccumulate ? ["accumulate"] : []), ...(mayBeSparse ? ["sparse"] : [])];
      const close = flags.includes(key) ? undefined : nearest(key, [...flags, "as"]);
      const options =
        flags.length > 0
          ? `the options are ${flags.map((flag) => `{${flag}}`).join(", ")} and {as: name}`
          : "the option is {as: name}";
      const hint = close === undefined ? options : `did you mean {${close === "as" ? "as: name" : close}}?`;
      report("ADJ1004", option, { option: option.text, tag: mode }, hint);
    }
  };

  for (const token of tokensOf(mark.characters)) {
    if (token.kind === "word") {
      (outputs ?? wrt).push({ text: token.text, span: placeOfToken(token) });
    } else if (token.kind === "arrow") {
      if (!takesOutputs(mode)) report("ADJ1017", token, { tag: mode });
      else if (outputs !== undefined)
        report("ADJ1006", token, { what: "a tag has one ->" }, "part the outputs by commas");
      outputs = outputs ?? [];
    } else if (token.kind === "options") {
      if (!token.text.endsWith("}")) {
        report("ADJ1006", token, { what: "the options of this tag have no closing }" }, "for example {accumulate}");
      } else if (wrt.length > 0 || outputs !== undefined) {
        report("ADJ1006", token, { what: "options come first" }, `write @${mode} ${token.text} and then the names`);
      } else if (hasOptions) {
        report("ADJ1006", token, { what: "the options of a tag stand in one pair of braces" }, "part them by commas");
      } else {
        hasOptions = true;
        optionsOf(token).forEach(readOption);
      }
    } else {
      report("ADJ1006", token, { what: `${token.text} cannot stand in a tag` }, hintFor(token.text));
    }
  }
  if (outputs !== undefined && outputs.length === 0 && takesOutputs(mode)) {
    diagnostics.push(
      withHint(diagnostic("ADJ1006", span, { what: "no output follows ->" }), "name one, or leave -> out"),
    );
  }
  return {
    tag: diagnostics.length > 0 ? undefined : { mode, accumulate, sparse, as, wrt, outputs, span },
    diagnostics,
  };
}

function hintFor(text: string): string {
  const index = /^([\w$.]+)\[(\w+)\]$/.exec(text);
  if (text.startsWith("@")) return `let ${text} begin a line of the comment`;
  if (index !== null) return `a member is written with a dot: ${index[1]}.${index[2]}`;
  return "names are parted by blanks or commas; descriptions stand above the tags, or after an empty line";
}

/** Words, `->`, `{…}`, and whatever else stands there up to the next blank or comma. */
function tokensOf(characters: readonly MarkCharacter[]): readonly Token[] {
  const text = characters.map((character) => character.text).join("");
  const pattern =
    /(?<options>\{[^{}]*\}?)|(?<arrow>->)|(?<word>[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Continue}$]+)*(?=[\s,{]|->|$))|(?<other>(?:(?!->)[^\s,{])+|[^\s,])|[\s,]+/gu;
  const tokens: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const { options, arrow, word, other } = match.groups ?? {};
    const kind =
      options !== undefined ? "options" : arrow !== undefined ? "arrow" : word !== undefined ? "word" : "other";
    if ((options ?? arrow ?? word ?? other) !== undefined)
      tokens.push(tokenAt(characters, kind, match[0], match.index));
  }
  return tokens;
}

function tokenAt(characters: readonly MarkCharacter[], kind: Token["kind"], text: string, index: number): Token {
  const trimmed = text.trimEnd();
  const start = characters[index]?.offset ?? 0;
  return { kind, text: trimmed, start, end: (characters[index + trimmed.length - 1]?.offset ?? start) + 1 };
}

/** The parts between the commas of `{accumulate, as: name}`, each with its place. */
function optionsOf(token: Token): readonly Token[] {
  const options: Token[] = [];
  let at = token.start + 1;
  for (const part of token.text.slice(1, -1).split(",")) {
    const text = part.trim();
    const start = at + part.length - part.trimStart().length;
    options.push({ kind: "other", text, start, end: start + text.length });
    at += part.length + 1;
  }
  return options;
}
