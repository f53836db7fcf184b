// `codex-sdk doctor`: prints the report of `codex.doctor()`, for people or as JSON.
import { parseArgs } from "node:util";
import { Codex } from "codex-sdk";
import type { DoctorReport } from "codex-sdk";
import { formatReport } from "./format-report.js";

const usage = `Usage: codex-sdk doctor [options]

Checks the codex binary, Node.js, CODEX_HOME, the sandbox, git, credentials, the
endpoint, MCP servers and the login shell. Does not use tokens.
Exit status: 0 without failures, 1 with failures, 2 for invalid arguments.

Options:
  --json                Print the report as JSON
  --codex-home <dir>    CODEX_HOME to check
  --base-url <url>      Base URL of the Responses API
  --codex-path <file>   codex executable to use
  --help                Show this help
`;

/**
 * The name of the environment variable with the key. A key on the command line would be visible to all users of the
 * machine.
 */
const keyVariable = "CODEX_API_KEY";

export async function doctorCommand(args: string[], out: NodeJS.WriteStream): Promise<number> {
  let codex: Codex;
  let isJson: boolean;
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: "boolean", default: false },
        "codex-home": { type: "string" },
        "base-url": { type: "string" },
        "codex-path": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      out.write(usage);
      return 0;
    }
    isJson = values.json;
    codex = new Codex({
      codexHome: values["codex-home"],
      baseUrl: values["base-url"],
      codexPathOverride: values["codex-path"],
      apiKey: process.env[keyVariable]?.trim() || undefined,
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  const report: DoctorReport = await codex.doctor();
  const width = out.isTTY ? (out.columns ?? 80) : 80;
  const isColourful = out.isTTY && !process.env["NO_COLOR"];
  out.write(isJson ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report, { width, isColourful }));
  await codex.close();
  return report.ok ? 0 : 1;
}
