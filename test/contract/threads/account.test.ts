// The account: its plan, its limits, and logins from their start to their end.
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { Codex } from "../../../src/index.js";
import type { CodexNotification, LoginRequest } from "../../../src/index.js";
import { fail, perThread, say } from "../../../src/testing/index.js";
import { accountServer } from "../../support/account-server.js";
import { codexOn, repository, scriptedModel } from "../../support/workspace.js";

const noAccount = { type: null, email: null, plan: null, workspace: null, loginRequired: true, rateLimits: null };

async function codexWithAccounts() {
  const model = await scriptedModel([]);
  const accounts = await accountServer();
  const { config, env } = accounts;
  const options = model.codexOptions({ config });
  return { model, accounts, codex: codexOn(model, { ...options, env: { ...env, ...options.env } }) };
}

test("an API key is an account without a plan; its limits are those that the endpoint reported", async () => {
  const model = await scriptedModel(
    perThread([
      say("fine"),
      fail(429, {
        type: "usage_limit_reached",
        headers: {
          "x-codex-primary-used-percent": "87",
          "x-codex-primary-window-minutes": "300",
          "x-codex-primary-reset-at": "1900000000",
          "x-codex-secondary-used-percent": "10",
          "x-codex-secondary-window-minutes": "10080",
          "x-codex-secondary-reset-at": "1900600000",
        },
      }),
      fail(429, { type: "usage_limit_reached", headers: { "x-codex-primary-used-percent": "100" } }),
    ]),
  );
  const codex = codexOn(model);
  const heard: CodexNotification[] = [];
  codex.on("account.rate_limits_updated", (notification) => heard.push(notification));
  expect(await codex.account()).toEqual({ ...noAccount, type: "api_key" });

  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  expect((await codex.account()).rateLimits).toBeNull();
  await expect(thread.run("two")).rejects.toMatchObject({ code: "usage_limit" });
  const secondary = { usedPercent: 10, windowMinutes: 10_080, resetsAt: new Date(1_900_600_000_000) };
  const first = {
    primary: { usedPercent: 87, windowMinutes: 300, resetsAt: new Date(1_900_000_000_000) },
    secondary,
    credits: null,
    plan: null,
    reached: null,
  };
  expect((await codex.account()).rateLimits).toEqual(first);
  expect(heard.at(-1)).toEqual({ type: "account.rate_limits_updated", rateLimits: first });
  // Values that a report omits keep their last state.
  await expect(thread.run("three")).rejects.toMatchObject({ code: "usage_limit" });
  expect((await codex.account()).rateLimits).toMatchObject({ primary: { usedPercent: 100 }, secondary });
});

test("a login by device code ends when the code was entered; then the account has a plan and limits", async () => {
  const { model, accounts, codex } = await codexWithAccounts();
  const heard: CodexNotification[] = [];
  codex.on("account.login_completed", (notification) => heard.push(notification));
  const login = await codex.login({ type: "device_code" });
  expect(login).toMatchObject({ userCode: "ABCD-1234", url: expect.stringContaining(accounts.url) });
  const waiting = login.wait();
  await vi.waitFor(() => expect(accounts.requests.join()).toContain("deviceauth/token"), { timeout: 5_000 });
  accounts.approve();
  await waiting;
  await login.wait();
  await login.cancel();
  expect(heard.at(-1)).toEqual({ type: "account.login_completed", loginId: login.id, success: true, error: null });
  expect(await codex.account()).toEqual({
    type: "chatgpt",
    email: "person@example.com",
    plan: "pro",
    workspace: "Acme",
    loginRequired: true,
    rateLimits: {
      primary: { usedPercent: 12, windowMinutes: 300, resetsAt: new Date(1_900_000_000_000) },
      secondary: null,
      credits: null,
      plan: "pro",
      reached: null,
    },
  });
  // With an `apiKey` in the options, logins stay in memory.
  expect(existsSync(path.join(model.codexHome, "auth.json"))).toBe(false);
  await codex.logout();
  expect(await codex.account()).toEqual(noAccount);
});

test("a login in the browser ends when the browser returns", async () => {
  const { accounts, codex } = await codexWithAccounts();
  const login = await codex.login({ type: "chatgpt" });
  expect(login.userCode).toBeNull();
  const url = new URL(login.url ?? "");
  expect(url.origin).toBe(accounts.url);
  const back = new URL(url.searchParams.get("redirect_uri") ?? "");
  back.searchParams.set("code", "code");
  back.searchParams.set("state", url.searchParams.get("state") ?? "");
  const waiting = login.wait();
  // Codex redirects the browser to its own page, and waits until that page was read.
  expect((await fetch(back)).status).toBe(200);
  await waiting;
  expect(await codex.account()).toMatchObject({ type: "chatgpt", plan: "pro" });
});

test("a login can be cancelled repeatedly, and another one can be started", async () => {
  const { codex } = await codexWithAccounts();
  const login = await codex.login({ type: "chatgpt" });
  const waiting = login.wait().catch((error: unknown) => error);
  await login.cancel();
  await login.cancel();
  expect(await waiting).toMatchObject({ code: "unauthorized" });
  await expect(login.wait()).rejects.toMatchObject({ code: "unauthorized" });
  const device = await codex.login({ type: "device_code" });
  await device.cancel();
  await expect(device.wait()).rejects.toMatchObject({ code: "unauthorized" });
  expect(await codex.account()).toMatchObject({ type: "api_key" });
});

test("a login ends with its Codex", async () => {
  const { codex } = await codexWithAccounts();
  const login = await codex.login({ type: "chatgpt" });
  const waiting = login.wait().catch((error: unknown) => error);
  process.kill((await codex.request("server/diagnostics", {})).process.id, "SIGKILL");
  expect(await waiting).toMatchObject({ code: "exited" });
  await login.cancel();
});

test("a key that is set later applies from then on", async () => {
  const model = await scriptedModel([say("ok")]);
  const { apiKey: _, ...options } = model.codexOptions();
  const codex = new Codex(options);
  try {
    expect(await codex.account()).toEqual(noAccount);
    const login = await codex.login({ type: "api_key", apiKey: "sk-fake-later" });
    expect(login).toMatchObject({ id: null, url: null, userCode: null });
    await login.wait();
    await login.cancel();
    expect(await codex.account()).toMatchObject({ type: "api_key" });
    await codex.startThread(model.threadOptions({ workingDirectory: repository() })).run("hi");
    expect(model.requests[0]?.headers["authorization"]).toBe("Bearer sk-fake-later");
    // Without `apiKey` in the options, Codex saves the login like `codex login`.
    expect(existsSync(path.join(model.codexHome, "auth.json"))).toBe(true);
  } finally {
    await codex.close();
  }
});

test("a login that cannot be started reports the reason", async () => {
  const model = await scriptedModel([]);
  const env = { ...process.env, CODEX_APP_SERVER_LOGIN_ISSUER: "http://127.0.0.1:9" } as Record<string, string>;
  const codex = codexOn(model, { env });
  await expect(codex.login({ type: "device_code" })).rejects.toMatchObject({
    code: "unauthorized",
    message: expect.stringContaining("device code"),
  });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["an unknown type", { type: "password" }],
  ["no key", { type: "api_key" }],
  ["an empty key", { type: "api_key", apiKey: " " }],
])("a login with %s is rejected before Codex is started", async (_, request) => {
  const codex = new Codex({ codexPathOverride: "/nonexistent/codex" });
  await expect(codex.login(request as LoginRequest)).rejects.toMatchObject({ code: "invalid_input" });
});
