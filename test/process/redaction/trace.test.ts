// The wire on stderr, when it is asked for.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const redactor = path.join(import.meta.dirname, "../../../src/process/redaction/redactor.ts");
const source = path.join(import.meta.dirname, "../../../src/process/redaction/trace.ts");

test("NODE_DEBUG=codex-sdk shows lines, shortened and without secrets", async () => {
  const stderr = await traceWith("codex-sdk");
  expect(stderr).toMatch(/^CODEX-SDK \d+: -> \{"key":"\[redacted\]"\}$/m);
  expect(stderr).toMatch(/^CODEX-SDK \d+: <- x{2000}… \(5000 characters\)$/m);
});

test("without it there is nothing", async () => {
  expect(await traceWith("")).toBe("");
});

async function traceWith(sections: string): Promise<string> {
  const script = `
    import { Redactor } from ${JSON.stringify(redactor)};
    import { trace } from ${JSON.stringify(source)};
    trace("->", '{"key":"my-secret-value"}\\n', new Redactor(["my-secret-value"]));
    trace("<-", "x".repeat(5000));
  `;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const { stderr } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, NODE_DEBUG: sections },
  });
  return stderr;
}
