// What may be done to a turn, what the model then does, and how the turn must end.
import type { CodexErrorCode, StreamedTurn, Turn } from "codex-sdk";
import { cut, fail, failResponse, runCommand, say, silence } from "codex-sdk/testing";
import type { ModelRequest, Step } from "codex-sdk/testing";

export type Outcome = "completed" | CodexErrorCode;

export interface Fate {
  /** What the model does when it is asked with this turn's words. */
  step(request: ModelRequest): Step;
  /** How the turn must end, unless codex is killed meanwhile. */
  outcome: Outcome;
  /** How the turn is run. `ms` is a moment within it. Default: to its end. */
  run?(start: StartTurn, ms: number): Promise<Turn>;
}

export type StartTurn = (options: { signal?: AbortSignal; timeoutMs?: number }) => Promise<StreamedTurn>;

function answer({ lastUserText }: ModelRequest): Step {
  return say(`re: ${lastUserText}`, { pieces: 4, pauseMs: 5 });
}

function failing(outcome: Outcome, step: Step): Fate {
  return { outcome, step: () => step };
}

export const fates: Readonly<Record<string, Fate>> = {
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
  left: {
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
