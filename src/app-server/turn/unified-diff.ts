// Codex reports the content of added and deleted files and the hunks of updated files. Converts them to unified diffs.
import path from "node:path";
import type { FileUpdateChange as ProtocolChange } from "../protocol/v2/FileUpdateChange.js";

/** The change as a unified diff with `---` and `+++` headers. Paths below `cwd` are relative to it. */
export function toUnifiedDiff(change: ProtocolChange, cwd: string | undefined): string {
  const before = shownPath(change.path, cwd);
  switch (change.kind.type) {
    case "add":
      return `--- /dev/null\n+++ b/${before}\n${wholeFile(change.diff, "+")}`;
    case "delete":
      return `--- a/${before}\n+++ /dev/null\n${wholeFile(change.diff, "-")}`;
    case "update": {
      const moved = change.kind.move_path;
      const after = moved === null ? before : shownPath(moved, cwd);
      // After the hunks of a moved file, Codex writes a note for people.
      const note = `\n\nMoved to: ${moved}`;
      const hunks = moved !== null && change.diff.endsWith(note) ? change.diff.slice(0, -note.length) : change.diff;
      return `--- a/${before}\n+++ b/${after}\n${hunks}`;
    }
  }
}

function wholeFile(content: string, sign: "+" | "-"): string {
  if (content === "") return "";
  const endsWithNewline = content.endsWith("\n");
  const lines = (endsWithNewline ? content.slice(0, -1) : content).split("\n");
  const range = lines.length === 1 ? "1" : `1,${lines.length}`;
  const header = sign === "+" ? `@@ -0,0 +${range} @@` : `@@ -${range} +0,0 @@`;
  const body = lines.map((line) => `${sign}${line}\n`).join("");
  return `${header}\n${body}${endsWithNewline ? "" : "\\ No newline at end of file\n"}`;
}

function shownPath(file: string, cwd: string | undefined): string {
  const relative = cwd === undefined ? file : path.relative(cwd, file);
  const inside = relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
  return (inside ? relative : file.replace(/^\/+/, "")).split(path.sep).join("/");
}
