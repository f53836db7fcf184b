// Restate's server from npm, on free loopback ports, without telemetry.
import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";

export interface RestateServer {
  /** The URL at which clients call handlers. */
  ingress: string;
  /** Registers the services at an address. */
  register(uri: string): Promise<void>;
  stop(): Promise<void>;
}

/** The binary for this platform; undefined if npm has not installed one. */
export function restateBinary(): string | undefined {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const file = path.join(path.dirname(manifest), "bin/restate-server");
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

export const missingBinary =
  `Restate's server has no binary for ${process.platform}-${process.arch} in node_modules. ` +
  "Run `npm install @restatedev/restate-server` on Linux or macOS (x64 or arm64), or start a server by other means.";

export async function startRestate(binary: string, directory: string): Promise<RestateServer> {
  const [ingressPort, adminPort, nodePort] = await Promise.all([freePort(), freePort(), freePort()]);
  const log = openSync(path.join(directory, "restate.log"), "a");
  const child = spawn(binary, ["--base-dir", directory, "--node-name", "example"], {
    stdio: ["ignore", log, log],
    env: {
      PATH: process.env["PATH"],
      DO_NOT_TRACK: "1",
      RESTATE_LISTEN_MODE: "tcp",
      RESTATE_BIND_IP: "127.0.0.1",
      RESTATE_BIND_ADDRESS: `127.0.0.1:${nodePort}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${nodePort}/`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingressPort}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${adminPort}`,
      RESTATE_DEFAULT_NUM_PARTITIONS: "2",
      RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: "128MB",
    },
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  const [ingress, admin] = [`http://127.0.0.1:${ingressPort}`, `http://127.0.0.1:${adminPort}`];
  const until = Date.now() + 60_000;
  for (const url of [`${admin}/health`, `${ingress}/restate/health`]) {
    while (!(await isHealthy(url))) {
      if (child.exitCode !== null || Date.now() > until) {
        await stop();
        throw new Error(`Restate did not start. Its log is in ${directory}/restate.log.`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const register = async (uri: string) => {
    const body = JSON.stringify({ uri, force: true });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${admin}/deployments`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`Restate did not accept ${uri}: ${await answer.text()}`);
  };
  return { ingress, register, stop };
}

async function isHealthy(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined);
  return answer?.ok ?? false;
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
