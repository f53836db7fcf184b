// HTTP 429 with `retry-after`: Codex waits for that time, and does not report it. docs/errors.md has this limitation.
import { expect, test } from "vitest";
import { fail } from "../../../src/testing/index.js";
import { codexOn, repository, scriptedModel } from "../../support/workspace.js";

test.each(["app-server", "exec"] as const)(
  "Codex waits for the time of retry-after and does not report it, over %s",
  async (transport) => {
    const times: number[] = [];
    const model = await scriptedModel(() => {
      times.push(performance.now());
      return fail(429, { headers: { "retry-after": "1" } });
    });
    const codex = codexOn(model, { ...model.codexOptions({ retries: 1 }), transport });
    const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
    const error: unknown = await thread.run("hi").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "rate_limit", isRetryable: true, httpStatus: 429, retryAfterMs: undefined });
    expect(times).toHaveLength(2);
    // Without the header it waits about 200 ms.
    expect(times[1]! - times[0]!).toBeGreaterThan(900);
  },
);
