// The error for a request that Codex rejected.
import { InvalidInputError, ProtocolError, UnsupportedError } from "../../errors/errors.js";
import { configurationError, mcpServerError, requestProblem } from "../../errors/codex-messages.js";
import { RpcError } from "./rpc-error.js";

/** JSON-RPC's code for a method that does not exist. */
const methodNotFound = -32601;

export function toRequestError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  const options = { cause: error };
  const problem = error.code === methodNotFound ? "unsupported" : requestProblem(error.originalMessage());
  if (problem === "mcp_server") return mcpServerError(error.message, options);
  if (problem === "invalid_configuration") return configurationError(error.message, options);
  if (problem === "malformed_request") return malformed(error);
  const message = `${error.message}\n(Codex rejected "${error.method}".)`;
  return problem === "unsupported" ? new UnsupportedError(message, options) : new ProtocolError(message, options);
}

function malformed(error: RpcError): InvalidInputError {
  const { message } = error;
  const shortened = message.length > 300 ? `${message.slice(0, 300)}…` : message;
  return new InvalidInputError(
    `Codex rejected the parameters of "${error.method}": ${shortened}. Check them against Codex's protocol.`,
    { cause: error },
  );
}
