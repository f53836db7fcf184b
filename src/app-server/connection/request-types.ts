// The types of codex's own requests, for `codex.request`.
import type { Method, ParamsOf, ResultOf } from "./connection.js";

export type { Method, ParamsOf, ResultOf };

/** Nothing for a method that takes no parameters. */
export type ParamsArguments<M extends Method> =
  undefined extends ParamsOf<M> ? [params?: ParamsOf<M>] : [params: ParamsOf<M>];
