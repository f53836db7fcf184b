// Direct requests to Codex, for methods that this SDK does not cover.
import { expect, expectTypeOf, test } from "vitest";
import { Codex } from "../../../src/index.js";
import type { RequestMethod, RequestParams, RequestResult } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import { repository, warmCodex } from "../../support/workspace.js";

test("a request with or without parameters is answered with the types of the protocol", async () => {
  const { model, codex } = await warmCodex([say("ok")]);
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("hi");
  const { data } = await codex.request("thread/loaded/list", {});
  expectTypeOf(data).toEqualTypeOf<string[]>();
  expect(data).toEqual([thread.id]);
  const requirements = await codex.request("configRequirements/read");
  expectTypeOf(requirements).toEqualTypeOf<RequestResult<"configRequirements/read">>();
  expect(requirements).toHaveProperty("requirements");
  expectTypeOf<RequestParams<"thread/read">>().toHaveProperty("threadId");
  expectTypeOf<RequestMethod>().not.toEqualTypeOf<string>();
});

test("requests that Codex cannot read and requests that it rejects have different errors", async () => {
  const { codex } = await warmCodex([]);
  const request = codex.request.bind(codex) as (method: string, params?: unknown) => Promise<unknown>;
  await expect(request("thread/read", {})).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("missing field `threadId`"),
  });
  const unknown = await request("no/such/method", {}).catch((error: unknown) => error);
  expect(unknown).toMatchObject({ code: "invalid_input", message: expect.stringContaining("no/such/method") });
  expect((unknown as Error).message.length).toBeLessThan(500);
  const refused = request("thread/read", { threadId: "01a20222-4e63-7122-a53d-6a8230e28aaa" });
  await expect(refused).rejects.toMatchObject({ code: "protocol", cause: { code: -32_600, method: "thread/read" } });
});

test("a request without a method, and the handshake, are rejected before Codex is started", async () => {
  const codex = new Codex({ codexPathOverride: "/nonexistent/codex" });
  const request = codex.request.bind(codex) as (method: unknown) => Promise<unknown>;
  await expect(request("")).rejects.toMatchObject({ code: "invalid_input" });
  await expect(request(undefined)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(request("initialize")).rejects.toThrow(/cannot be sent again/);
});

test("over exec, all of this is rejected with an explanation of what to do", async () => {
  const codex = new Codex({ transport: "exec" });
  const unsupported = { code: "unsupported", message: expect.stringContaining('transport: "app-server"') };
  await expect(codex.listThreads().toArray()).rejects.toMatchObject(unsupported);
  await expect(codex.listModels()).rejects.toMatchObject(unsupported);
  await expect(codex.account()).rejects.toMatchObject(unsupported);
  await expect(codex.login({ type: "chatgpt" })).rejects.toMatchObject(unsupported);
  await expect(codex.logout()).rejects.toMatchObject(unsupported);
  await expect(codex.request("account/logout")).rejects.toMatchObject(unsupported);
  expect(() => codex.on("warning", () => undefined)).toThrow(/"exec" transport cannot/);
  const thread = codex.resumeThread("01a20222-4e63-7122-a53d-6a8230e28aaa", { skipGitRepoCheck: true });
  for (const method of ["history", "fork", "archive", "unarchive", "delete", "compact"] as const) {
    await expect(thread[method]()).rejects.toMatchObject(unsupported);
  }
  await expect(thread.rename("x")).rejects.toMatchObject(unsupported);
  await expect(thread.review({ type: "uncommitted_changes" })).rejects.toMatchObject(unsupported);
});

test("parameters that are not JSON are rejected before they are sent, and Codex remains usable", async () => {
  const { codex } = await warmCodex([]);
  const request = codex.request.bind(codex) as (method: string, params?: unknown) => Promise<unknown>;
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const throwing = {
    toJSON() {
      throw new Error("no JSON here");
    },
  };
  for (const params of [{ limit: 1n }, cyclic, throwing]) {
    await expect(request("thread/list", params)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining('The parameters of "thread/list" cannot be sent as JSON'),
    });
  }
  await expect(request("thread/list", {})).resolves.toHaveProperty("data");
});
