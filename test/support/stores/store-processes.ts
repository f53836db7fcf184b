// Stores in separate processes with separate clocks, which a backend cannot distinguish from several machines.
import { fork } from "node:child_process";
import { afterAll } from "vitest";
import {
  CodexError,
  InvalidInputError,
  LeaseLostError,
  StoreError,
  ThreadBusyError,
  ThreadInUseError,
  ThreadNotFoundError,
} from "../../../src/index.js";
import type { CodexErrorCode, ThreadStore } from "../../../src/index.js";
import { compiled } from "../host-program.js";

export interface StoreProcessOptions {
  kind: "file" | "postgres" | "s3";
  /** A directory, or a URL. */
  place: string;
  schema?: string | undefined;
  bucket?: string | undefined;
  /** How far its clock is ahead, in milliseconds. */
  clockShiftMs: number;
}

export interface StoreCall {
  id: number;
  /** The number of the adapter in its process. */
  store: number;
  method: Exclude<keyof ThreadStore, "leaseMs">;
  args: unknown[];
}

export interface StoreReply {
  id: number;
  result?: unknown;
  error?: { code: CodexErrorCode; message: string; isRetryable: boolean; retryAfterMs?: number | undefined };
}

const minutes = 60_000;
const clocks = [0, 10 * minutes, -10 * minutes];

/** Three processes whose clocks differ by minutes. Each call of the result opens an adapter in the next of them. */
export async function storeProcesses(options: Omit<StoreProcessOptions, "clockShiftMs">): Promise<() => ThreadStore> {
  const open = await Promise.all(clocks.map((clockShiftMs) => startStoreProcess({ ...options, clockShiftMs })));
  let opened = 0;
  return () => {
    const next = open[opened % open.length];
    opened += 1;
    if (!next) throw new Error("There are no processes.");
    return next();
  };
}

async function startStoreProcess(options: StoreProcessOptions): Promise<() => ThreadStore> {
  const program = await compiled("test/fixtures/store-process.ts");
  const child = fork(program, [JSON.stringify(options)], { serialization: "advanced" });
  afterAll(() => void child.kill("SIGKILL"));
  const waiting = new Map<number, (reply: StoreReply) => void>();
  let ids = 0;
  let stores = 0;
  child.on("message", (reply: StoreReply) => waiting.get(reply.id)?.(reply));
  await new Promise<void>((resolve, reject) => {
    waiting.set(0, () => resolve());
    child.once("exit", (code) => reject(new Error(`The process of a store ended with ${code}.`)));
  });
  const call = async (store: number, method: StoreCall["method"], args: unknown[]) => {
    ids += 1;
    const id = ids;
    const reply = await new Promise<StoreReply>((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, store, method, args } satisfies StoreCall);
    });
    waiting.delete(id);
    if (reply.error) throw toError(reply.error);
    return reply.result;
  };
  return () => {
    stores += 1;
    const store = stores;
    return remoteStore((method, args) => call(store, method, args));
  };
}

type Call = (method: StoreCall["method"], args: unknown[]) => Promise<unknown>;

function remoteStore(call: Call): ThreadStore {
  // The values come from the same methods in the other process.
  const method = <Name extends StoreCall["method"]>(name: Name) =>
    ((...args: unknown[]) => call(name, args)) as NonNullable<ThreadStore[Name]>;
  return {
    leaseMs: 30_000,
    check: method("check"),
    claim: method("claim"),
    renew: method("renew"),
    release: method("release"),
    append: method("append"),
    read: method("read"),
    head: method("head"),
    mark: method("mark"),
    list: method("list"),
    delete: method("delete"),
  };
}

function toError({ code, message, isRetryable, retryAfterMs }: NonNullable<StoreReply["error"]>): Error {
  if (code === "invalid_input") return new InvalidInputError(message);
  if (code === "lease_lost") return new LeaseLostError(message);
  if (code === "store") return new StoreError(message, { isRetryable });
  if (code === "thread_busy") return new ThreadBusyError(message, { retryAfterMs });
  if (code === "thread_in_use") return new ThreadInUseError(message);
  if (code === "thread_not_found") return new ThreadNotFoundError(message);
  return code === undefined ? new Error(message) : new CodexError(code, message);
}
