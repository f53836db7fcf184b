// Ends a turn: waits for Codex to report the end, interrupts the turn if requested, and ends its commands.
import { ProtocolError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import type { TurnEnd } from "../../transport/transport.js";
import type { AppServer } from "../connection/app-server.js";
import type { Connection } from "../connection/connection.js";
import { whenAborted } from "../connection/waiting/time-limit.js";
import { whileResponding } from "../connection/waiting/while-responding.js";
import { endCommands } from "./turn-commands.js";
import type { TurnOutcome, TurnSession } from "./turn-session.js";

/** An interrupt takes Codex about 20 ms, and more on a machine under load. */
const shortestGraceMs = 1_000;
/** The time limit for finding and killing processes. */
const longestEndMs = 3_000;

export function graceMs({ shutdownGraceMs }: AppServer): number {
  return Math.max(shutdownGraceMs, shortestGraceMs);
}

/** Ends a Codex that does not respond, because it cannot end its commands one by one. */
export async function killUnresponsive(connection: Connection, { shutdownGraceMs }: AppServer): Promise<CodexError> {
  const error = new ProtocolError("Codex did not respond while a turn was interrupted, and was killed.");
  await connection.close(shutdownGraceMs, error);
  return error;
}

/** Waits for the end of the turn. If `signal` aborts, ends the turn. */
export async function waitForEnd(session: TurnSession, server: AppServer, signal: AbortSignal): Promise<TurnOutcome> {
  const { connection } = session.context;
  const outcome = session.outcome.promise;
  const first = await Promise.race([outcome, whenAborted(signal)]);
  if (first) return first;
  void session.started.promise.then(() => session.interrupt());
  const waited = await whileResponding(connection, graceMs(server), outcome, () => void session.interrupt());
  if (waited === "unresponsive") return { lost: await killUnresponsive(connection, server) };
  if (waited === "overdue") return { lost: new ProtocolError("Codex did not end a turn that was interrupted.") };
  return waited.result;
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
  outcome: TurnOutcome,
  { server, stopReason, save }: EndOptions,
): Promise<TurnEnd> {
  const { connection } = session.context;
  await session.settleUsage();
  if ("turn" in outcome && !stopReason) await session.emitUnreported(outcome.turn);
  if ("turn" in outcome && outcome.turn.status === "completed" && !session.isEmpty) {
    await save();
    return session.complete();
  }
  if (connection.isOpen) await endWork(session, server);
  else await connection.terminated;
  const error = stopReason ?? ("lost" in outcome ? outcome.lost : session.errorOf(outcome.turn, server.limitResetsAt));
  // A failed turn keeps its own error.
  await save(error).catch(() => undefined);
  if (!stopReason && "turn" in outcome) session.fail(outcome.turn, error);
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
  if (outcome === "unresponsive") await killUnresponsive(connection, server);
}
