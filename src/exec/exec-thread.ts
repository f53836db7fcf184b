// A thread over exec: each turn is a process that resumes it.
import { UnsupportedError } from "../errors/errors.js";
import type { Usage } from "../events/events.js";
import type { ThreadOptions } from "../options/options.js";
import { codexHomePath } from "../process/locate/codex-home.js";
import type { RunningTurn, TransportThread, TurnHost, TurnRequest, TurnStart } from "../transport/transport.js";
import type { ModelCall } from "../usage/turn-usage.js";
import type { ExecLaunch } from "./launch/exec-launch.js";
import type { ExecRuntime } from "./exec-runtime.js";
import { ExecTurn } from "./exec-turn.js";
import { checkInputSupported, unsupported } from "./unsupported.js";

export class ExecThread implements TransportThread {
  readonly canContinue = false;
  readonly #runtime: ExecRuntime;
  readonly #options: ThreadOptions;
  #id: string | null;
  #total: Usage | undefined;
  /** The model and effort of a turn also apply to later turns. */
  #latest: Pick<TurnRequest, "model" | "modelReasoningEffort"> = {};
  /** Whether the thread must exist on disk. */
  #isSaved: boolean;
  /** Whether this program started the thread. Its options then apply to each turn. */
  readonly #isOwn: boolean;

  constructor(runtime: ExecRuntime, id: string | null, options: ThreadOptions) {
    this.#runtime = runtime;
    this.#id = id;
    this.#options = options;
    this.#isSaved = id !== null;
    this.#isOwn = id === null;
  }

  get id(): string | null {
    return this.#id;
  }

  prepareTurn(request: TurnRequest): TurnStart {
    checkInputSupported(request.input);
    return (host) => this.#start(request, host);
  }

  async recordedCalls(): Promise<ModelCall[]> {
    const threadId = this.#id;
    if (threadId === null) return [];
    const { findRollout } = await import("../rollouts/find-rollouts.js");
    const { recordedCalls } = await import("../rollouts/recorded-calls.js");
    const file = await findRollout(codexHomePath(this.#runtime.options), threadId);
    return file === undefined ? [] : recordedCalls(file, threadId);
  }

  prepareReview(): never {
    throw unsupported("review changes");
  }

  prepareCompaction(): never {
    throw unsupported("compact a thread");
  }

  #start(request: TurnRequest, host: TurnHost): RunningTurn {
    this.#latest = {
      model: request.model ?? this.#latest.model,
      modelReasoningEffort: request.modelReasoningEffort ?? this.#latest.modelReasoningEffort,
    };
    const turn = new ExecTurn({
      prepare: () => this.#prepare({ ...request, ...this.#latest }),
      emit: host.emit,
      ...(host.onCall && { onCall: (threadId, call) => host.onCall?.(threadId, call) }),
      onThread: (id) => {
        this.#id = id;
      },
      onEnd: () => {
        this.#isSaved = true;
      },
      shutdownGraceMs: this.#runtime.shutdownGraceMs,
    });
    this.#runtime.add(turn);
    turn.ended.then(
      ({ threadUsage }) => {
        this.#total = threadUsage ?? this.#total;
      },
      () => undefined,
    );
    return turn;
  }

  async #prepare(request: TurnRequest): Promise<ExecLaunch> {
    this.#runtime.checkOpen();
    if (this.#options.ephemeral === true && this.#id !== null) {
      throw new UnsupportedError(
        'An ephemeral thread over `transport: "exec"` can run only one turn, because it is not saved. ' +
          'Remove `ephemeral`, or use `transport: "app-server"`.',
      );
    }
    const { options: runtime } = this.#runtime;
    const conversation = { threadId: this.#id, isSaved: this.#isSaved, isOwn: this.#isOwn, total: this.#total };
    const { prepareLaunch } = await import("./launch/exec-launch.js");
    return prepareLaunch({ runtime, thread: this.#options, request, ...conversation });
  }
}
