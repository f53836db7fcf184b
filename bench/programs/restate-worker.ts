// A Restate worker: serves conversations until its parent disconnects or kills it.
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { Codex } from "codex-sdk";
import type { CodexOptions, ThreadOptions } from "codex-sdk";
import { fileStore } from "codex-sdk/store";
import { withResolvers } from "../../test/support/with-resolvers.js";
import { serve, setup } from "../harness/serve.js";

export interface RestateWorkerSetup {
  codex: CodexOptions;
  thread: ThreadOptions;
  storeDirectory: string;
  leaseMs: number;
}

withResolvers();
const restate = await import("@restatedev/restate-sdk");
const { codexThread } = await import("codex-sdk/restate");
const { codex: options, thread, storeDirectory, leaseMs } = setup() as RestateWorkerSetup;
const codex = new Codex({ ...options, store: fileStore(storeDirectory, { leaseMs }) });
await codex.warm();
const services = [codexThread({ codex, thread, onWorkerLoss: "continue" })];
const server = http2.createServer(restate.createEndpointHandler({ services, logger: () => undefined }));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
serve(
  {},
  { ready: (server.address() as AddressInfo).port, onDisconnect: () => codex.close().finally(() => process.exit()) },
);
