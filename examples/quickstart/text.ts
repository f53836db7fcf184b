// Text in terminal cells: its width, wrapping, and removal of unsafe characters.
import { stripVTControlCharacters } from "node:util";

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const graphemes = new Intl.Segmenter();

/** The number of cells of the text, without colours. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Lines of at most `width` cells, broken at spaces if possible. Leading spaces are kept. */
export function wrap(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.match(/\s*\S+|\s+$/g) ?? []) {
    if (current === "" || widthOf(current + word) <= width) current += word;
    else {
      lines.push(current.trimEnd());
      current = word.trimStart();
    }
    while (widthOf(current) > width) {
      // Some characters are wider than one cell, but a line must contain at least one.
      const head = cut(current, width) || cut(current, 2);
      lines.push(head);
      current = current.slice(head.length);
    }
  }
  return [...lines, current];
}

/** The beginning of the text in at most `width` cells, with an ellipsis if it was cut. */
export function truncate(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${cut(text, width - 1)}…`;
}

/** Without colours and control characters: the output of a command must not move the cursor. */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll("\t", "  ")
    .replaceAll(/[^\P{Cc}\n]/gu, "");
}

export function duration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
}

function cut(text: string, width: number): string {
  let head = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    head += segment;
  }
  return head;
}
