// Starts the service: Restate's server, N workers, a store, and an HTTP front end.
//
//   npx tsx examples/service/serve.ts --workers 3
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Codex } from "codex-sdk";
import type { CodexOptions, ThreadOptions } from "codex-sdk";
import { fileStore } from "codex-sdk/store";
import { startFrontEnd } from "./front-end.js";
import { missingBinary, restateBinary, startRestate } from "./restate-server.js";
import { startModel } from "./script.js";
import { startWorkers } from "./workers.js";

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "2" },
    "lease-ms": { type: "string", default: "3000" },
    /** Uses your account instead of the scripted model. */
    live: { type: "boolean", default: false },
    /** Ends the service when the program that started it exits. */
    attached: { type: "boolean", default: false },
  },
});

const directory = mkdtempSync(path.join(os.tmpdir(), "codex-service-"));
const closing: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 })];
let stopping: Promise<void> | undefined;

/** Ends everything in the reverse order. */
function stop(exitCode: number): Promise<void> {
  stopping ??= (async () => {
    for (const close of closing.toReversed())
      await Promise.resolve(close()).catch((error: unknown) => console.error(error));
    process.exit(exitCode);
  })();
  return stopping;
}

process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));
process.on("uncaughtException", (error) => {
  console.error(error);
  void stop(1);
});
if (values.attached) process.stdin.on("end", () => void stop(0)).resume();

function inside(name: string): string {
  const made = path.join(directory, name);
  mkdirSync(made);
  return made;
}

const binary = restateBinary();
if (binary === undefined) {
  console.error(missingBinary);
  await stop(1);
  throw new Error(missingBinary);
}
const [storeDirectory, workingDirectory] = [inside("store"), inside("workspace")];
const leaseMs = Number(values["lease-ms"]);
const script = values.live ? undefined : await startModel(inside("model"), path.join(workingDirectory, "commands.log"));
if (script) closing.push(() => script.model.close());
const codexOptions: CodexOptions = script?.model.codexOptions() ?? {};
const thread: ThreadOptions = {
  ...script?.model.threadOptions(),
  workingDirectory,
  skipGitRepoCheck: true,
  sandboxMode: "workspace-write",
};
const restate = await startRestate(binary, inside("restate"));
closing.push(() => restate.stop());
const workers = await startWorkers(
  Number(values.workers),
  { storeDirectory, leaseMs, codex: codexOptions, thread },
  inside("homes"),
);
closing.push(() => workers.stop());
await restate.register(workers.uri);
// It reads events from the store, and never starts Codex.
const codex = new Codex({ store: fileStore(storeDirectory) });
closing.push(() => codex.close());
const report = () => ({ workers: workers.pids(), ...script?.records() });
const frontEnd = await startFrontEnd({ codex, ingress: restate.ingress, report });
closing.push(() => frontEnd.stop());
console.log(`The service listens on ${frontEnd.url}. Press Ctrl-C to stop it.`);
