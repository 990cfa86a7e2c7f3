/**
 * Finds the tags that ask for derivatives, and reads them:
 *
 *     @grad [options] [wrt…]      @vjp [options] [wrt…] [-> outputs…]      @jacobian [options] [wrt…] [-> outputs…]
 *
 * What they mean for the function at hand (is `W1` a parameter?) is settled in requests.ts, once it is lowered.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnostic } from "../diagnostics/diagnostic.ts";
import { withHint } from "../diagnostics/with-hint.ts";
import type { Span } from "../ir/graph.ts";
import type { Mode } from "../ir/signature.ts";
import type { SourceFile } from "ts-morph";
import { commentsOf, type Comment } from "./comments.ts";
import { type Mark, marksOf } from "./marks.ts";
import { placeAt } from "./place.ts";
import { isMode, isTagName, mayHaveTags, rules, tagMeantBy } from "./tag-names.ts";
import { parseTag } from "./tag-syntax.ts";
import { type FunctionSource, describeOwner, functionsOf, ownerOf } from "./tag-owners.ts";

/** A word of a tag, with its place in the comment. */
export interface TagWord {
  readonly text: string;
  readonly span: Span;
}

/** A tag as it stands, not yet held against its function. */
export interface Tag {
  readonly mode: Mode;
  readonly accumulate: boolean;
  /** Matrices in compressed rows. */
  readonly sparse: boolean;
  readonly as: TagWord | undefined;
  /** Empty: everything that holds floats. */
  readonly wrt: readonly TagWord[];
  /** `undefined`: no `->`. */
  readonly outputs: readonly TagWord[] | undefined;
  readonly span: Span;
}

export interface TaggedFunction {
  readonly source: FunctionSource;
  readonly tags: readonly Tag[];
}

export interface FileTags {
  readonly functions: readonly TaggedFunction[];
  /** How many tags the file has, those with errors too. */
  readonly count: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** The tags of a file, in the order in which their functions stand. */
export function readTags(sourceFile: SourceFile): FileTags {
  const { text } = sourceFile.compilerNode;
  if (!mayHaveTags(text)) return { functions: [], count: 0, diagnostics: [] };
  const owners = functionsOf(sourceFile);
  const tagged = new Map<FunctionSource, Tag[]>();
  const diagnostics: Diagnostic[] = [];
  let count = 0;
  for (const comment of commentsOf(sourceFile.compilerNode)) {
    const found = marksOf(text, comment);
    const marks = found.filter(({ name }) => isTagName(name) && !rules.includes(name));
    const unread = comment.kind === "jsdoc" ? unreadTags(sourceFile, comment, found) : [];
    const owner = marks.length + unread.length === 0 ? undefined : ownerOf(owners, sourceFile, comment);
    if (owner !== undefined) diagnostics.push(...unread);
    for (const mark of marks) {
      if (comment.kind === "jsdoc") count++;
      const span = placeAt(sourceFile, mark.start, mark.end);
      const misplaced = placeFault(sourceFile, comment, mark, owner);
      if (misplaced !== undefined) diagnostics.push(misplaced);
      if (misplaced !== undefined || owner === undefined) continue;
      const tags = tagged.get(owner) ?? [];
      tagged.set(owner, tags);
      const parsed = parseTag(sourceFile, mark, isMode(mark.name) ? mark.name : "grad", span);
      diagnostics.push(...parsed.diagnostics);
      if (parsed.tag !== undefined) tags.push(parsed.tag);
    }
  }
  const functions = [...tagged].map(([source, tags]) => ({ source, tags }));
  functions.sort((a, b) => a.source.start - b.source.start);
  return { functions, count, diagnostics };
}

/** What looks like a tag in the comment and is none: in the middle of a line, or with another spelling. */
function unreadTags(sourceFile: SourceFile, comment: Comment, marks: readonly Mark[]): readonly Diagnostic[] {
  const text = sourceFile.compilerNode.text.slice(comment.start, comment.end);
  const starts = new Map(marks.map((mark) => [mark.start, mark] as const));
  return [...text.matchAll(/(?<=[\s*])@(\w+)/g)].flatMap(({ index, 1: name = "" }): readonly Diagnostic[] => {
    const isExample = text.slice(0, index).split("```").length % 2 === 0;
    if (isExample) return [];
    const start = comment.start + index;
    const mark = starts.get(start);
    const span = placeAt(sourceFile, start, start + name.length + 1);
    // Among the words of a tag it is an error.
    const isWord = marks.some((each) => isTagName(each.name) && each.characters.some(({ offset }) => offset === start));
    if (mark === undefined && isTagName(name)) {
      if (isWord) return [];
      const made = diagnostic("ADJ1027", span, { tag: name, reason: "it does not begin a line" });
      return [withHint(made, `let @${name} begin a line of the comment`)];
    }
    const meant = tagMeantBy(name);
    if (meant === undefined) return [];
    const made = diagnostic("ADJ1027", span, { tag: name, reason: "there is no such tag" });
    return [withHint(made, `did you mean @${meant}?`)];
  });
}

/** What is wrong with a tag before its words are read. */
function placeFault(
  sourceFile: SourceFile,
  comment: Comment,
  mark: Mark,
  owner: FunctionSource | undefined,
): Diagnostic | undefined {
  const { name } = mark;
  const span = placeAt(sourceFile, mark.start, mark.start + name.length + 1);
  if (comment.kind !== "jsdoc") {
    return diagnostic("ADJ1002", span, { tag: name, opening: comment.kind === "line" ? "//" : "/*" });
  }
  if (owner === undefined) {
    return diagnostic("ADJ1001", span, { tag: name, what: describeOwner(sourceFile, comment) });
  }
  return undefined;
}
