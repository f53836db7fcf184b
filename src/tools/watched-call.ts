// Calls of the host's code, as reported to observers: with their kind, ID and outcome.

export interface CallInfo {
  kind: "tool" | "approval" | "question" | "elicitation";
  /** The ID of the tool call, or of the request. */
  id: string;
  /** The waiting thread: the turn's own, or a sub-agent's. */
  threadId: string;
  /** The tool's name, or the handler's option. */
  name: string;
}

/** Runs `work` and returns its result. `outcomeOf` names the result: a decision, `completed` or `failed`. */
export type WatchCall = <Result>(
  call: CallInfo,
  work: () => Promise<Result>,
  outcomeOf: (result: Result) => string,
) => Promise<Result>;

/** For turns that are not observed. */
export const unwatched: WatchCall = (_, work) => work();
