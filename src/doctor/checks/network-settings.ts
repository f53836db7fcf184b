// Proxy variables and certificate files in Codex's environment.
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import type { DoctorContext } from "../context.js";
import { failure, ok } from "../report.js";
import type { Finding } from "../report.js";

const certificateVariables = ["SSL_CERT_FILE", "CODEX_CA_CERTIFICATE", "NODE_EXTRA_CA_CERTS"];

export async function checkNetworkSettings({ env }: DoctorContext): Promise<Finding> {
  const found: string[] = [];
  for (const [name, value = ""] of Object.entries(env)) {
    if (!/^(https?|all)_proxy$/i.test(name) || value === "") continue;
    const proxy = URL.canParse(value) ? new URL(value) : undefined;
    if (proxy === undefined) {
      return failure(`${name} is not a URL.`, `Set ${name} to a URL such as http://proxy.example:3128.`);
    }
    found.push(`${name}=${proxy.protocol}//${proxy.host}`);
  }
  for (const name of certificateVariables) {
    const file = env[name];
    if (file === undefined || file === "") continue;
    const isReadable = await access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!isReadable) return failure(`${name}: cannot read ${file}.`, `Correct or unset ${name}.`);
    found.push(`${name}=${file}`);
  }
  return ok(found.length === 0 ? "no proxy, the system's certificates" : found.join(", "));
}

/** The proxy for a URL according to the variables; undefined for a direct connection. */
export function proxyFor(url: URL, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const value = (name: string) => env[name] || env[name.toUpperCase()] || undefined;
  const proxy = value(`${url.protocol.slice(0, -1)}_proxy`) ?? value("all_proxy");
  if (proxy === undefined) return undefined;
  const direct = (value("no_proxy") ?? "").split(",").map((entry) => entry.trim().replace(/^\./, ""));
  const isDirect = direct.some(
    (entry) => entry !== "" && (entry === "*" || url.hostname === entry || url.hostname.endsWith(`.${entry}`)),
  );
  return isDirect ? undefined : proxy;
}
