// Which codex executable is used, and whether its version is the one that this package requires.
import { codexVersion } from "../../internal/version.js";
import { locateCodex } from "../../process/locate/locate.js";
import type { DoctorContext } from "../context.js";
import { failure, ok, warning } from "../report.js";
import type { Finding } from "../report.js";
import { runCommand } from "../run-command.js";

export async function checkBinary({ options, env }: DoctorContext): Promise<Finding> {
  let location;
  try {
    location = locateCodex(options.codexPathOverride);
  } catch (error) {
    const [summary = "", ...rest] = (error instanceof Error ? error.message : String(error)).split("\n");
    return failure(summary, rest.join(" ").trim() || "Install `@openai/codex`, or correct `codexPathOverride`.");
  }
  const { executablePath, args } = location;
  const result = await runCommand(executablePath, [...args, "--version"], { env, timeoutMs: 10_000 });
  const found = /^codex(?:-cli)? (\S+)/.exec(result.stdout)?.[1];
  if (found === undefined) {
    const output = (result.stdout || result.stderr).trim().split("\n")[0] ?? "";
    const how = result.timedOut ? "did not respond within 10 s" : `printed ${JSON.stringify(output.slice(0, 80))}`;
    return failure(
      `${executablePath} is not Codex: \`--version\` ${how}.`,
      "Correct `codexPathOverride`, or omit it to use the installed codex.",
    );
  }
  const where = `${found}, ${executablePath}`;
  if (found === codexVersion) return ok(where);
  return warning(
    `${where}. This package requires ${codexVersion}.`,
    `Omit \`codexPathOverride\`, or install @openai/codex@${codexVersion}.`,
  );
}
