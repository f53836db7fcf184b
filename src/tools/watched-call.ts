// Calls of the host's code as those see them who watch a turn: with their kind, their ID and their outcome.

export interface CallInfo {
  kind: "tool" | "approval" | "question" | "elicitation";
  /** The ID of the tool call, or of the request. */
  id: string;
  /** The thread that waits: the turn's own, or a sub-agent's. */
  threadId: string;
  /** The tool's name, or the handler's option. */
  name: string;
}

/** Runs `work`, and returns what it returns. `outcomeOf` names the result: a decision, `completed` or `failed`. */
export type WatchCall = <Result>(
  call: CallInfo,
  work: () => Promise<Result>,
  outcomeOf: (result: Result) => string,
) => Promise<Result>;

/** For turns that are not observed. */
export const unwatched: WatchCall = (_, work) => work();
