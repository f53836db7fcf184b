// Failed turns over both transports: typed errors, events and retries.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { cut, fail, failResponse, reason, say } from "../../../src/testing/index.js";
import type { Step } from "../../../src/testing/index.js";
import { readEvents } from "../../support/read-events.js";
import { rejection } from "../../support/rejection.js";
import { codexOn, repository, scriptedModel } from "../../support/workspace.js";
import { openOver, transports } from "./open-over.js";

describe.each(transports)("%s", (transport) => {
  const { setUp, open } = openOver(transport);

  test("each endpoint failure has its typed error", { timeout: 60_000 }, async () => {
    const { model, codex } = await setUp(({ lastUserText }) => faults[lastUserText ?? ""]!.step);
    const failed = await Promise.all(
      Object.keys(faults).map(async (name) => {
        const error = await rejection(open(model, codex).run(name));
        return [name, { code: error.code, message: error.message, firstItem: error.turn?.items[0]?.type }];
      }),
    );
    const expected = Object.entries(faults).map(([name, { code, message, firstItem }]) => [
      name,
      { code, message: expect.stringMatching(message), firstItem },
    ]);
    expect(Object.fromEntries(failed)).toEqual(Object.fromEntries(expected));
  });

  test("a failed turn emits its event, then reading throws its error, and the thread continues", async () => {
    const { model, codex } = await setUp([fail(401), say("better")]);
    const thread = open(model, codex);
    const streamed = await thread.runStreamed("go");
    const { events, error } = await readEvents(streamed);
    expect(error).toMatchObject({ code: "unauthorized", httpStatus: 401 });
    expect(events.at(-1)).toMatchObject({ type: "turn.failed", error: { code: "unauthorized" } });
    await expect(streamed.completed()).rejects.toMatchObject({ code: "unauthorized", httpStatus: 401 });
    const turn = await thread.run("again");
    expect(turn.finalResponse).toBe("better");
    expect(turn.usage?.input_tokens).toBe(10);
  });

  test("a retry is reported as an error item and does not end the turn", async () => {
    const model = await scriptedModel([cut({ text: "half" }), say("whole")]);
    const codex = codexOn(model, { transport, ...model.codexOptions({ retries: 2 }) });
    const streamed = await open(model, codex).runStreamed("go");
    const notices: string[] = [];
    for await (const event of streamed) if (event.type === "error") notices.push(event.message);
    expect(notices.join()).toMatch(/Reconnecting/);
    expect((await streamed.completed()).finalResponse).toBe("whole");
  });

  test("an unknown thread and a directory outside git have their own errors", async () => {
    const { model, codex } = await setUp([]);
    const unknown = codex.resumeThread("01a20222-4e63-7122-a53d-6a8230e28aaa", { skipGitRepoCheck: true });
    const error = await rejection(unknown.run("go"));
    expect(error).toMatchObject({ code: "thread_not_found" });
    expect(error.message).toMatch(/^Thread 01a20222\S* does not exist in CODEX_HOME.*codexHome/);
    const bare = path.join(repository(), "..", `not-git-${process.pid}`);
    mkdirSync(bare, { recursive: true });
    await expect(codex.startThread({ workingDirectory: bare }).run("go")).rejects.toMatchObject({
      code: "not_a_git_repository",
    });
    expect(model.requests).toEqual([]);
  });
});

interface Fault {
  step: Step;
  code: string;
  message: RegExp;
  firstItem?: string;
}

const faults: Record<string, Fault> = {
  unauthorized: {
    step: fail(401, { message: "Bad key." }),
    code: "unauthorized",
    message: /401 Unauthorized: Bad key/,
  },
  tooMany: { step: fail(429), code: "rate_limit", message: /429 Too Many Requests/ },
  rateLimit: {
    step: failResponse({ code: "rate_limit_exceeded", message: "Slow down. Please try again in 1.5s" }),
    code: "rate_limit",
    message: /Slow down/,
  },
  quota: { step: failResponse({ code: "insufficient_quota" }), code: "usage_limit", message: /^Quota exceeded/ },
  broken: { step: fail(500), code: "overloaded", message: /high demand/ },
  badRequest: {
    step: fail(400, { message: "Unknown parameter." }),
    code: "bad_request",
    message: /^Unknown parameter\.$/,
  },
  noModel: {
    step: fail(404, { code: "model_not_found", message: "The model `x` does not exist." }),
    code: "model_not_found",
    message: /^The model `x` does not exist/,
  },
  cut: {
    step: [reason("Hm."), cut({ text: "half" })],
    code: "stream_disconnected",
    message: /^stream disconnected/,
    firstItem: "reasoning",
  },
  context: {
    step: failResponse({ code: "context_length_exceeded" }),
    code: "context_window_exceeded",
    message: /context window/,
  },
};
