// Adds input to a running turn.
import { CodexError, InvalidInputError } from "../../errors/errors.js";
import type { InputPart } from "../../input/input.js";
import type { Connection } from "../connection/connection.js";
import { toProtocolInput } from "./input-to-protocol.js";
import { RpcError } from "../errors/rpc-error.js";

/** Whether Codex accepted it. False if the turn or Codex has ended, and for a review or a compaction. */
export async function steerTurn(
  connection: Connection,
  { threadId, turnId }: { threadId: string; turnId: string },
  parts: readonly InputPart[],
): Promise<boolean> {
  try {
    const input = toProtocolInput(parts);
    await connection.request("turn/steer", { threadId, expectedTurnId: turnId, input });
    return true;
  } catch (error) {
    if (isTooLarge(error)) {
      throw new InvalidInputError(`The input is too large for Codex: ${error.message}`, { cause: error });
    }
    // The turn itself reports why it ended.
    if (error instanceof RpcError || CodexError.isInstance(error)) return false;
    throw error;
  }
}

export function isTooLarge(error: unknown): error is RpcError {
  return error instanceof RpcError && JSON.stringify(error.data ?? "").includes("input_too_large");
}
