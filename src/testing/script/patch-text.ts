// Creates the text of an `apply_patch` call from edits of files.
import { ScriptError } from "./script-error.js";

/** One replacement: the whole lines to find, and the whole lines to replace them with. */
export interface LineEdit {
  /** One or more whole lines of the file. If empty, `to` is appended to the file. */
  from: string;
  /** The replacement. If empty, the lines are deleted. */
  to: string;
  /** A line above, such as the head of a function. The search starts below it. */
  below?: string;
}

/** The edit of a file. */
export type FileEdit = { add: string } | { delete: true } | { update: LineEdit | readonly LineEdit[]; moveTo?: string };

/** The edits by path, relative to the working directory. */
export type PatchFiles = Readonly<Record<string, FileEdit>>;

/** The text of a patch for Codex's `apply_patch`. */
export function patchText(files: PatchFiles): string {
  const paths = Object.entries(files);
  if (paths.length === 0) throw new ScriptError("patch(): no file is named. Pass at least one path with its edit.");
  return ["*** Begin Patch", ...paths.flatMap(([path, edit]) => fileLines(path, edit)), "*** End Patch", ""].join("\n");
}

function fileLines(path: string, edit: FileEdit): string[] {
  if (path === "" || path.includes("\n")) throw new ScriptError(`patch(): ${JSON.stringify(path)} is not a path.`);
  if ("add" in edit) return [`*** Add File: ${path}`, ...prefixed("+", edit.add)];
  if ("delete" in edit) return [`*** Delete File: ${path}`];
  if ("update" in edit) return updateLines(path, edit.update, edit.moveTo);
  throw new ScriptError(`patch(): the edit of ${path} must be { add }, { delete: true } or { update }.`);
}

function updateLines(path: string, update: LineEdit | readonly LineEdit[], moveTo: string | undefined): string[] {
  const edits = Array.isArray(update) ? (update as readonly LineEdit[]) : [update as LineEdit];
  if (edits.length === 0) throw new ScriptError(`patch(): the update of ${path} has no edits. Pass at least one.`);
  const move = moveTo === undefined ? [] : [`*** Move to: ${moveTo}`];
  return [`*** Update File: ${path}`, ...move, ...edits.flatMap((edit) => hunkLines(path, edit))];
}

function hunkLines(path: string, { from, to, below }: LineEdit): string[] {
  if (from === to)
    throw new ScriptError(
      `patch(): an edit of ${path} changes nothing: "from" and "to" are both ${JSON.stringify(from)}.`,
    );
  if (from === "" && below !== undefined) {
    throw new ScriptError(
      `patch(): in ${path}, an empty "from" appends the lines to the file, even with "below". To insert lines, include the line before them in both "from" and "to".`,
    );
  }
  const head = below === undefined ? "@@" : `@@ ${below}`;
  return [head, ...prefixed("-", from), ...prefixed("+", to)];
}

/** Each line with its prefix. A final line break ends the last line and does not start another one. */
function prefixed(mark: string, text: string): string[] {
  if (text === "") return [];
  return text
    .replace(/\r?\n$/, "")
    .split("\n")
    .map((line) => mark + line);
}
