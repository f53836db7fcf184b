// A call of the host's code by a turn: a tool, or the handler of a request.

export interface HostCall {
  /** Runs `work` inside the call, including everything that it calls and awaits. */
  run<Result>(work: () => Result): Result;
  /** The turn no longer waits for the call. */
  end(): void;
}

/** Opens a call. `name` describes it in errors: `The tool "deploy"`, `onApproval`. */
export type OpenCall = (name: string) => HostCall;
