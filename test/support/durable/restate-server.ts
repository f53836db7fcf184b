// The real Restate server for tests: from npm, on loopback, without telemetry, with its own directory.
import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import type { ThreadState } from "../../../src/restate/index.js";

/** Why the server cannot run here; undefined if it can. npm may not have installed the binary of this platform. */
export function whyNoRestate(): string | undefined {
  const file = binaryPath();
  return file === undefined
    ? `@restatedev/restate-server has no binary for ${process.platform}-${process.arch}`
    : undefined;
}

function binaryPath(): string | undefined {
  const require = createRequire(import.meta.url);
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  try {
    const file = path.join(path.dirname(require.resolve(`${name}/package.json`)), "bin/restate-server");
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

export interface RestateServer {
  ingress: string;
  admin: string;
  /** Registers the services behind an address. */
  register(uri: string): Promise<void>;
  /** Kills the server and starts it again, with the same directory and addresses. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startRestate(directory: string): Promise<RestateServer> {
  const [ingressPort, adminPort, fabricPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const [ingress, admin] = [`http://127.0.0.1:${ingressPort}`, `http://127.0.0.1:${adminPort}`];
  const env = {
    PATH: process.env["PATH"],
    DO_NOT_TRACK: "1",
    RESTATE_BIND_IP: "127.0.0.1",
    RESTATE_BIND_ADDRESS: `127.0.0.1:${fabricPort}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${fabricPort}/`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingressPort}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${adminPort}`,
    RESTATE_LISTEN_MODE: "tcp",
    RESTATE_DEFAULT_NUM_PARTITIONS: "2",
    RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: "128MB",
  };
  const start = () => startProcess(directory, env, [`${admin}/health`, `${ingress}/restate/health`]);
  let end = await start();
  return {
    ingress,
    admin,
    register: async (uri) => {
      const answer = await fetch(`${admin}/deployments`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ uri, force: true }),
      });
      if (!answer.ok) throw new Error(`Restate did not register ${uri}: ${await answer.text()}`);
    },
    restart: async () => {
      await end();
      end = await start();
    },
    close: () => end(),
  };
}

/** @returns what kills it, once it is healthy. */
async function startProcess(
  directory: string,
  env: NodeJS.ProcessEnv,
  healthUrls: readonly string[],
): Promise<() => Promise<void>> {
  const log = openSync(path.join(directory, "restate.log"), "a");
  const child = spawn(binaryPath() ?? "", ["--base-dir", directory, "--node-name", "test"], {
    stdio: ["ignore", log, log],
    env,
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const until = Date.now() + 60_000;
  for (const url of healthUrls) {
    while (
      !(await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      ))
    ) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`Restate did not start. See ${directory}.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return async () => {
    child.kill("SIGKILL");
    await ended;
  };
}

export interface IngressClient {
  call<Result = unknown>(handler: string, input?: unknown): Promise<Result>;
  /** Resolves when the conversation waits for an answer. */
  waiting(): Promise<ThreadState>;
}

/** Calls the handlers of one conversation. */
export function ingressClient({ ingress }: Pick<RestateServer, "ingress">, name: string, key: string): IngressClient {
  const call = async <Result>(handler: string, input?: unknown): Promise<Result> => {
    const answer = await fetch(`${ingress}/${name}/${encodeURIComponent(key)}/${handler}`, {
      method: "POST",
      ...(input !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(input) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return (text === "" ? undefined : JSON.parse(text)) as Result;
  };
  const waiting = async () => {
    for (;;) {
      const state = await call<ThreadState>("state");
      if (state.status === "waiting") return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { call, waiting };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
