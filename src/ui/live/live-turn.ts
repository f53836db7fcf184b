// A turn that runs on the server, independent of its viewers.
import { randomUUID } from "node:crypto";
import { AgUiEncoder } from "../ag-ui/ag-ui-encoder.js";
import type { AgUiOptions } from "../ag-ui/ag-ui-encoder.js";
import type { AgUiEvent } from "../ag-ui/ag-ui-events.js";
import { deferred } from "../../internal/deferred.js";
import { encodedStream } from "../http/encoded-stream.js";
import type { Encoded } from "../http/encoded-stream.js";
import type { Input, StreamedTurn, ThreadOptions } from "../../index.js";
import type { ApprovalPart, TurnMetadata, TurnOutcome } from "../parts/turn-part.js";
import type { UIMessageChunk } from "../ui-messages/chunks.js";
import { UIMessageEncoder } from "../ui-messages/ui-message-encoder.js";
import type { EncoderPosition, UIMessageOptions } from "../ui-messages/ui-message-encoder.js";
import { formatCursor, readCursor } from "./cursor.js";
import { OpenRequests } from "./open-requests.js";
import type { AnswerResult, ApprovalReply } from "./open-requests.js";
import { TurnLog } from "./turn-log.js";
import type { TurnLogOptions } from "./turn-log.js";
import { TurnReader } from "./turn-reader.js";

export interface LiveTurnOptions extends TurnLogOptions {
  /** The ID of the turn and of its assistant message. @defaultValue a random ID */
  id?: string | undefined;
  /**
   * How long an approval request or a question waits for an answer before it is declined, in milliseconds.
   * @defaultValue 600_000
   */
  answerTimeoutMs?: number | undefined;
}

export interface ViewOptions {
  /** Continues after this cursor, the ID of the last event that the viewer received. @defaultValue the beginning */
  cursor?: string | undefined;
  /** Whether the viewer continues a message that ended with an approval request. @defaultValue false */
  isContinued?: boolean | undefined;
  /** Whether to end the viewer's message while the turn waits for an approval. @defaultValue false */
  park?: boolean | undefined;
}

/** A running turn for any number of viewers. Created by `TurnHub.open()`. */
export class LiveTurn {
  readonly id: string;
  readonly #log: TurnLog;
  readonly #requests: OpenRequests;
  readonly #started = deferred<void>();
  #turn: StreamedTurn | undefined;
  #isStopped = false;

  /** @internal */
  constructor(options: LiveTurnOptions = {}, onThread?: (threadId: string) => void) {
    const { id = randomUUID(), answerTimeoutMs = 600_000, ...logOptions } = options;
    this.id = id;
    this.#log = new TurnLog({
      ...logOptions,
      onThread: (threadId) => {
        onThread?.(threadId);
        this.#started.resolve();
      },
    });
    void this.#log.ended.then(() => this.#started.resolve());
    this.#requests = new OpenRequests(this.#log.reducer, answerTimeoutMs);
  }

  /** Thread options with which viewers of this turn answer its approval requests and questions. */
  get handlers(): Required<Pick<ThreadOptions, "onApproval" | "onUserInput" | "onElicitation">> {
    return this.#requests.handlers;
  }

  get threadId(): string | undefined {
    return this.#log.reducer.metadata.threadId;
  }

  get metadata(): TurnMetadata {
    return this.#log.reducer.metadata;
  }

  /** Whether the turn has not ended. A turn that is waiting for an answer is running. */
  get isRunning(): boolean {
    return this.#log.reducer.outcome === undefined;
  }

  /** Open approval requests. */
  get approvals(): readonly ApprovalPart[] {
    return this.#requests.approvals;
  }

  /** Resolves when Codex has accepted the turn, or the turn has ended before. */
  async started(): Promise<void> {
    await this.#started.promise;
  }

  /** Resolves with the outcome when the turn has ended. */
  ended(): Promise<TurnOutcome> {
    return this.#log.ended;
  }

  /** Sets the turn. Its events are read to the end, with or without viewers. */
  follow(turn: StreamedTurn): void {
    this.#turn = turn;
    if (this.#isStopped) void turn.interrupt();
    void this.#log.follow(turn).then(() => this.#requests.end());
  }

  /** Ends the turn with an error if it could not start. */
  fail(error: unknown): void {
    this.#log.fail(error);
    this.#requests.end();
  }

  /** Interrupts the turn. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#turn?.interrupt();
    if (this.#turn) await this.#log.ended;
  }

  /** Adds input to the running turn. Resolves with whether the agent receives it. */
  async steer(input: Input): Promise<boolean> {
    if (!this.isRunning || !this.#turn) return false;
    const isAccepted = await this.#turn.steer(input);
    if (isAccepted && this.isRunning) {
      const text =
        typeof input === "string" ? input : input.map((part) => ("text" in part ? part.text : "")).join("\n");
      this.#log.reducer.put({ kind: "steering", id: randomUUID(), text, isDone: true });
    }
    return isAccepted;
  }

  /** Answers an approval request of the turn. */
  approve(approvalId: string, reply: ApprovalReply): AnswerResult {
    return this.#requests.approve(approvalId, reply);
  }

  /** Answers a question of the turn. @param answer The return value of `onUserInput` or `onElicitation`; undefined declines. */
  answer(questionId: string, answer: unknown): AnswerResult {
    return this.#requests.answer(questionId, answer);
  }

  /**
   * Streams the turn to one viewer, in batches of UI message chunks. Cancelling the stream does not affect the turn.
   * @throws InvalidCursorError
   */
  uiMessageChunks(
    options: Omit<UIMessageOptions, "messageId"> = {},
    view: ViewOptions = {},
  ): ReadableStream<Encoded<UIMessageChunk>[]> {
    const { reader, position } = this.#reader(view);
    const encoder = new UIMessageEncoder({ ...options, messageId: this.id }, position);
    const park = () => {
      if (!this.#isParked(reader)) return undefined;
      return encoder.park({ ...this.metadata, cursor: formatCursor(this.id, reader.cursor) });
    };
    return encodedStream({ reader, encoder, park: view.park ? park : undefined });
  }

  /**
   * Streams the turn to one viewer, in batches of AG-UI events. Cancelling the stream does not affect the turn.
   * @throws InvalidCursorError
   */
  agUiEvents(options: Omit<AgUiOptions, "runId"> = {}, view: ViewOptions = {}): ReadableStream<Encoded<AgUiEvent>[]> {
    const { reader } = this.#reader(view);
    const encoder = new AgUiEncoder({ ...options, threadId: options.threadId ?? this.threadId, runId: this.id });
    const park = () => (this.#isParked(reader) ? encoder.park(this.metadata, this.approvals) : undefined);
    return encodedStream({ reader, encoder, park: view.park ? park : undefined });
  }

  #isParked(reader: TurnReader): boolean {
    return this.approvals.length > 0 && reader.cursor === this.#log.seq;
  }

  #reader({ cursor, isContinued = false }: ViewOptions): { reader: TurnReader; position: EncoderPosition } {
    if (cursor === undefined) return { reader: new TurnReader(this.#log), position: "beginning" };
    const seq = readCursor(cursor, this.id, this.#log.seq);
    // The cursor is too old. The viewer starts from the beginning, which the chunk "start" indicates.
    if (seq + 1 < this.#log.oldest) return { reader: new TurnReader(this.#log), position: "beginning" };
    return { reader: new TurnReader(this.#log, seq), position: isContinued ? "continued" : "resumed" };
  }
}
