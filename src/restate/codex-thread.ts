// A conversation as a Restate virtual object.
import * as restate from "@restatedev/restate-sdk";
import { checkAnswer, checkRun, checkSteer } from "./checks.js";
import { DurableTurn } from "./durable-turn.js";
import type { PublishedTurn } from "./durable-turn.js";
import { checkConversation, deliver, sendMessage } from "./turn-inbox.js";
import type { Message } from "./turn-inbox.js";
import type { ApproveRequest, CodexThreadOptions, RunRequest, RunSummary, ThreadState } from "./types.js";
import { Worker } from "./worker.js";

/**
 * Restate's retry policy. An unavailable store or worker delays a turn, but does not end it. After the last attempt,
 * Restate pauses the invocation, and an operator can resume it.
 */
const retryPolicy = {
  initialInterval: 100,
  exponentiationFactor: 2,
  maxInterval: 2_000,
  maxAttempts: 1_000_000,
  onMaxAttempts: "pause",
} as const;

/**
 * A virtual object for conversations, keyed by the application's conversation ID. Its handlers: `run` runs a turn and
 * resolves with a summary; `steer`, `interrupt`, `approve` and `state` respond while a turn runs.
 *
 * A prompt is sent at most once, and a turn that waits for an approval does not need a worker. Not guaranteed: the
 * effects of commands, see `runTurnOnce`.
 */
export function codexThread(options: CodexThreadOptions) {
  const { name = "codex-thread", parkAfterMs = 30_000, inactivityTimeoutMs = 60_000 } = options;
  const { abortTimeoutMs = 24 * 3_600_000, onWorkerLoss = "fail" } = options;
  const worker = new Worker(options);
  // Activity keeps the connection of a running turn open, so that it receives messages.
  const heartbeatMs = Math.max(100, Math.floor(inactivityTimeoutMs / 3));

  async function run(ctx: restate.ObjectContext, given: RunRequest): Promise<RunSummary> {
    checkConversation(ctx.key);
    const request = checkRun(given);
    let threadId = await ctx.get<string>("threadId");
    if (threadId === null) {
      threadId = await ctx.run("create thread", () => worker.create(ctx.key));
      ctx.set("threadId", threadId);
    }
    const turnKey = request.turnKey ?? ctx.request().id;
    const limits = { parkAfterMs, heartbeatMs };
    return new DurableTurn(ctx, { service: name, worker, threadId, turnKey, request, onWorkerLoss, ...limits }).run();
  }

  async function send(ctx: restate.ObjectSharedContext, message: Message): Promise<boolean> {
    checkConversation(ctx.key);
    const turn = await ctx.get<PublishedTurn>("turn");
    if (!turn) return false;
    if (message.type === "answer" && turn.request?.id !== message.id) return false;
    return sendMessage(ctx, { service: name, invocation: turn.invocation }, message);
  }

  return restate.object({
    name,
    handlers: {
      run: restate.handlers.object.exclusive(run),
      /** Adds input to the running turn. @returns whether a turn was running. */
      steer: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext, input: string) =>
        send(ctx, { type: "steer", input: checkSteer(input) }),
      ),
      /** Ends the running turn and its commands. @returns whether a turn was running. */
      interrupt: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) =>
        send(ctx, { type: "interrupt" }),
      ),
      /** Answers an open request. @returns whether it was open and had not been answered. */
      approve: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext, answer: ApproveRequest) => {
        const { id, decision, reason } = checkAnswer(answer);
        return send(ctx, { type: "answer", id, decision, reason });
      }),
      state: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext): Promise<ThreadState> => {
        const [threadId, turn] = [await ctx.get<string>("threadId"), await ctx.get<PublishedTurn>("turn")];
        const request = turn?.request ?? null;
        const status = turn === null ? "idle" : request === null ? "running" : "waiting";
        return { status, threadId, turnKey: turn?.turnKey ?? null, request };
      }),
      /** Numbers the messages of a turn. Called only by the other handlers. */
      deliver: restate.handlers.object.exclusive({ ingressPrivate: true }, deliver),
    },
    options: { inactivityTimeout: inactivityTimeoutMs, abortTimeout: abortTimeoutMs, retryPolicy },
  });
}
