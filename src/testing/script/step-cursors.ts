// The position in a list of steps: for all threads together, or for each thread separately.
import { checkStep } from "./check-step.js";
import type { ModelRequest } from "../server/model-request.js";
import type { Step } from "./part.js";
import type { PerThreadScript, StepFunction, StepList } from "./script.js";
import { ScriptError } from "./script-error.js";

export class StepCursors {
  readonly #steps: StepList;
  readonly #perThread: boolean;
  readonly #positions = new Map<string, number>();

  private constructor(steps: StepList, perThread: boolean) {
    this.#steps = [...steps];
    this.#perThread = perThread;
    if (!perThread) this.#positions.set("", 0);
  }

  static of(script: StepList | PerThreadScript): StepCursors {
    const perThread = isPerThread(script);
    const steps: unknown = perThread ? script.steps : script;
    if (!Array.isArray(steps)) {
      throw new ScriptError(
        "A script must be a list of steps, perThread() of such a list, or a function of the request. For one step, pass [step].",
      );
    }
    const list: StepList = steps;
    for (const [index, step] of list.entries()) {
      if (typeof step !== "function") checkStep(step, `Step ${index + 1} of the script`);
    }
    return new StepCursors(list, perThread);
  }

  /** The step for a request. Throws `ScriptError` if no step is left. */
  next(request: ModelRequest): Step | StepFunction {
    const key = this.#perThread ? (request.threadId ?? "") : "";
    const position = this.#positions.get(key) ?? 0;
    const step = this.#steps[position];
    if (step === undefined) throw this.#exhaustedError(request);
    this.#positions.set(key, position + 1);
    return step;
  }

  /** A sentence for each list that was not played to its end. */
  unplayed(): string[] {
    const count = this.#steps.length;
    return [...this.#positions]
      .filter(([, position]) => position < count)
      .map(([thread, position]) => {
        const onThread = thread === "" ? "" : ` on thread ${thread}`;
        return `Step ${position + 1} of ${count} was never played${onThread}, nor any after it.`;
      });
  }

  #exhaustedError(request: ModelRequest): ScriptError {
    const count = this.#steps.length;
    const cause = request.lastOutput || request.lastUserText;
    return new ScriptError(
      `Request ${request.number} has no step left in the script (${count} ${count === 1 ? "step" : "steps"}). ` +
        `It came after ${JSON.stringify(cause.slice(-200))}. ` +
        "Add a step for it, or end the turn earlier with a say() without calls.",
    );
  }
}

function isPerThread(script: StepList | PerThreadScript): script is PerThreadScript {
  return typeof script === "object" && script !== null && "kind" in script && script.kind === "per_thread";
}
