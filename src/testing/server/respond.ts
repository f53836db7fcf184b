// Steps that are a complete answer: several parts in one response, with their usage, once or repeatedly.
import type { Answer, Part, ScriptedUsage, Step } from "../script/part.js";
import { ScriptError } from "../script/script-error.js";

const defaultUsage: ScriptedUsage = { input: 10, cached: 0, output: 5, reasoning: 0 };

export interface RespondOptions {
  /** The reported tokens. @defaultValue `{ input: 10, cached: 0, output: 5, reasoning: 0 }` */
  usage?: Partial<ScriptedUsage>;
  /** The number of requests that get this answer. @defaultValue 1 */
  times?: number;
}

/** One response with several parts and its usage. A plain list of parts is the same with the default usage. */
export function respond(parts: Part | readonly Part[], options: RespondOptions = {}): Answer {
  return {
    kind: "answer",
    parts: Array.isArray(parts) ? (parts as readonly Part[]) : [parts as Part],
    usage: { ...defaultUsage, ...options.usage },
    times: checkTimes(options.times ?? 1),
  };
}

/** Several calls at once, in one response. */
export function together(...parts: Part[]): Answer {
  return respond(parts);
}

/** The same answer to `times` requests of a thread; `Infinity` for all following ones. */
export function repeat(step: Step, times: number): Answer {
  return { ...toAnswer(step), times: checkTimes(times) };
}

/** Converts a step to an answer. */
export function toAnswer(step: Step): Answer {
  return isAnswer(step) ? step : respond(step);
}

function isAnswer(step: Step): step is Answer {
  return "kind" in step && step.kind === "answer";
}

export function checkTimes(times: number): number {
  if (times === Infinity || (Number.isInteger(times) && times >= 1)) return times;
  throw new ScriptError(`"times" must be a whole number of at least 1, or Infinity, not ${times}.`);
}
