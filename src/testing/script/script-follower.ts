// Selects the answer to each request from a script, and collects the problems.
import { checkStep } from "./check-step.js";
import type { ModelRequest } from "../server/model-request.js";
import type { Answer } from "./part.js";
import type { Script, StepFunction } from "./script.js";
import { ScriptError } from "./script-error.js";
import { StepCursors } from "./step-cursors.js";

export class ScriptFollower {
  readonly #problems: string[] = [];
  readonly #steps: StepCursors | StepFunction;
  readonly #repeats = new Map<string, { answer: Answer; left: number }>();

  /** Throws `ScriptError` if the script is malformed. */
  constructor(script: Script) {
    this.#steps = typeof script === "function" ? script : StepCursors.of(script);
  }

  /** The answer to a request. Throws a `ScriptError`, and records it, if the script does not have one. */
  async answer(request: ModelRequest): Promise<Answer> {
    try {
      return this.#repeated(request) ?? (await this.#next(request));
    } catch (error) {
      const problem =
        error instanceof ScriptError
          ? error.message
          : `The script threw at request ${request.number}: ${String(error)}`;
      this.#problems.push(problem);
      throw new ScriptError(problem, [problem], { cause: error });
    }
  }

  /** Records a problem that occurred while an answer was played. */
  addProblem(problem: string): void {
    this.#problems.push(problem);
  }

  /** All problems so far, and the steps for which no request arrived. */
  allProblems(): string[] {
    const unplayed = typeof this.#steps === "function" ? [] : this.#steps.unplayed();
    const repeats = [...this.#repeats.values()]
      .filter(({ left }) => left > 0 && left !== Infinity)
      .map(({ answer, left }) => `An answer for ${answer.times} requests was sent to ${answer.times - left} of them.`);
    return [...this.#problems, ...unplayed, ...repeats];
  }

  async #next(request: ModelRequest): Promise<Answer> {
    const step = typeof this.#steps === "function" ? this.#steps : this.#steps.next(request);
    const answer = checkStep(
      typeof step === "function" ? await step(request) : step,
      `The step for request ${request.number}`,
    );
    if (answer.times > 1) this.#repeats.set(request.threadId ?? "", { answer, left: answer.times - 1 });
    return answer;
  }

  #repeated(request: ModelRequest): Answer | undefined {
    const repeat = this.#repeats.get(request.threadId ?? "");
    if (!repeat || repeat.left === 0) return undefined;
    repeat.left -= 1;
    return repeat.answer;
  }
}
