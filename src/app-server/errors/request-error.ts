// A refusal of codex, as an error that says which request it was.
import { McpServerError, ProtocolError, UnsupportedError } from "../../errors/errors.js";
import { RpcError } from "./rpc-error.js";

export function toRequestError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  const [, server] = /required MCP servers failed to initialize: (.*)/s.exec(error.message) ?? [];
  if (server !== undefined) {
    return new McpServerError(`A required MCP server did not start: ${server}`, { cause: error });
  }
  const message = `${error.message}\n(codex refused "${error.method}".)`;
  return /experimental|not supported/i.test(error.message)
    ? new UnsupportedError(message, { cause: error })
    : new ProtocolError(message, { cause: error });
}
