// Secrets in every form in which they occur.
import { createHash } from "node:crypto";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CodexExitedError } from "../../../src/index.js";
import { Redactor } from "../../../src/process/redaction/redactor.js";

const redact = (text: string, secrets: readonly string[]) => new Redactor(secrets).redact(text);

const secret = 'pa"ss/wörd+ 1';

test.each([
  ["in plain text", secret],
  ["in JSON", JSON.stringify({ secret })],
  ["in JSON in JSON", JSON.stringify(JSON.stringify({ secret }))],
  ["in a URL", `https://x/?q=${encodeURIComponent(secret)}&r=1`],
  ["in a form", new URLSearchParams({ secret }).toString()],
  ["in base64", Buffer.from(secret).toString("base64")],
  ["in base64url", Buffer.from(secret).toString("base64url")],
  ["in basic credentials", Buffer.from(`user:${secret}`).toString("base64")],
])("a secret %s is redacted", (_, text) => {
  const shown = redact(`before ${text} after`, [secret]);
  expect(shown).toMatch(/^before .*\[redacted\].* after$/);
  expect(shown).not.toContain("rd+ 1");
});

test("no part of a secret remains in base64, at any position in the encoded text", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 16, maxLength: 40 }), fc.string(), fc.string(), (secret, before, after) => {
      const encoded = Buffer.from(before + secret + after).toString("base64");
      expect(redact(encoded, [secret])).toContain("[redacted]");
    }),
  );
});

test("a secret that begins like another is redacted completely", () => {
  expect(redact("token-123456-long", ["token-123456", "token-123456-long"])).toBe("[redacted]");
});

test("words that are too short to be secrets are not redacted", () => {
  expect(redact("env is prod", ["prod", ""])).toBe("env is prod");
});

test("secrets are redacted from when they are added until the last user has released them", () => {
  const redactor = new Redactor(["first-secret"]);
  const release = redactor.add(["second-secret", "first-secret"]);
  const releaseToo = redactor.add(["second-secret"]);
  const text = "first-secret second-secret";
  expect(redactor.redact(text)).toBe("[redacted] [redacted]");
  release();
  release();
  expect(redactor.redact(text)).toBe("[redacted] [redacted]");
  releaseToo();
  expect(redactor.redact(text)).toBe("[redacted] second-secret");
});

test("secrets that overlap are all redacted completely", () => {
  expect(redact("<abc-efgh123>", ["abc-efgh", "efgh123"])).toBe("<[redacted]>");
});

test.each([
  ["rollout", "no rollout found", "no rollout found"],
  ["600000", "timeout after 600000 ms", "timeout after 600000 ms"],
  ["hunter2", "password hunter2 is wrong, xhunter2 is not it", "password [redacted] is wrong, xhunter2 is not it"],
  ["hunter2", "q=%3Dhunter2&", "q=%3D[redacted]&"],
  ["production", "reproductions in production", "reproductions in [redacted]"],
  ["correcthorsebatterystaple", "xcorrecthorsebatterystaplex", "x[redacted]x"],
])("the short or plain value %j is redacted where it cannot be part of the text", (value, text, shown) => {
  expect(redact(text, [value])).toBe(shown);
});

test.each([
  "Missing environment variable: `MY_GATEWAY_KEY`",
  "Missing bearer or basic authentication in header",
  "Use basic authentication.",
  "sk-learning is a library",
])("%j contains no secret", (text) => {
  expect(redact(text, [])).toBe(text);
});

test("an error is redacted, including its stack, its stderr and its causes", () => {
  const cause = new Error("cause secret-value-1");
  const exit = { exitCode: 1, signal: null, stderr: "stderr secret-value-1" };
  const error = new CodexExitedError("message secret-value-1", exit, { cause });
  new Redactor(["secret-value-1"]).redactError(error);
  expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain("secret-value-1");
  expect(error.stack).toContain("message [redacted]");
});

test("20,000 secrets do not slow down the redaction of a large text", () => {
  const redactor = new Redactor();
  const token = (index: number) => `token-${createHash("sha256").update(String(index)).digest("hex")}`;
  const before = process.cpuUsage();
  for (let index = 0; index < 20_000; index++) redactor.add([token(index)]);
  const text = `${"The quick brown fox jumps over the lazy dog. ".repeat(200)}${token(19_999)} `.repeat(10);
  const shown = redactor.redact(text);
  const usedMs = process.cpuUsage(before).user / 1_000;
  expect(shown.split("[redacted]")).toHaveLength(11);
  // Quadratic work takes several seconds.
  expect(usedMs).toBeLessThan(1_500);
});

test("text that looks like a key or a bearer token is redacted without being registered", () => {
  expect(redact("Incorrect API key provided: sk-fake-abc123456.", [])).toBe("Incorrect API key provided: [redacted].");
  expect(redact("authorization: Bearer abcdefgh.ijkl", [])).toBe("authorization: Bearer [redacted]");
  expect(redact("the task-management-system has a bearer of news", [])).toBe(
    "the task-management-system has a bearer of news",
  );
});

test("a long message is cut, and no part of a secret is at the cut", () => {
  const key = "sk-live-0123456789abcdefghij";
  const redactor = new Redactor([key]);
  // Redaction makes the text shorter, so that the cut comes nearer to its beginning.
  for (const before of [0, 100, 16_380, 24_000, 24_570]) {
    const shown = redactor.redactMessage(`${"x ".repeat(before / 2)}${key.repeat(2_000)}`);
    expect(shown).not.toContain("sk-live-0");
    expect(shown).toMatch(/… \(\d+ characters\)$/);
    expect(shown.length).toBeLessThan(16_500);
  }
  const error = redactor.redactError(new Error(`${key} ${"y".repeat(3_000_000)}`));
  expect(error.message).toMatch(/^\[redacted\] y{1000,}… \(3000029 characters\)$/);
  expect(error.stack!.length).toBeLessThan(20_000);
});
