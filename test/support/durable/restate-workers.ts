// Worker processes that serve conversations to Restate, and an address that is forwarded to one of them.
import net from "node:net";
import { onTestFinished } from "vitest";
import type { CodexThreadOptions } from "../../../src/restate/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { startHost } from "../host-program.js";
import type { HostProgram } from "../host-program.js";
import { temporaryDirectory } from "../workspace.js";

export interface RestateWorker extends HostProgram {
  port: number;
  codexHome: string;
}

export interface RestateWorkerOptions {
  model: ScriptedModel;
  /** The directory of the store. */
  directory: string;
  leaseMs: number;
  workingDirectory: string;
  /** The objects that it serves. */
  objects: (Omit<CodexThreadOptions, "codex" | "thread"> & { sandboxMode: string })[];
}

/** Each worker is a machine with its own CODEX_HOME. */
export async function startRestateWorker(options: RestateWorkerOptions): Promise<RestateWorker> {
  const { model, ...rest } = options;
  const codexHome = temporaryDirectory("codex-sdk-home-", "/var/tmp");
  const given = {
    ...rest,
    codexOptions: { ...model.codexOptions(), codexHome },
    threadOptions: model.threadOptions({ workingDirectory: rest.workingDirectory }),
  };
  const host = await startHost(program, { env: { WORKER: JSON.stringify(given), HOME: model.codexHome } });
  await host.printed("LISTENING");
  return { ...host, codexHome, port: Number(/LISTENING (\d+)/.exec(host.output())?.[1]) };
}

const program = `
  import http2 from "node:http2";
  import { withResolvers } from "./test/support/with-resolvers.ts";
  import { fileStore } from "./src/store/index.ts";
  withResolvers();
  const restate = await import("@restatedev/restate-sdk");
  const { codexThread } = await import("./src/restate/index.ts");
  const given = JSON.parse(process.env.WORKER);
  const store = fileStore(given.directory, { leaseMs: given.leaseMs });
  const codex = new Codex({ ...given.codexOptions, store });
  const services = given.objects.map(({ sandboxMode, ...options }) =>
    codexThread({ codex, thread: { ...given.threadOptions, sandboxMode }, ...options }));
  const server = http2.createServer(restate.createEndpointHandler({ services }));
  server.listen(0, "127.0.0.1", () => console.log("LISTENING", server.address().port));
`;

export interface Balancer {
  uri: string;
  /** Where new connections go. */
  to(port: number): void;
  /** Ends all connections, as for a worker that no longer answers. */
  cut(): void;
}

/** A minimal load balancer: connections are forwarded to the worker that was set last. */
export async function balancer(): Promise<Balancer> {
  let target = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const worker = net.connect(target, "127.0.0.1");
    for (const [from, to] of [
      [client, worker],
      [worker, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return {
    cut,
    uri: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    to: (port) => {
      target = port;
    },
  };
}
