// The requests that Codex accepts, by method, with the types of their parameters and results.
import type { ClientRequest } from "../../protocol/ClientRequest.js";
import type { ClientResponses } from "../../protocol/ClientResponses.js";

export type Method = ClientRequest["method"];
export type ParamsOf<M extends Method> = Extract<ClientRequest, { method: M }>["params"];
export type ResultOf<M extends Method> = M extends keyof ClientResponses ? ClientResponses[M] : unknown;

/** Empty for a method without parameters. */
export type ParamsArguments<M extends Method> =
  undefined extends ParamsOf<M> ? [params?: ParamsOf<M>] : [params: ParamsOf<M>];

export interface RequestOptions<Result> {
  /** Runs synchronously when the response arrives, before any later notification is read. */
  onResult?: ((result: Result) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** W3C trace context of the request. */
  trace?: { traceparent: string; tracestate?: string | undefined } | undefined;
}
