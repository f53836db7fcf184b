// The tool calls of one turn. They run concurrently, and the turn does not wait for them when it ends.
import { deferred } from "../internal/deferred.js";
import type { OpenCall } from "./host-call.js";
import { unwatched } from "./watched-call.js";
import type { WatchCall } from "./watched-call.js";
import type { PreparedTool } from "./prepare-tools.js";
import { failed, runTool } from "./run-tool.js";
import type { ToolOutcome } from "./run-tool.js";

/** A call as the agent requested it. */
export interface ToolCall {
  threadId: string;
  turnId: string;
  callId: string;
  tool: string;
  arguments: unknown;
}

export interface ToolCallsOptions {
  prepare(): Promise<readonly PreparedTool[]>;
  openCall: OpenCall;
  /** Reports the calls to the turn's observers. */
  watchCall?: WatchCall | undefined;
  /** Removes secrets from the error messages that the agent receives. */
  redact: (text: string) => string;
}

export class ToolCalls {
  readonly #options: ToolCallsOptions;
  /** Functions that end the running calls. */
  readonly #open = new Set<(reason: unknown) => void>();
  #hasEnded = false;

  constructor(options: ToolCallsOptions) {
    this.#options = options;
  }

  /** Never rejects. Settles immediately when the turn ends, whatever the tool does. */
  async answer(call: ToolCall): Promise<ToolOutcome> {
    if (this.#hasEnded) return failed("The turn has ended.");
    const ended = deferred<ToolOutcome>();
    const controller = new AbortController();
    const hostCall = this.#options.openCall(`The tool "${call.tool}"`);
    const end = (reason: unknown) => {
      hostCall.end();
      ended.resolve(failed("The turn has ended."));
      controller.abort(reason);
    };
    this.#open.add(end);
    const { watchCall = unwatched } = this.#options;
    const info = { kind: "tool" as const, id: call.callId, threadId: call.threadId, name: call.tool };
    const running = watchCall(
      info,
      () => hostCall.run(() => this.#run(call, controller.signal)),
      ({ success }) => (success ? "completed" : "failed"),
    );
    const outcome = await Promise.race([running, ended.promise]);
    hostCall.end();
    this.#open.delete(end);
    return outcome;
  }

  /** Ends the turn's calls: aborts the signals of running tools, and ignores their results. */
  end(reason: unknown): void {
    this.#hasEnded = true;
    for (const end of this.#open) end(reason);
  }

  async #run(call: ToolCall, signal: AbortSignal): Promise<ToolOutcome> {
    const { threadId, turnId, callId, tool: name } = call;
    const tools = await this.#options.prepare();
    const prepared = tools.find(({ tool }) => tool.name === name);
    if (!prepared) return failed(`The tool "${name}" is no longer available in the host.`);
    const outcome = await runTool(prepared, call.arguments, { signal, threadId, turnId, callId });
    return outcome.success ? outcome : this.#redacted(outcome);
  }

  #redacted({ content, ...outcome }: ToolOutcome): ToolOutcome {
    const { redact } = this.#options;
    return {
      ...outcome,
      content: content.map((part) => (part.type === "text" ? { ...part, text: redact(part.text) } : part)),
    };
  }
}
