// A refusal of codex, as an error that says which request it was.
import { ProtocolError, UnsupportedError } from "../../errors.js";
import { RpcError } from "./json-rpc-peer.js";

export function toRequestError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  const message = `codex refused "${error.method}": ${error.message}`;
  return /experimental|not supported/i.test(error.message)
    ? new UnsupportedError(message, { cause: error })
    : new ProtocolError(message, { cause: error });
}
