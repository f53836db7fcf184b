// Follows the thread's rollout while its turn runs: `codex exec` prints tokens only when a turn ends.
import type { ThreadItem } from "../events/items.js";
import { findRollout } from "../rollouts/find-rollouts.js";
import { NewestTurn } from "../rollouts/newest-turn.js";
import { readUnreportedItems } from "../rollouts/unreported-calls.js";
import type { TurnHost } from "../transport/transport.js";
import type { ExecLaunch } from "./launch/exec-launch.js";
import type { ExecOutput } from "./output/exec-output.js";

/** Sub-agents and slow models make requests while Codex does not print anything. */
const intervalMs = 1_000;

export class ExecMeter {
  readonly #launch: Pick<ExecLaunch, "codexHome" | "rollout">;
  readonly #onCall: TurnHost["onCall"];
  readonly #startedAtMs = Date.now();
  readonly #outputTimes: number[] = [];
  readonly #timer: NodeJS.Timeout | undefined;
  #threadId: string | null;
  #turn: NewestTurn | undefined;
  #reading: Promise<void> | undefined;

  /** Without `onCall` the rollout is read only by `settle`. */
  constructor(launch: Pick<ExecLaunch, "codexHome" | "rollout" | "threadId">, onCall: TurnHost["onCall"]) {
    this.#launch = launch;
    this.#threadId = launch.threadId;
    this.#onCall = onCall;
    if (onCall) this.#timer = setInterval(() => void this.#read(), intervalMs).unref();
  }

  set threadId(id: string) {
    this.#threadId = id;
  }

  /** A tool call has ended: the next request can be sent. */
  toolEnded(): void {
    if (!this.#onCall) return;
    this.#outputTimes.push(Date.now());
    void this.#read();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Reads the rest. Undefined without a rollout: the thread is ephemeral. */
  async settle(): Promise<NewestTurn["usage"]> {
    this.stop();
    await this.#reading;
    await this.#read();
    return this.#turn?.usage;
  }

  /** The items of commands and patches of the turn that Codex recorded but did not report. */
  async unreportedItems(output: Pick<ExecOutput, "itemIds" | "completedWork">): Promise<ThreadItem[]> {
    if (!this.#turn) return [];
    const { file, offset } = this.#turn;
    const isReported = (id: string) => output.itemIds.has(id);
    return readUnreportedItems({ file, offset, turnId: null, isReported, reportedWork: output.completedWork });
  }

  /** Reads one at a time. Requests during a read are served by the next one. */
  #read(): Promise<void> {
    // Unreadable records are not counted. They do not affect the turn.
    this.#reading ??= this.#readNow()
      .catch(() => undefined)
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  async #readNow(): Promise<void> {
    const turn = await this.#open();
    for (const time of this.#outputTimes.splice(0)) turn?.mark(time);
    await turn?.read();
  }

  async #open(): Promise<NewestTurn | undefined> {
    const { rollout, codexHome } = this.#launch;
    const threadId = this.#threadId;
    if (this.#turn || threadId === null) return this.#turn;
    const file = rollout?.file ?? (await findRollout(codexHome, threadId));
    if (file === undefined) return undefined;
    const offset = rollout?.size ?? 0;
    this.#turn = new NewestTurn({ threadId, file, offset, startedAtMs: this.#startedAtMs, onCall: this.#onCall });
    return this.#turn;
  }
}
