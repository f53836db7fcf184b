// A script: the model's steps.
import type { ModelRequest } from "../server/model-request.js";
import type { Step } from "./part.js";

/** Selects the step for a request. */
export type StepFunction = (request: ModelRequest) => Step | Promise<Step>;

/** One entry for each request, in the order in which they arrive. */
export type StepList = readonly (Step | StepFunction)[];

/** A list that every thread plays separately from its beginning. Created by `perThread`. */
export interface PerThreadScript {
  kind: "per_thread";
  steps: StepList;
}

/** A list for all requests, a list for each thread, or a function for all requests. */
export type Script = StepList | PerThreadScript | StepFunction;

/** Every thread plays the whole list separately, also if several run concurrently. */
export function perThread(steps: StepList): PerThreadScript {
  return { kind: "per_thread", steps };
}
