// The cause in the stderr output of Codex. The examples are real output.
import { expect, test } from "vitest";
import { causeIn } from "../../../src/process/child/stderr-cause.js";

const banner = "Reading prompt from stdin...";

test.each([
  ["nothing but the banner", banner, ""],
  ["nothing", "", ""],
  [
    "an error with a backtrace",
    `${banner}\nError: thread/resume: thread/resume failed: no rollout found for thread id 01a2 (code -32600)\n\nStack backtrace:\n   0: <unknown>\n   1: <unknown>`,
    "thread/resume: thread/resume failed: no rollout found for thread id 01a2 (code -32600)",
  ],
  [
    "an invalid configuration, over two lines",
    "Error loading config.toml: invalid type: integer `1`, expected struct RawMcpServerConfig\nin `mcp_servers.x`\n",
    "Error loading config.toml: invalid type: integer `1`, expected struct RawMcpServerConfig\nin `mcp_servers.x`",
  ],
  [
    "an argument that this Codex does not know",
    "error: unexpected argument '--nope' found\n\n  tip: to pass '--nope' as a value, use '-- --nope'\n\nUsage: codex exec [OPTIONS] [PROMPT]\n       codex exec [OPTIONS] <COMMAND> [ARGS]\n\nFor more information, try '--help'.\n",
    "unexpected argument '--nope' found\n  tip: to pass '--nope' as a value, use '-- --nope'",
  ],
  [
    "a panic",
    `${banner}\n\nthread 'main' panicked at core/src/lib.rs:7:9:\nthe sky fell\nnote: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace\n`,
    "thread 'main' panicked at core/src/lib.rs:7:9:\nthe sky fell",
  ],
  [
    "warnings and a cause",
    `WARNING: proceeding, even though we could not update PATH\n2026-11-22T08:00:00.1Z  WARN codex_core: slow\n${banner}\r\nNo prompt provided via stdin.\r\n`,
    "No prompt provided via stdin.",
  ],
  [
    "only a log",
    `${banner}\n2026-11-22T08:02:37.270299Z ERROR codex_core::session::turn: Failed to run pre-sampling compact\n`,
    "Failed to run pre-sampling compact",
  ],
])("%s", (_name, stderr, cause) => {
  expect(causeIn(stderr)).toBe(cause);
});
