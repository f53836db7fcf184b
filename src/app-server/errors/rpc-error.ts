// An error response of app-server.

export interface RpcErrorBody {
  code: number;
  message: string;
  data?: unknown;
}

/** `message` may be redacted later. `originalMessage()` returns Codex's original: use it for classification only, never show it. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly method: string;
  readonly #originalMessage: string;
  readonly #data: unknown;

  constructor(method: string, body: RpcErrorBody) {
    super(body.message);
    this.method = method;
    this.code = body.code;
    this.#originalMessage = body.message;
    this.#data = body.data;
  }

  /** A method, because tools that print errors read properties. */
  originalMessage(): string {
    return this.#originalMessage;
  }

  get data(): unknown {
    return this.#data;
  }
}
