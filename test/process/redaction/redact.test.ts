// Secrets in every form in which they come by.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { redact } from "../../../src/process/redaction/redact.js";

const secret = 'pa"ss/wörd+ 1';

test.each([
  ["as it is", secret],
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

test("nothing of any secret is left in base64, wherever it stands in the encoded text", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6, maxLength: 40 }), fc.string(), fc.string(), (secret, before, after) => {
      const encoded = Buffer.from(before + secret + after).toString("base64");
      expect(redact(encoded, [secret])).toContain("[redacted]");
    }),
  );
});

test("a secret that begins like another is redacted whole", () => {
  expect(redact("token-123456-long", ["token-123456", "token-123456-long"])).toBe("[redacted]");
});

test("words that are too short to be secrets stay", () => {
  expect(redact("env is prod", ["prod", ""])).toBe("env is prod");
});

test("a list that has grown since the last call counts as it is now", () => {
  const secrets = ["first-secret"];
  expect(redact("first-secret second-secret", secrets)).toBe("[redacted] second-secret");
  secrets.push("second-secret");
  expect(redact("first-secret second-secret", secrets)).toBe("[redacted] [redacted]");
});

test("what looks like a key or a bearer token is redacted without being named", () => {
  expect(redact("Incorrect API key provided: sk-fake-abc123456.", [])).toBe("Incorrect API key provided: [redacted].");
  expect(redact("authorization: Bearer abcdefgh.ijkl", [])).toBe("authorization: Bearer [redacted]");
  expect(redact("the task-management-system has a bearer of news", [])).toBe(
    "the task-management-system has a bearer of news",
  );
});
