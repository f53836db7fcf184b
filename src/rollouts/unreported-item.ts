// Creates the item of a recorded call from its arguments and its output.
import path from "node:path";
import type { CommandExecutionItem, FileChangeItem, FileUpdateChange } from "../events/items.js";
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import { shellQuoted } from "../internal/shell-quote.js";
import { parseRecord } from "./read-records.js";

/** A call of a tool that runs commands or applies patches. */
export type ToolCall =
  | { kind: "command"; command: string; cwd: string | null }
  | { kind: "patch"; changes: FileUpdateChange[] };

/** Codex limits outputs to less than this. In UTF-16 units. */
const longestText = 256 * 1024;
const mostChanges = 1_000;

/** Undefined for calls of other tools, and for calls without a command. */
export function readToolCall(payload: JsonObject, cwd: string | null): ToolCall | undefined {
  const { type, name, namespace, input, arguments: given, action } = payload;
  if (type === "local_shell_call") return readCommand(action, cwd);
  if (typeof namespace === "string") return undefined; // A tool of an MCP server.
  if (type === "custom_tool_call") return name === "apply_patch" ? readPatch(input, cwd) : undefined;
  if (type !== "function_call" || typeof given !== "string") return undefined;
  if (name === "apply_patch") return readPatch(parseRecord(given)?.["input"], cwd);
  return name === "exec_command" || name === "shell" || name === "shell_command"
    ? readCommand(parseRecord(given), cwd)
    : undefined;
}

/** Whether the output says that the command continues. */
export function isRunning(output: unknown): boolean {
  return /^Process running with session ID /m.test(splitOutput(textOf(output)).header);
}

export function unreportedItem(id: string, call: ToolCall, output: unknown): CommandExecutionItem | FileChangeItem {
  const { header, text } = splitOutput(textOf(output));
  const exitCode = exitCodeIn(header);
  const status = exitCode === 0 ? "completed" : exitCode === null && isRefusal.test(text) ? "declined" : "failed";
  if (call.kind === "patch") return { id, type: "file_change", changes: call.changes, status };
  return {
    id,
    type: "command_execution",
    command: call.command,
    aggregated_output: text,
    exit_code: exitCode,
    status,
    ...(call.cwd !== null && { cwd: call.cwd }),
  };
}

/** Codex rejected the call: the approval policy or the sandbox mode does not permit it, or a person declined it. */
const isRefusal = /^(approval policy is |(patch )?rejected\b)/;

function readCommand(given: unknown, cwd: string | null): ToolCall | undefined {
  if (!isJsonObject(given)) return undefined;
  const { workdir, working_directory: directory = workdir } = given;
  const command = commandIn(given["cmd"] ?? given["command"]);
  if (command === undefined) return undefined;
  const named = typeof directory === "string" && directory !== "" ? resolved(directory, cwd) : null;
  return { kind: "command", command: command.slice(0, longestText), cwd: named };
}

function commandIn(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const isWords = Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === "string");
  return isWords ? value.map(shellQuoted).join(" ") : undefined;
}

function readPatch(text: unknown, cwd: string | null): ToolCall | undefined {
  if (typeof text !== "string") return undefined;
  const changes: FileUpdateChange[] = [];
  for (const [, action, name = ""] of text.matchAll(
    /^\*\*\* (Add File|Update File|Delete File|Move to): ([^\r\n]+)/gm,
  )) {
    const file = resolved(name.trim(), cwd);
    const last = changes.at(-1);
    if (action === "Move to" && last) last.move_path = file;
    if (changes.length >= mostChanges) break;
    if (action === "Add File") changes.push({ path: file, kind: "add" });
    if (action === "Update File") changes.push({ path: file, kind: "update" });
    if (action === "Delete File") changes.push({ path: file, kind: "delete" });
  }
  return { kind: "patch", changes };
}

function resolved(file: string, cwd: string | null): string {
  return cwd === null ? file : path.resolve(cwd, file);
}

/** An output is text, or a list of parts. */
function textOf(output: unknown): string {
  if (typeof output === "string") return output.slice(0, longestText);
  if (!Array.isArray(output)) return "";
  const texts = output.flatMap((part) =>
    isJsonObject(part) && typeof part["text"] === "string" ? [part["text"]] : [],
  );
  return texts.join("\n").slice(0, longestText);
}

/** The header that Codex adds to the output of a command. The command cannot print anything before it. */
const headerLines =
  /^(?:(?:Chunk ID|Exit code|Wall time|Process exited with code|Process running with session ID|Original token count|Total output lines)\b[^\n]*\n)+Output:\n/;

function splitOutput(text: string): { header: string; text: string } {
  const [header = ""] = headerLines.exec(text) ?? [];
  return { header, text: text.slice(header.length) };
}

function exitCodeIn(header: string): number | null {
  const code = /^(?:Process exited with code|Exit code:) (-?\d{1,10})$/m.exec(header)?.[1];
  return code === undefined ? null : Number(code);
}
