// Turns in which Codex sends requests to its host, for tests of the answers.
import { existsSync } from "node:fs";
import path from "node:path";
import type { ApprovalContext, ApprovalRequest, Codex, Thread, ThreadOptions } from "../../src/index.js";
import { runCommand } from "../../src/testing/index.js";
import type { CommandOptions, Script, ScriptedModel } from "../../src/testing/index.js";
import { temporaryDirectory, warmCodex } from "./workspace.js";

export interface Asked<Request = ApprovalRequest, Context = ApprovalContext> {
  request: Request;
  context: Context;
}

export interface Setup {
  model: ScriptedModel;
  codex: Codex;
  thread: Thread;
  /** The thread's directory: the agent may write here. */
  inside: string;
  /** A directory that the sandbox does not allow it to write to. */
  outside: string;
  /** The result of each call of the last response, as the agent reads it. */
  outputs(request: number): string[];
  isThere(file: string): boolean;
}

/** A thread in a sandbox that allows writes only in its own directory. */
export async function askingThread(
  script: (place: { outside: string; inside: string }) => Script,
  options: ThreadOptions = {},
): Promise<Setup> {
  const inside = temporaryDirectory();
  // The temporary directory is writable in the sandbox.
  const outside = temporaryDirectory("codex-sdk-outside-", "/var/tmp");
  const { model, codex } = await warmCodex(script({ inside, outside }));
  const thread = codex.startThread(
    model.threadOptions({ workingDirectory: inside, sandboxMode: "workspace-write" as const, ...options }),
  );
  return {
    model,
    codex,
    thread,
    inside,
    outside,
    outputs: (request) => model.requests[request - 1]?.newOutputs.map(({ text }) => text) ?? [],
    isThere: (file) => existsSync(path.join(outside, file)),
  };
}

/** A command that the sandbox does not allow, with a request to the user. */
export function escalate(command: string, reason = "May I?", options: CommandOptions = {}) {
  return runCommand(command, { escalate: reason, login: false, ...options });
}

export function errorMessages(items: readonly { type: string }[]): string[] {
  return items.flatMap((item) => (item.type === "error" && "message" in item ? [String(item.message)] : []));
}
