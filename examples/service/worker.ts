// One worker: serves conversations to Restate with its own Codex. All workers listen on the same port.
import cluster from "node:cluster";
import http2 from "node:http2";
import { Codex } from "codex-sdk";
import type { CodexOptions, ThreadOptions } from "codex-sdk";
import { fileStore } from "codex-sdk/store";
import { supportNode20 } from "./node-20.js";

export interface WorkerSettings {
  port: number;
  storeDirectory: string;
  leaseMs: number;
  codex: CodexOptions;
  thread: ThreadOptions;
}

if (cluster.isWorker) {
  supportNode20();
  const restate = await import("@restatedev/restate-sdk");
  const { codexThread } = await import("codex-sdk/restate");
  const settings = JSON.parse(process.env["SERVICE_WORKER"] ?? "") as WorkerSettings;
  const store = fileStore(settings.storeDirectory, { leaseMs: settings.leaseMs });
  const codex = new Codex({ ...settings.codex, store });
  const conversation = codexThread({
    codex,
    thread: settings.thread,
    onWorkerLoss: "continue",
    waitForApprovals: true,
    inactivityTimeoutMs: 10_000,
  });
  // With few requests per connection, Restate opens more connections, and so reaches more workers.
  const server = http2.createServer(
    { settings: { maxConcurrentStreams: 4 } },
    restate.createEndpointHandler({ services: [conversation], logger: () => undefined }),
  );
  server.listen(settings.port, "127.0.0.1");
  const stop = () => void codex.close().finally(() => process.exit());
  process.once("SIGTERM", stop);
  // Ctrl-C signals every process of the terminal, but the program that started the workers ends them.
  process.on("SIGINT", () => undefined);
  process.once("disconnect", stop);
}
