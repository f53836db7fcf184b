// Adds input to a turn that runs.
import { CodexError, InvalidInputError } from "../../errors/errors.js";
import type { InputPart } from "../../input/input.js";
import type { Connection } from "../connection/connection.js";
import { toProtocolInput } from "./input-to-protocol.js";
import { RpcError } from "../errors/rpc-error.js";

/** Whether codex took it: not when the turn has ended, nor by a review or a compaction, nor when codex is gone. */
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
      throw new InvalidInputError(`The input is too large for codex: ${error.message}`, { cause: error });
    }
    // The turn itself says why it ended.
    if (error instanceof RpcError || CodexError.isInstance(error)) return false;
    throw error;
  }
}

export function isTooLarge(error: unknown): error is RpcError {
  return error instanceof RpcError && JSON.stringify(error.data ?? "").includes("input_too_large");
}
