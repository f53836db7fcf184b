// The environment of all tests, without any user's account, key, proxy or profile.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { rootCertificates } from "node:tls";

/** Variables that would change which server Codex contacts: all connections of a test are on loopback. */
const foreign = /^(CODEX_.*|OPENAI_.*|(HTTPS?|ALL|NO)_PROXY)$/i;

/** Changes this process's environment, which child processes inherit. Its files are removed when the process ends. */
export function isolateEnvironment(): void {
  for (const name of Object.keys(process.env)) if (foreign.test(name)) delete process.env[name];
  // Agents may write to the temporary directory, so nothing there is trusted.
  const folder = mkdtempSync(path.join(existsSync("/var/tmp") ? "/var/tmp" : tmpdir(), "codex-sdk-environment-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const home = path.join(folder, "home");
  const bin = path.join(folder, "bin");
  // test/support/setup.ts runs the tests there. Programs that they compile find the packages above it.
  const work = path.join(folder, "work");
  for (const directory of [home, bin, work]) mkdirSync(directory);
  symlinkSync(path.resolve(import.meta.dirname, "../node_modules"), path.join(folder, "node_modules"), "junction");
  process.env["TEST_DIRECTORY"] = work;
  // Codex starts login shells, and a profile may take longer than a test.
  process.env["HOME"] = home;
  // Codex reads the system's certificates in each turn, which takes a third of its time. On loopback there is no TLS.
  // It needs at least one for WebSockets and for MCP servers over HTTP.
  const certificates = path.join(folder, "certificates.pem");
  writeFileSync(certificates, `${rootCertificates[0]}\n`);
  process.env["SSL_CERT_FILE"] = certificates;
  if (process.platform === "linux") shadowLsbRelease(bin);
}

/** Each Codex runs it twice at its start, for 60 ms each; without its output Codex reads a file. */
function shadowLsbRelease(bin: string): void {
  const file = path.join(bin, "lsb_release");
  writeFileSync(file, "#!/bin/sh\nexit 1\n");
  chmodSync(file, 0o755);
  process.env["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;
}
