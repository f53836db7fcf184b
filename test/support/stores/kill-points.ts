// The moments of a durable turn at which tests kill the process that runs it, or its Codex.
import { existsSync } from "node:fs";
import type { ThreadAppend, ThreadEvent, ThreadStore } from "../../../src/index.js";

export const moments = [
  "after claim",
  "after mark",
  "after turn start",
  "call recorded",
  "command running",
  "command ended",
  "before flush",
  "after flush",
  "while releasing",
  "while parked",
] as const;

export type Moment = (typeof moments)[number];

export interface KillPoint {
  moment: Moment;
  /** A file that the agent's command writes. */
  counter: string;
  /** Kills the victim. Does not resolve when that is this process. */
  kill: () => Promise<void>;
}

/** A store that kills at the moments that a store can observe. */
export function storeWithKillPoint(inner: ThreadStore, { moment, counter, kill }: KillPoint): ThreadStore {
  const once = onlyOnce(kill);
  let isCallStored = false;
  return {
    leaseMs: inner.leaseMs,
    check: () => inner.check(),
    claim: async (...args) => {
      const claimed = await inner.claim(...args);
      if (moment === "after claim") await once();
      return claimed;
    },
    renew: (...args) => inner.renew(...args),
    release: async (...args) => {
      if (moment === "while releasing") await once();
      return inner.release(...args);
    },
    append: async (claim, append) => {
      if (moment === "before flush" && holds(append, '"task_complete"')) await once();
      await inner.append(claim, append);
      if (moment === "after mark" && JSON.stringify(append.marks ?? {}).includes('"started"')) await once();
      if (holds(append, '"function_call"') && !isCallStored) {
        isCallStored = true;
        if (moment === "call recorded") await once();
        if (moment === "command running") whenExists(counter, once);
      }
      if (moment === "after flush" && holds(append, '"task_complete"')) await once();
    },
    read: (...args) => inner.read(...args),
    head: (...args) => inner.head(...args),
    mark: (...args) => inner.mark(...args),
    list: (...args) => inner.list(...args),
    delete: (...args) => inner.delete(...args),
  };
}

/** Kills at the moments that the events of the turn show. */
export function eventKillPoint({ moment, kill }: KillPoint): (event: ThreadEvent) => void {
  const once = onlyOnce(kill);
  return (event) => {
    if (moment === "after turn start" && event.type === "turn.started") void once();
    const isCommand = event.type === "item.completed" && event.item.type === "command_execution";
    if (moment === "command ended" && isCommand) void once();
  };
}

function holds({ writes = [] }: ThreadAppend, text: string): boolean {
  return writes.some(({ bytes }) => Buffer.from(bytes).toString().includes(text));
}

function onlyOnce(kill: () => Promise<void>): () => Promise<void> {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    await kill();
  };
}

function whenExists(file: string, then: () => Promise<void>): void {
  const timer = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(timer);
    void then();
  }, 5);
  timer.unref();
}
