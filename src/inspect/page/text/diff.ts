// Parses unified diffs into lines.

export interface DiffLine {
  kind: "file" | "hunk" | "add" | "delete" | "context" | "note";
  /** The text without the sign. */
  text: string;
  before: number | undefined;
  after: number | undefined;
}

/** Never throws. A line that is not part of a diff is shown unchanged. */
export function parseDiff(diff: string): DiffLine[] {
  const lines = diff.split("\n");
  if (lines.at(-1) === "") lines.pop();
  let before = 0;
  let after = 0;
  /** The remaining lines of the hunk on each side, because a removed line can look like a file header. */
  let left = { before: 0, after: 0 };
  return lines.map((line): DiffLine => {
    const none = { before: undefined, after: undefined };
    if (left.before > 0 || left.after > 0) {
      const sign = line.charAt(0);
      const text = line.slice(1);
      if (sign === "+") {
        left.after -= 1;
        return { kind: "add", text, before: undefined, after: after++ };
      }
      if (sign === "-") {
        left.before -= 1;
        return { kind: "delete", text, before: before++, after: undefined };
      }
      if (sign === "\\") return { kind: "note", text: line, ...none };
      left.before -= 1;
      left.after -= 1;
      return { kind: "context", text, before: before++, after: after++ };
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      before = Number(hunk[1]);
      after = Number(hunk[3]);
      left = { before: Number(hunk[2] ?? 1), after: Number(hunk[4] ?? 1) };
      return { kind: "hunk", text: line, ...none };
    }
    if (/^(?:---|\+\+\+|diff |index |rename |similarity |new file|deleted file)/.test(line)) {
      return { kind: "file", text: line, ...none };
    }
    return { kind: "note", text: line, ...none };
  });
}

export interface FileDiff {
  name: string;
  diff: string;
  lineCount: number;
}

/** Splits git's output by file. */
export function splitDiff(diff: string): FileDiff[] {
  if (diff === "") return [];
  return diff
    .split(/^(?=diff --git )/m)
    .map((part) => ({ name: nameIn(part), diff: part, lineCount: part.split("\n").length }));
}

function nameIn(part: string): string {
  const [header = ""] = part.split("\n", 1);
  const [, after] = /^\+\+\+ (?:b\/)?(.+)$/m.exec(part.slice(0, 4_000)) ?? [];
  if (after !== undefined && after !== "/dev/null") return after;
  // Both names are equal unless the file was renamed.
  const names = header.slice("diff --git a/".length);
  return names.slice(0, (names.length - " b/".length) / 2) || header;
}
