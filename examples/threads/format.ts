// Formats threads and turns for display.
import os from "node:os";
import path from "node:path";
import type { ThreadItem, ThreadRecord, TurnRecord } from "codex-sdk";
import type { Terminal } from "./terminal.js";

export function titleOf(thread: ThreadRecord): string {
  return oneLine(thread.name ?? thread.preview) || "(no text)";
}

export function listRow(number: number, thread: ThreadRecord, terminal: Terminal): string {
  const when = ago(thread.lastUsedAt ?? thread.updatedAt).padEnd(11);
  const where = cut(path.basename(thread.cwd), 16).padEnd(17);
  const active = thread.status === "active" ? "● " : "";
  const title = cut(active + titleOf(thread), Math.max(20, terminal.width - 36));
  return `${terminal.style(String(number).padStart(4), "cyan")}  ${terminal.style(when, "dim")} ${where} ${title}`;
}

export function heading(thread: ThreadRecord, terminal: Terminal): string[] {
  const branch = thread.git?.branch ? ` (${thread.git.branch})` : "";
  const facts = [
    thread.model ?? thread.modelProvider,
    thread.cwd.replace(os.homedir(), "~") + branch,
    ago(thread.lastUsedAt ?? thread.updatedAt),
    ...(thread.archived ? ["archived"] : []),
    ...(thread.forkedFromId === null ? [] : [`fork of ${thread.forkedFromId}`]),
  ];
  return [terminal.style(titleOf(thread), "bold"), terminal.style(`${thread.id} · ${facts.join(" · ")}`, "dim")];
}

export function turnLines(number: number, turn: TurnRecord, terminal: Terminal): string[] {
  const asked = turn.input.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join(" ");
  const work = turn.items.flatMap((item) => itemLine(item, terminal));
  const answer = turn.finalResponse === "" ? [] : turn.finalResponse.split("\n");
  return [
    "",
    `${terminal.style(`${number} ›`, "cyan")} ${terminal.style(oneLine(asked) || "(no text)", "bold")}`,
    ...[...work, ...answer].map((line) => `    ${line}`),
    `    ${terminal.style(ending(turn), turn.status === "failed" ? "red" : "dim")}`,
  ];
}

function itemLine(item: ThreadItem, terminal: Terminal): string[] {
  switch (item.type) {
    case "command_execution": {
      const mark =
        item.exit_code === 0 ? terminal.style("✓", "green") : terminal.style(`✗ ${item.exit_code ?? ""}`, "red");
      return [`${terminal.style(`$ ${cut(oneLine(item.command), 70)}`, "yellow")} ${mark}`];
    }
    case "file_change":
      return item.changes.map(({ path: file, kind }) => terminal.style(`± ${kind} ${path.basename(file)}`, "yellow"));
    case "mcp_tool_call":
      return [terminal.style(`⚙ ${item.server}.${item.tool}`, "yellow")];
    case "tool_call":
      return [terminal.style(`⚙ ${item.tool}`, "yellow")];
    case "web_search":
      return [terminal.style(`⌕ ${item.query}`, "yellow")];
    case "context_compaction":
      return [terminal.style("… the conversation was compacted", "dim")];
    default:
      return [];
  }
}

function ending({ status, error, usage, durationMs }: TurnRecord): string {
  const tokens = usage ? `${usage.input_tokens} in, ${usage.output_tokens} out` : "tokens unknown";
  const time = durationMs === null ? "" : ` · ${(durationMs / 1_000).toFixed(1)} s`;
  if (error) return `failed: ${oneLine(error.message)}`;
  return status === "completed" ? tokens + time : `${status.replace("_", " ")} · ${tokens}${time}`;
}

export function ago(date: Date, now = new Date()): string {
  const seconds = Math.max(0, Math.round((now.getTime() - date.getTime()) / 1_000));
  if (seconds < 60) return "just now";
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return date.toISOString().slice(0, 10);
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
