// The findings of `codex.doctor()` on a working machine, and on faulty ones.
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Codex } from "codex-sdk";
import type { CodexOptions, DoctorCheck, DoctorReport } from "codex-sdk";
import { ScriptedModel } from "codex-sdk/testing";
import { temporaryDirectory } from "../support/workspace.js";

let model: ScriptedModel;
beforeAll(async () => {
  model = await ScriptedModel.start([]);
});
afterAll(() => model.close());

async function examine(options: CodexOptions = {}): Promise<DoctorReport> {
  await using codex = new Codex({ ...model.codexOptions(), ...options });
  return await codex.doctor();
}

function check(report: DoctorReport, name: string): DoctorCheck {
  const found = report.checks.find((each) => each.name === name);
  if (!found) throw new Error(`There is no check ${name}.`);
  return found;
}

test("on a working machine, nothing fails and no tokens are spent", async () => {
  const report = await examine();
  expect(report.checks.filter(({ status }) => status === "failure")).toEqual([]);
  expect(report.ok).toBe(true);
  expect(check(report, "sandbox").detail).toBe("runs commands, and denies writes outside the workspace");
  expect(check(report, "endpoint")).toMatchObject({ status: "ok" });
  expect(check(report, "credentials").detail).toBe("API key");
  expect(model.requests).toEqual([]);
  expect(JSON.stringify(report)).not.toContain("sk-fake");
});

describe("faults", () => {
  test("a binary that is not Codex, and the checks that depend on it", async () => {
    const report = await examine({ codexPathOverride: "/bin/true" });
    expect(report.ok).toBe(false);
    expect(check(report, "binary")).toMatchObject({
      status: "failure",
      detail: expect.stringContaining("is not Codex"),
    });
    expect(check(report, "start").status).toBe("failure");
    expect(check(report, "sandbox").status).toBe("skipped");
    expect(check(report, "git").status).toBe("ok");
  });

  test("a binary that does not exist", async () => {
    const report = await examine({ codexPathOverride: "./no-such-codex" });
    expect(check(report, "binary")).toMatchObject({ status: "failure", fix: expect.stringContaining("no-such-codex") });
  });

  test("a CODEX_HOME that is a file", async () => {
    const file = path.join(temporaryDirectory(), "home");
    writeFileSync(file, "");
    const report = await examine({ codexHome: file });
    expect(check(report, "codex_home")).toMatchObject({
      status: "failure",
      detail: expect.stringMatching(/directory/),
    });
  });

  test("a damaged config.toml is named, and the checks that depend on it are skipped", async () => {
    const codexHome = temporaryDirectory("codex-sdk-test-", "/var/tmp");
    writeFileSync(path.join(codexHome, "config.toml"), 'model = "x"\n[broken\n');
    const report = await examine({ codexHome });
    expect(check(report, "start").status).not.toBe("failure");
    expect(check(report, "configuration")).toMatchObject({
      status: "failure",
      detail: expect.stringMatching(/config\.toml:2/),
    });
    expect(check(report, "mcp_servers").status).toBe("skipped");
  });

  test("a login that has expired and cannot be renewed fails the credentials check, not the start check", async () => {
    const codexHome = temporaryDirectory("codex-sdk-test-", "/var/tmp");
    const token = `${encoded({ alg: "none" })}.${encoded({ exp: 1, email: "somebody@example.com" })}.x`;
    const tokens = { id_token: token, access_token: token, refresh_token: "fake-refresh-token", account_id: "fake" };
    const login = { OPENAI_API_KEY: null, tokens, last_refresh: "2020-01-01T00:00:00Z" };
    writeFileSync(path.join(codexHome, "auth.json"), JSON.stringify(login), { mode: 0o600 });
    // Without a configured provider, Codex contacts ChatGPT, which is not reachable.
    const nowhere = "http://127.0.0.1:9";
    const env = { ...(process.env as Record<string, string>), CODEX_REFRESH_TOKEN_URL_OVERRIDE: nowhere };
    await using codex = new Codex({ codexHome, env, config: { chatgpt_base_url: nowhere } });
    const report = await codex.doctor();
    expect(check(report, "start").status).not.toBe("failure");
    expect(check(report, "credentials").status).not.toBe("skipped");
    expect(JSON.stringify(report)).not.toMatch(/fake-refresh-token|somebody@example/);
    expect(JSON.stringify(report)).not.toContain(token);
  });

  test("a git that an agent can place on PATH is not run", async () => {
    const place = temporaryDirectory();
    const ran = path.join(place, "ran");
    writeFileSync(path.join(place, "git"), `#!/bin/sh\necho ran >> ${ran}\n`, { mode: 0o755 });
    const report = await examine({ env: { ...model.codexOptions().env, PATH: `${place}:${process.env["PATH"]}` } });
    expect(check(report, "git")).toMatchObject({ status: "ok", detail: expect.stringMatching(/^\d/) });
    expect(existsSync(ran)).toBe(false);
  });

  test("an environment without git, and with an empty PATH", async () => {
    const env = { PATH: "/nonexistent", SHELL: "/no/such/shell", HOME: temporaryDirectory() };
    await using codex = new Codex({ codexPathOverride: "/bin/true", env });
    const report = await codex.doctor();
    expect(check(report, "git")).toMatchObject({ status: "warning", fix: expect.stringContaining("Install git") });
    expect(check(report, "shell").status).toBe("warning");
  });

  test("no HOME and no CODEX_HOME: the checks still end", async () => {
    const { HOME: _home, CODEX_HOME: _codexHome, ...env } = process.env as Record<string, string>;
    await using codex = new Codex({ codexPathOverride: "/bin/true", env });
    const report = await codex.doctor();
    expect(report.checks.length).toBeGreaterThan(5);
    expect(report.ok).toBe(false);
  });

  test.each([
    [404, "failure", /does not exist/],
    [401, "warning", /requires credentials/],
    [500, "failure", /HTTP 500/],
    [200, "warning", /invalid request with HTTP 200/],
  ])("an endpoint that answers %i", async (status, expected, detail) => {
    const baseUrl = await endpoint(status);
    const { status: found, detail: said } = check(await examine({ baseUrl }), "endpoint");
    expect(found).toBe(expected);
    expect(said).toMatch(detail);
  });

  test("an endpoint that cannot be reached", async () => {
    const report = await examine({ baseUrl: "http://127.0.0.1:9/v1" });
    expect(check(report, "endpoint")).toMatchObject({
      status: "failure",
      detail: expect.stringMatching(/cannot be reached/),
    });
  });

  test("a configured MCP server that does not start is named", async () => {
    const codexHome = temporaryDirectory("codex-sdk-test-", "/var/tmp");
    writeFileSync(path.join(codexHome, "config.toml"), '[mcp_servers.broken]\ncommand = "/no/such/program"\n');
    const report = await examine({ codexHome });
    expect(check(report, "mcp_servers")).toMatchObject({
      status: "warning",
      detail: expect.stringContaining("broken"),
    });
  });

  test("a login shell with a slow profile", async () => {
    const home = temporaryDirectory();
    writeFileSync(path.join(home, ".profile"), "sleep 1.1\n");
    writeFileSync(path.join(home, ".bash_profile"), "sleep 1.1\n");
    const env = { ...(process.env as Record<string, string>), HOME: home, SHELL: "/bin/bash" };
    await using codex = new Codex({ codexPathOverride: "/bin/true", env });
    const { status, fix } = check(await codex.doctor(), "shell");
    expect(status).toBe("warning");
    expect(fix).toContain("shell_snapshot");
  });

  test("a proxy variable that is not a URL, and a certificate file that does not exist", async () => {
    const examineEnvironment = async (more: Record<string, string>) => {
      const env = { ...(process.env as Record<string, string>), ...more };
      await using codex = new Codex({ codexPathOverride: "/bin/true", env });
      return check(await codex.doctor(), "network");
    };
    expect((await examineEnvironment({ HTTPS_PROXY: "not a url" })).status).toBe("failure");
    expect((await examineEnvironment({ SSL_CERT_FILE: "/no/such/file" })).status).toBe("failure");
    const proxied = await examineEnvironment({ HTTPS_PROXY: "http://user:fake-password@proxy.example:3128" });
    expect(proxied.detail).toContain("proxy.example:3128");
    expect(proxied.detail).not.toContain("fake-password");
  });
});

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

async function endpoint(status: number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(status).end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
