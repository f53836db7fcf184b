// The report of the doctor in a terminal.
import { expect, test } from "vitest";
import { formatReport } from "../../src/cli/format-report.js";

const report = {
  ok: false,
  sdkVersion: "1.2.3",
  codexVersion: "0.169.0",
  checks: [
    { name: "binary", title: "Codex binary", status: "ok" as const, detail: "/a/".padEnd(120, "long") },
    {
      name: "endpoint",
      title: "Endpoint",
      status: "failure" as const,
      detail: "\u001b[2J\u202Eevil\r\nmore",
      fix: "one two three ".repeat(12),
    },
  ],
};

test("the report fits into 80 columns, with a fix below each failure, and without control characters", () => {
  const text = formatReport(report, { width: 80, isColourful: false });
  const lines = text.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  expect(text).toContain("✗ Endpoint");
  expect(text).toMatch(/^ +Fix: one two three/m);
  expect(text).toContain("1 ok, 0 warnings, 1 failure, 0 skipped");
});
