// An answer of app-server that says no.
export interface RpcErrorBody {
  code: number;
  message: string;
  data?: unknown;
}

export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;
  readonly method: string;

  constructor(method: string, body: RpcErrorBody) {
    super(body.message);
    this.name = "RpcError";
    this.method = method;
    this.code = body.code;
    this.data = body.data;
  }
}
