// A stand-in for Codex of a few shell lines, for behaviour that the real one cannot be made to show.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { Codex } from "../../src/index.js";
import type { CodexOptions, Thread } from "../../src/index.js";

export const threadId = "01a20222-4e63-7122-a53d-6a8230e28aaa";

export const started = [{ type: "thread.started", thread_id: threadId }, { type: "turn.started" }];
export const usage = { input_tokens: 3, cached_input_tokens: 1, output_tokens: 2 };
export const completed = { type: "turn.completed", usage };

export function message(text: string, id = "item_0") {
  return { type: "item.completed", item: { id, type: "agent_message", text } };
}

/** A shell line that prints events, or raw lines. */
export function print(...events: readonly (object | string)[]): string {
  const lines = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
  return lines.map((line) => `printf '%s\\n' '${line.replaceAll("'", "'\\''")}'`).join("\n");
}

export interface StandIn {
  codex: Codex;
  thread: Thread;
  codexHome: string;
}

/** A thread whose turns run these shell lines, with the prompt on stdin. */
export function standIn(lines: readonly string[], options: CodexOptions = {}): StandIn {
  const codexHome = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-test-"));
  const file = path.join(codexHome, "codex");
  writeFileSync(file, `#!/bin/sh\n${lines.join("\n")}\n`);
  chmodSync(file, 0o755);
  const codex = new Codex({ transport: "exec", codexPathOverride: file, codexHome, shutdownGraceMs: 300, ...options });
  onTestFinished(async () => {
    await codex.close();
    rmSync(codexHome, { recursive: true, force: true });
  });
  return { codex, thread: codex.startThread({ skipGitRepoCheck: true }), codexHome };
}
