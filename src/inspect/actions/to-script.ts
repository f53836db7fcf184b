// "Save as test": converts a recorded turn to a program for the scripted model.
import nodePath from "node:path";
import type { ThreadItem, TurnRecord } from "../../index.js";
import { parseDiff } from "../page/text/diff.js";
import type { DiffLine } from "../page/text/diff.js";

/**
 * The source of a module with the `script` of the turn for `ScriptedModel.start`. Paths in `workingDirectory` become
 * relative, so that the script also works in a copy of the directory.
 */
export function turnToScript(turn: Pick<TurnRecord, "items" | "input">, workingDirectory: string): string {
  const used = new Set<string>();
  const steps: string[][] = [];
  let open: string[] = [];
  for (const item of turn.items) {
    const call = toCall(item, used, (path) => relativeTo(workingDirectory, path));
    if (call === undefined) continue;
    open.push(call.code);
    if (!call.endsResponse) continue;
    // Codex sends the result of a call to the model, which then sends its next response.
    steps.push(open);
    open = [];
  }
  if (open.length > 0) steps.push(open);
  const prompt = turn.input.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  const names = [...used].toSorted((a, b) => a.localeCompare(b));
  const body = steps.map((parts) =>
    parts.length === 1 ? `  ${parts[0]},` : `  [\n    ${parts.join(",\n    ")},\n  ],`,
  );
  return [
    "// A recorded turn. Commands and patches run again: use it in a copy of the turn's working directory.",
    "// Paths that were in that directory are relative; text of commands is as the agent wrote it.",
    names.length > 0 ? `import { ${names.join(", ")} } from "codex-sdk/testing";` : "",
    "",
    `export const prompt = ${literal(prompt)};`,
    "",
    "export const script = [",
    ...body,
    "];",
    "",
  ].join("\n");
}

interface Call {
  code: string;
  endsResponse: boolean;
}

type RelativePath = (path: string) => string;

function toCall(item: ThreadItem, used: Set<string>, relative: RelativePath): Call | undefined {
  const call = (name: string, ...args: unknown[]): Call => {
    used.add(name);
    return { code: `${name}(${args.map(literal).join(", ")})`, endsResponse: true };
  };
  switch (item.type) {
    case "agent_message":
      return { ...call("say", item.text, ...phaseOf(item.phase)), endsResponse: false };
    case "reasoning":
      return { ...call("reason", item.text), endsResponse: false };
    case "command_execution":
      return call("runCommand", ...commandArguments(item, relative));
    case "file_change":
      return call("patch", patchOf(item.changes, relative));
    case "mcp_tool_call":
      return call("callMcpTool", item.server, item.tool, item.arguments ?? {});
    case "tool_call":
      return call("callTool", item.tool, item.arguments ?? {});
    case "web_search":
      return { ...call("searchWeb", item.query), endsResponse: false };
    case "image_view":
      return call("viewImage", relative(item.path));
    case "todo_list":
      return call(
        "plan",
        item.items.map(({ text, completed }) => ({ step: text, status: completed ? "completed" : "pending" })),
      );
    default:
      return undefined;
  }
}

function phaseOf(phase: string | undefined): object[] {
  return phase === "commentary" || phase === "final_answer" ? [{ phase }] : [];
}

/** Codex records the command line of the shell, which contains the command that the model wrote. */
function commandArguments(
  { command, cwd }: Extract<ThreadItem, { type: "command_execution" }>,
  relative: RelativePath,
): unknown[] {
  const [, flags, quoted] = /^(?:\S*\/)?(?:bash|zsh|sh|dash) (-l?c) ([\s\S]+)$/.exec(command) ?? [];
  const inner = quoted === undefined ? undefined : unquoted(quoted);
  const workdir = cwd === undefined ? "." : relative(cwd);
  const options = { ...(workdir !== "." && { workdir }), ...(flags === "-c" && { login: false }) };
  return [inner ?? command, ...(Object.keys(options).length > 0 ? [options] : [])];
}

/** Unquotes one word of a POSIX shell. Undefined if the text is not exactly one word. */
function unquoted(text: string): string | undefined {
  let word = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) return undefined;
      word += text.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      for (at += 1; text.charAt(at) !== '"'; at += 1) {
        if (at >= text.length) return undefined;
        if (text.charAt(at) === "\\" && /["\\$`\n]/.test(text.charAt(at + 1))) at += 1;
        word += text.charAt(at);
      }
    } else if (character === "\\") {
      at += 1;
      word += text.charAt(at);
    } else if (/\s/.test(character)) return undefined;
    else word += character;
  }
  return word;
}

/** Converts a unified diff to the format of `apply_patch`. */
function patchOf(changes: Extract<ThreadItem, { type: "file_change" }>["changes"], relative: RelativePath): string {
  const lines = ["*** Begin Patch"];
  for (const { path: absolute, kind, diff = "", move_path: moved } of changes) {
    const path = relative(absolute);
    // The content of a file can look like a header, so headers are recognised by their position.
    const body = parseDiff(diff).flatMap(({ kind: line, text }) => patchLine(line, text));
    if (kind === "delete") lines.push(`*** Delete File: ${path}`);
    else if (kind === "add") {
      lines.push(`*** Add File: ${path}`, ...body.filter((line) => line.startsWith("+")));
    } else {
      lines.push(`*** Update File: ${path}`, ...(moved === undefined ? [] : [`*** Move to: ${relative(moved)}`]));
      lines.push(...body);
    }
  }
  return [...lines, "*** End Patch", ""].join("\n");
}

function patchLine(kind: DiffLine["kind"], text: string): string[] {
  switch (kind) {
    case "add":
      return [`+${text}`];
    case "delete":
      return [`-${text}`];
    case "context":
      return [` ${text}`];
    case "hunk":
      return ["@@"];
    case "file":
    case "note":
      return [];
  }
}

/** Makes a path in the directory relative ("." for the directory itself). Other paths do not change. */
function relativeTo(directory: string, path: string): string {
  if (!nodePath.isAbsolute(path)) return path;
  const relative = nodePath.relative(directory, path);
  if (relative === "") return ".";
  const isOutside = relative === ".." || relative.startsWith(`..${nodePath.sep}`) || nodePath.isAbsolute(relative);
  return isOutside ? path : relative;
}

/** Escapes the text for JavaScript source, because the agent can write any text. */
function literal(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined")
    .replaceAll("\u2028", String.raw`\u2028`)
    .replaceAll("\u2029", String.raw`\u2029`)
    .replaceAll(
      /[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}
