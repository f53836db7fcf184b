// Searches the messages of a thread in a store.
import { isJsonObject } from "../../internal/json.js";
import type { ThreadHead } from "../../thread-store/thread-head.js";
import { callStore } from "../../thread-sync/store-call.js";
import type { ThreadSync } from "../../thread-sync/thread-sync.js";

const pieceBytes = 1024 * 1024;
const around = 40;
const newline = 0x0a;

/** The text around the first message that contains `text`, ignoring case. */
export async function findInThread(sync: ThreadSync, head: ThreadHead, text: string): Promise<string | undefined> {
  const file = head.manifest?.currentFile ?? null;
  const size = file === null ? 0 : (head.files[file]?.size ?? 0);
  if (file === null) return undefined;
  let rest: Uint8Array = new Uint8Array();
  for (let start = 0; start < size; start += pieceBytes) {
    const range = { start, end: Math.min(start + pieceBytes, size) };
    const piece = await callStore("read", () => sync.store.read(head.threadId, file, range), sync.limits);
    const bytes = Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf(newline) + 1;
    for (const line of bytes.subarray(0, end).toString("utf8").split("\n")) {
      const found = snippetOf(line, text);
      if (found !== undefined) return found;
    }
    rest = bytes.subarray(end);
  }
  return undefined;
}

/** Messages are in the items that Codex shows. Other lines are instructions and metadata. */
function snippetOf(line: string, text: string): string | undefined {
  if (!line.includes('"item_completed"') || !/"(?:User|Agent)Message"/.test(line)) return undefined;
  const message = messageOf(line);
  const at = message.toLowerCase().indexOf(text.toLowerCase());
  if (at === -1) return undefined;
  const [start, end] = [Math.max(0, at - around), Math.min(message.length, at + text.length + around)];
  return `${start > 0 ? "…" : ""}${message.slice(start, end)}${end < message.length ? "…" : ""}`;
}

function messageOf(line: string): string {
  try {
    const { payload } = JSON.parse(line) as { payload?: unknown };
    const item = isJsonObject(payload) ? payload["item"] : undefined;
    const content = isJsonObject(item) && Array.isArray(item["content"]) ? item["content"] : [];
    return content
      .filter(isJsonObject)
      .map((part) => part["text"])
      .filter((part) => typeof part === "string")
      .join("\n");
  } catch {
    return "";
  }
}
