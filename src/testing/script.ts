// A script, and who follows it: which answer each request gets, and what was wrong in the end.
import { checkStep } from "./check-step.js";
import type { ModelRequest } from "./model-request.js";
import type { Answer, Step } from "./part.js";
import { ScriptError } from "./script-error.js";

/** Chooses the step for a request. */
export type StepFunction = (request: ModelRequest) => Step | Promise<Step>;

/** A list with one entry for each request, in the order in which they arrive; or a function for all of them. */
export type Script = readonly (Step | StepFunction)[] | StepFunction;

/** Follows a script from request to request. */
export class ScriptFollower {
  readonly problems: string[] = [];
  readonly #steps: readonly (Step | StepFunction)[] | undefined;
  readonly #everyStep: StepFunction | undefined;
  readonly #repeats = new Map<string, { answer: Answer; left: number }>();
  #next = 0;

  constructor(script: Script) {
    if (typeof script === "function") {
      this.#everyStep = script;
      return;
    }
    if (!Array.isArray(script)) {
      throw new ScriptError("A script must be a list of steps or a function of the request.");
    }
    script.forEach((step: Step | StepFunction, index) => {
      if (typeof step !== "function") checkStep(step, `Step ${index + 1} of the script`);
    });
    this.#steps = [...script];
  }

  /** The answer to a request. Throws a `ScriptError`, and remembers it, when the script has none. */
  async answer(request: ModelRequest): Promise<Answer> {
    try {
      return this.#repeated(request) ?? this.#start(await this.#step(request), request);
    } catch (error) {
      const problem =
        error instanceof ScriptError
          ? error.message
          : `The script threw at request ${request.number}: ${String(error)}`;
      this.problems.push(problem);
      throw new ScriptError(problem, [problem], { cause: error });
    }
  }

  /** Everything that went wrong so far, and the steps that no request came for. */
  verdict(): string[] {
    const unplayed = (this.#steps?.length ?? 0) - this.#next;
    const repeats = [...this.#repeats.values()].filter(({ left }) => left > 0 && left !== Infinity);
    return [
      ...this.problems,
      ...(unplayed > 0
        ? [
            `${unplayed} of ${this.#steps?.length} steps were never played: the first of them is step ${this.#next + 1}.`,
          ]
        : []),
      ...repeats.map(({ left }) => `An answer that was to be repeated has ${left} time(s) left.`),
    ];
  }

  async #step(request: ModelRequest): Promise<Answer> {
    const where = `The step for request ${request.number}`;
    if (this.#everyStep) return checkStep(await this.#everyStep(request), where);
    const count = this.#steps?.length ?? 0;
    const step = this.#steps?.[this.#next++];
    if (step === undefined) {
      this.#next = count;
      throw new ScriptError(
        `Request ${request.number} has no step left in the script (${count} steps). ` +
          `It was made after: ${JSON.stringify((request.lastOutput || request.lastUserText).slice(-200))}. ` +
          "Add a step for it, or end the turn earlier with a say() that has no call beside it.",
      );
    }
    return checkStep(typeof step === "function" ? await step(request) : step, where);
  }

  #repeated(request: ModelRequest): Answer | undefined {
    const repeat = this.#repeats.get(request.threadId ?? "");
    if (!repeat || repeat.left === 0) return undefined;
    repeat.left -= 1;
    return repeat.answer;
  }

  #start(answer: Answer, request: ModelRequest): Answer {
    if (answer.times > 1) this.#repeats.set(request.threadId ?? "", { answer, left: answer.times - 1 });
    return answer;
  }
}
