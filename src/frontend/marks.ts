/**
 * Reads the `@name …` tags of one comment, with the offset in the file of every character, so that a diagnostic can point
 * into the comment. A tag begins a line; what follows belongs to it up to the next tag or an empty line. Lines between
 * triple backquotes are an example, not tags.
 */
import type { Comment } from "./comments.ts";

export interface Mark {
  readonly name: string;
  /** Of the `@`. */
  readonly start: number;
  /** After the last character of the content. */
  readonly end: number;
  readonly characters: readonly MarkCharacter[];
}

/** One character of the content after the name. Line breaks are blanks here. */
export interface MarkCharacter {
  readonly text: string;
  readonly offset: number;
}

export function marksOf(text: string, comment: Comment): readonly Mark[] {
  const marks: { name: string; start: number; end: number; characters: MarkCharacter[] }[] = [];
  let open: (typeof marks)[number] | undefined;
  let isExample = false;
  for (const line of linesOf(text, comment)) {
    if (line.text.startsWith("```")) isExample = !isExample;
    const tag = isExample ? null : /^@([A-Za-z]\w*(?:-\w+)*)/.exec(line.text);
    if (tag !== null) {
      const name = tag[1] ?? "";
      open = { name, start: line.start, end: line.start + tag[0].length, characters: [] };
      marks.push(open);
      append(open, line.text.slice(tag[0].length), line.start + tag[0].length);
    } else if (line.text === "" || isExample) {
      open = undefined;
    } else if (open !== undefined) {
      append(open, line.text, line.start);
    }
  }
  return marks;
}

function append(mark: { end: number; characters: MarkCharacter[] }, text: string, start: number): void {
  for (let k = 0; k < text.length; k++) mark.characters.push({ text: text[k] ?? "", offset: start + k });
  mark.characters.push({ text: " ", offset: start + text.length });
  if (text.trim() !== "") mark.end = start + text.length;
}

/** The lines of a comment without its frame: no slashes, stars or indentation. `start` is the offset of the text. */
function linesOf(text: string, comment: Comment): readonly { readonly text: string; readonly start: number }[] {
  const opening = comment.kind === "jsdoc" ? 3 : 2;
  const closing = comment.kind === "line" || !text.endsWith("*/", comment.end) ? 0 : 2;
  const bodyStart = comment.start + opening;
  const lines: { text: string; start: number }[] = [];
  let start = bodyStart;
  for (const raw of text.slice(bodyStart, comment.end - closing).split("\n")) {
    const frame = (start === bodyStart ? /^[ \t]*/ : /^[ \t]*(\*+[ \t]*)?/).exec(raw)?.[0].length ?? 0;
    lines.push({ text: raw.slice(frame).trimEnd(), start: start + frame });
    start += raw.length + 1;
  }
  return lines;
}
