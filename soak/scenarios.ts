// The scenarios of turns: what the model does, how the turn is run, and its expected outcome.
import type { CodexErrorCode, StreamedTurn, Turn } from "codex-sdk";
import { cut, fail, failResponse, runCommand, say, silence } from "codex-sdk/testing";
import type { ModelRequest, Step } from "codex-sdk/testing";

export type Outcome = "completed" | CodexErrorCode;

export interface Scenario {
  /** The response of the model. */
  step(request: ModelRequest): Step;
  /** The expected outcome, unless Codex is killed. */
  outcome: Outcome;
  /** Runs the turn, for example with an abort after `ms`. By default, the turn runs to its end. */
  run?(start: StartTurn, ms: number): Promise<Turn>;
}

export type StartTurn = (options: { signal?: AbortSignal; timeoutMs?: number }) => Promise<StreamedTurn>;

function answer({ lastUserText }: ModelRequest): Step {
  return say(`re: ${lastUserText}`, { pieces: 4, pauseMs: 5 });
}

function failing(outcome: Outcome, step: Step): Scenario {
  return { outcome, step: () => step };
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  answered: { outcome: "completed", step: answer },
  answeredAgain: { outcome: "completed", step: answer },
  command: {
    outcome: "completed",
    step: (request) =>
      request.newOutputs.length === 0 ? runCommand("echo done; exit 3", { login: false }) : answer(request),
  },
  aborted: {
    outcome: "interrupted",
    step: () => silence({ text: "so far" }),
    async run(start, ms) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), ms);
      try {
        return await (await start({ signal: abort.signal })).completed();
      } finally {
        clearTimeout(timer);
      }
    },
  },
  abortedInCommand: {
    outcome: "interrupted",
    step: () => runCommand("trap '' TERM; setsid sleep 341 & sleep 342", { login: false, yieldTimeMs: 30_000 }),
    async run(start) {
      const abort = new AbortController();
      const turn = await start({ signal: abort.signal });
      for await (const event of turn) if (event.type === "item.started") abort.abort();
      return turn.completed();
    },
  },
  timedOut: {
    outcome: "timed_out",
    step: () => silence(),
    run: async (start, ms) => (await start({ timeoutMs: ms })).completed(),
  },
  stoppedReading: {
    outcome: "interrupted",
    step: () => silence({ text: "so far" }),
    async run(start) {
      const turn = await start({});
      for await (const event of turn) if (event.type === "item.updated") break;
      return turn.completed();
    },
  },
  unauthorized: failing("unauthorized", fail(401)),
  rateLimited: failing("rate_limit", fail(429)),
  broken: failing("stream_disconnected", cut({ text: "half" })),
  tooLong: failing("context_window_exceeded", failResponse({ code: "context_length_exceeded" })),
};
