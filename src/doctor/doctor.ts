// Runs the checks one after the other and collects the results. A check that throws has failed.
import { codexVersion, version } from "../internal/version.js";
import { deferred } from "../internal/deferred.js";
import type { CodexOptions } from "../options/options.js";
import { Redactor } from "../process/redaction/redactor.js";
import { secretsOf } from "../process/redaction/secrets.js";
import { checkBinary } from "./checks/binary.js";
import { checkCodexHome } from "./checks/codex-home.js";
import { checkConfiguration } from "./checks/configuration.js";
import { checkCredentials } from "./checks/credentials.js";
import { checkEndpoint } from "./checks/endpoint.js";
import { checkGit } from "./checks/git.js";
import { checkMcpServers } from "./checks/mcp-servers.js";
import { checkNetworkSettings } from "./checks/network-settings.js";
import { checkNode } from "./checks/node.js";
import { checkSandbox } from "./checks/sandbox.js";
import { checkShell } from "./checks/shell.js";
import { checkStart } from "./checks/start.js";
import type { DoctorContext, DoctorRequest } from "./context.js";
import { failure } from "./report.js";
import type { DoctorCheck, DoctorReport, Finding } from "./report.js";

type Check = (context: DoctorContext) => Promise<Finding> | Finding;

/** The time limit of each check. */
const limitMs = 30_000;

const checks: readonly (readonly [name: string, title: string, check: Check])[] = [
  ["binary", "Codex binary", checkBinary],
  ["node", "Node.js", checkNode],
  ["codex_home", "CODEX_HOME", checkCodexHome],
  ["start", "Codex start", checkStart],
  ["configuration", "Configuration", checkConfiguration],
  ["sandbox", "Sandbox", checkSandbox],
  ["git", "Git", checkGit],
  ["credentials", "Credentials", checkCredentials],
  ["network", "Proxy and certs", checkNetworkSettings],
  ["endpoint", "Endpoint", checkEndpoint],
  ["mcp_servers", "MCP servers", checkMcpServers],
  ["shell", "Login shell", checkShell],
];

export async function runDoctor(options: CodexOptions, request: DoctorRequest): Promise<DoctorReport> {
  const context: DoctorContext = {
    options,
    env: options.env ?? process.env,
    request,
    startFailure: undefined,
    isConfigurationDamaged: false,
    mcpServerNames: [],
  };
  const redactor = new Redactor(secretsOf(options));
  const found: DoctorCheck[] = [];
  for (const [name, title, check] of checks) {
    const { status, detail, fix } = await settle(check, context);
    const shown = { detail: redactor.redact(detail), ...(fix !== undefined && { fix: redactor.redact(fix) }) };
    found.push({ name, title, status, ...shown });
  }
  return { ok: found.every(({ status }) => status !== "failure"), sdkVersion: version, codexVersion, checks: found };
}

async function settle(check: Check, context: DoctorContext): Promise<Finding> {
  try {
    return await withinLimit(check, context);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failure(`The check failed unexpectedly: ${message}`, "Report this together with the output of `--json`.");
  }
}

async function withinLimit(check: Check, context: DoctorContext): Promise<Finding> {
  const timeout = deferred<Finding>();
  const timer = setTimeout(() => {
    timeout.resolve(
      failure(`no result within ${limitMs / 1000} s.`, "Try again on an idle machine, with NODE_DEBUG=codex-sdk."),
    );
  }, limitMs);
  try {
    return await Promise.race([check(context), timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
