// Messages on stderr, when tracing is enabled.
import { expect, test } from "vitest";
import { runProgram } from "../../support/host-program.js";

test("NODE_DEBUG=codex-sdk prints lines, shortened and without secrets", async () => {
  const stderr = await traceWith("codex-sdk");
  expect(stderr).toMatch(/^CODEX-SDK \d+: -> \{"key":"\[redacted\]"\}$/m);
  expect(stderr).toMatch(/^CODEX-SDK \d+: <- x{2000}… \(5000 characters\)$/m);
});

test("without it nothing is printed", async () => {
  expect(await traceWith("")).toBe("");
});

async function traceWith(sections: string): Promise<string> {
  const program = `
    import { Redactor } from "./src/process/redaction/redactor.ts";
    import { trace } from "./src/process/redaction/trace.ts";
    trace("->", '{"key":"my-secret-value"}\\n', new Redactor(["my-secret-value"]));
    trace("<-", "x".repeat(5000));
  `;
  const { output } = await runProgram(program, { env: { NODE_DEBUG: sections } });
  return output;
}
