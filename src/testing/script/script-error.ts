// The error for a script that is malformed, has run out of steps, or was not played to its end.

/** A script of `ScriptedModel` is malformed, ran out of steps, or was not played to its end. */
export class ScriptError extends Error {
  /** The problems, one sentence each. */
  readonly problems: readonly string[];

  constructor(message: string, problems: readonly string[] = [message], options?: ErrorOptions) {
    super(message, options);
    this.name = "ScriptError";
    this.problems = problems;
  }
}
