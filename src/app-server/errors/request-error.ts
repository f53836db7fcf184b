// The error for a request that Codex rejected. It names the request.
import { McpServerError, ProtocolError, UnsupportedError } from "../../errors/errors.js";
import { configurationError, requestErrorCode } from "../../errors/codex-messages.js";
import { RpcError } from "./rpc-error.js";

export function toRequestError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  const [, server] = /required MCP servers failed to initialize: (.*)/s.exec(error.said()) ?? [];
  if (server !== undefined) {
    return new McpServerError(`A required MCP server did not start: ${server}`, { cause: error });
  }
  if (requestErrorCode(error.said()) === "invalid_input") return configurationError(error.message, { cause: error });
  const message = `${error.message}\n(Codex rejected "${error.method}".)`;
  return /experimental|not supported/i.test(error.said())
    ? new UnsupportedError(message, { cause: error })
    : new ProtocolError(message, { cause: error });
}
