// The threads and turns of one provider.
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { LanguageModelV4FunctionTool, LanguageModelV4Prompt } from "@ai-sdk/provider";
import { tool } from "../index.js";
import type {
  ApprovalHandler,
  Codex,
  Thread,
  ThreadOptions,
  Tool,
  ToolContext,
  TurnOptions,
  UserInput,
} from "../index.js";
import { toToolResult } from "./to-tool-result.js";
import { TurnSession } from "./turn-session.js";

/** A thread, and the turn to which its tool calls belong. */
interface Slot {
  thread: Thread;
  optionsKey: string;
  session: TurnSession | undefined;
}

export interface NewTurn {
  threadId: string | undefined;
  threadOptions: Omit<ThreadOptions, "tools">;
  tools: readonly LanguageModelV4FunctionTool[];
  askApproval: boolean;
  input: UserInput[];
  turnOptions: TurnOptions;
}

/** The maximum number of thread objects that are kept. Other threads are resumed when they are needed. */
const mostSlots = 100;

export class Sessions {
  readonly #codex: Codex;
  readonly #answerTimeoutMs: number;
  /** By thread ID, the most recently used last. */
  readonly #slots = new Map<string, Slot>();
  readonly #running = new Set<TurnSession>();
  readonly #functionIds = new WeakMap<object, number>();
  #functionCount = 0;

  constructor(codex: Codex, answerTimeoutMs: number) {
    this.#codex = codex;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  /** The turn whose questions are answered at the end of this prompt. Passes the answers to it. */
  continued(prompt: LanguageModelV4Prompt): TurnSession | undefined {
    const last = prompt.at(-1);
    if (last?.role !== "tool") return undefined;
    let found: TurnSession | undefined;
    for (const part of last.content) {
      const id = part.type === "tool-result" ? part.toolCallId : part.approvalId;
      const session = [...this.#running].find((running) => running.waitsFor(id));
      if (!session) continue;
      found = session;
      session.answer(id, part.type === "tool-result" ? part.output : part);
    }
    found?.unpark();
    return found;
  }

  async start({ threadId, threadOptions, tools, askApproval, input, turnOptions }: NewTurn): Promise<TurnSession> {
    const slot = this.#slot(threadId, threadOptions, tools, askApproval);
    // A different prompt abandons the turn that waits for an answer.
    const parked = [...this.#running].filter(({ isParked, metadata }) => isParked && metadata.threadId === threadId);
    await Promise.all(parked.map(({ turn }) => turn.interrupt()));
    const session = new TurnSession(this.#answerTimeoutMs);
    const turn = await slot.thread.runStreamed(input, turnOptions);
    slot.session = session;
    this.#running.add(session);
    void session.follow(turn).then(() => {
      this.#running.delete(session);
      if (slot.session === session) slot.session = undefined;
      this.#store(slot);
    });
    return session;
  }

  #slot(
    threadId: string | undefined,
    options: Omit<ThreadOptions, "tools">,
    tools: readonly LanguageModelV4FunctionTool[],
    askApproval: boolean,
  ): Slot {
    const optionsKey = this.#key([options, tools, askApproval]);
    const existing = threadId === undefined ? undefined : this.#slots.get(threadId);
    if (existing?.optionsKey === optionsKey) return existing;
    const current = (): TurnSession | undefined => slot.session;
    const all: ThreadOptions = {
      ...options,
      ...(tools.length > 0 && { tools: tools.map((definition) => hostTool(definition, current)) }),
      ...(askApproval && { onApproval: approvalHandler(current) }),
    };
    const thread = threadId === undefined ? this.#codex.startThread(all) : this.#codex.resumeThread(threadId, all);
    const slot: Slot = { thread, optionsKey, session: existing?.session };
    return slot;
  }

  #store(slot: Slot): void {
    const { id } = slot.thread;
    if (id === null) return;
    this.#slots.delete(id);
    this.#slots.set(id, slot);
    const [oldest] = this.#slots.keys();
    if (this.#slots.size > mostSlots && oldest !== undefined) this.#slots.delete(oldest);
  }

  /** Equal for equivalent options. */
  #key(value: unknown): string {
    return JSON.stringify(value, (_, entry: unknown) =>
      typeof entry === "function" ? this.#functionId(entry) : entry,
    );
  }

  #functionId(entry: object): string {
    let id = this.#functionIds.get(entry);
    if (id === undefined) this.#functionIds.set(entry, (id = ++this.#functionCount));
    return `function ${id}`;
  }
}

/** A tool that the AI SDK runs. Codex's call waits for the next call of the language model. */
function hostTool(definition: LanguageModelV4FunctionTool, current: () => TurnSession | undefined): Tool {
  const { name, description } = definition;
  const input = definition.inputSchema as Record<string, unknown>;
  const execute = (args: unknown, { signal }: ToolContext) =>
    new Promise<unknown>((resolve, reject) => {
      const session = current();
      if (!session || signal.aborted) return reject(new Error("The turn has ended."));
      // The ID is sufficient to answer the call, so it must be unguessable.
      const id = `call_${randomUUID()}`;
      signal.addEventListener("abort", () => session.withdraw(id, new Error("The turn has ended.")), { once: true });
      session.ask({
        id,
        parts: [{ type: "tool-call", toolCallId: id, toolName: name, input: JSON.stringify(args ?? {}) }],
        answer: (output) => {
          try {
            // `continued` passes the output of a tool result here.
            resolve(toToolResult(output as Parameters<typeof toToolResult>[0]));
          } catch (error) {
            reject(error);
          }
        },
        withdraw: reject,
      });
    });
  return tool({
    name,
    description: description ?? name,
    input,
    execute,
  });
}

/** Converts an approval request of Codex to one of the AI SDK. The call ends, and the next call contains the answer. */
function approvalHandler(current: () => TurnSession | undefined): ApprovalHandler {
  return async (request, { item, isSubagent, signal }) => {
    // Earlier events are still in the turn's queue: they are processed before the question.
    await setImmediate();
    const session = current();
    if (!session || signal.aborted) return "decline";
    const id = randomUUID();
    const isShown = item !== null && !isSubagent;
    if (isShown) session.addItem(item);
    const toolCallId = isShown ? item.id : `approval-${id}`;
    const asked = { type: "tool-approval-request" as const, approvalId: id, toolCallId };
    const toolName = `codex.${request.type}`;
    const call = { type: "tool-call" as const, toolCallId, toolName, input: JSON.stringify(request) };
    const parts = isShown ? [asked] : [{ ...call, providerExecuted: true, dynamic: true }, asked];
    signal.addEventListener("abort", () => session.withdraw(id, new Error("The turn has ended.")), { once: true });
    return new Promise((resolve) => {
      session.ask({
        id,
        parts,
        answer: (response) => {
          const { approved, reason } = response as { approved: boolean; reason?: string };
          resolve(approved ? "approve" : { decision: "decline", reason });
        },
        withdraw: () => resolve("decline"),
      });
    });
  };
}
