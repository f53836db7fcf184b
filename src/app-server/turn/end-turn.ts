// Ends a turn: waits for Codex to report the end, interrupts the turn if requested, and ends its commands.
import { ProtocolError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import type { TurnEnd } from "../../transport/transport.js";
import type { AppServer } from "../connection/app-server.js";
import type { Connection } from "../connection/connection.js";
import { fired } from "../connection/waiting/time-limit.js";
import { whileResponding } from "../connection/waiting/while-responding.js";
import { endCommands } from "./turn-commands.js";
import type { Over, TurnSession } from "./turn-session.js";

/** An interrupt takes Codex about 20 ms, and more on a machine under load. */
const shortestGraceMs = 1_000;
/** The time limit for finding and killing processes. */
const longestEndMs = 3_000;

export function graceMs({ shutdownGraceMs }: AppServer): number {
  return Math.max(shutdownGraceMs, shortestGraceMs);
}

/** Ends a Codex that does not respond, because it cannot end its commands one by one. */
export async function endSilent(connection: Connection, { shutdownGraceMs }: AppServer): Promise<CodexError> {
  const error = new ProtocolError("Codex did not respond while a turn was interrupted, and was killed.");
  await connection.close(shutdownGraceMs, error);
  return error;
}

/** Waits for the end of the turn. If `signal` aborts, ends the turn. */
export async function untilOver(session: TurnSession, server: AppServer, signal: AbortSignal): Promise<Over> {
  const { connection } = session.context;
  const over = session.over.promise;
  const first = await Promise.race([over, fired(signal)]);
  if (first) return first;
  void session.begun.promise.then(() => session.interrupt());
  const outcome = await whileResponding(connection, graceMs(server), over, () => void session.interrupt());
  if (outcome === "silent") return { lost: await endSilent(connection, server) };
  if (outcome === "overdue") return { lost: new ProtocolError("Codex did not end a turn that was interrupted.") };
  return outcome.result;
}

export interface EndOptions {
  server: AppServer;
  stopReason: CodexError | undefined;
  /** The end is reported only after the thread was saved. */
  save: (error?: CodexError) => Promise<void>;
}

/** Ends everything that the turn has started. @throws CodexError if the turn did not complete. */
export async function endTurn(
  session: TurnSession,
  over: Over,
  { server, stopReason, save }: EndOptions,
): Promise<TurnEnd> {
  const { connection } = session.context;
  await session.settleUsage();
  if ("turn" in over && !stopReason) await session.emitUnreported(over.turn);
  if ("turn" in over && over.turn.status === "completed" && !session.isEmpty) {
    await save();
    return session.complete();
  }
  if (connection.isOpen) await endWork(session, server);
  else await connection.gone;
  const error = stopReason ?? ("lost" in over ? over.lost : session.errorOf(over.turn, server.limitResetsAt));
  // A failed turn keeps its own error.
  await save(error).catch(() => undefined);
  if (!stopReason && "turn" in over) session.fail(over.turn, error);
  throw error;
}

async function endWork(session: TurnSession, server: AppServer): Promise<void> {
  const { shutdownGraceMs } = server;
  const { connection, threadId } = session.context;
  const ended = Promise.all([
    endCommands(connection, threadId, session.commandIds, shutdownGraceMs),
    session.requests.interruptSubagents(shutdownGraceMs),
  ]);
  const outcome = await whileResponding(connection, shutdownGraceMs + longestEndMs, ended);
  if (outcome === "silent") await endSilent(connection, server);
}
