// The cost of Restate: the same stored turn with and without it, and the time until another worker takes over a turn.
import net from "node:net";
import path from "node:path";
import { Codex, runTurnOnce } from "codex-sdk";
import { fileStore } from "codex-sdk/store";
import { runCommand, say, ScriptedModel } from "codex-sdk/testing";
import { ingressClient, startRestate, whyNoRestate } from "../../../test/support/durable/restate-server.js";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { startProgram } from "../../harness/program.js";
import type { RestateWorkerSetup } from "../../programs/restate-worker.js";
import { interleaved, median, toRow } from "../../harness/results/series.js";

export const restate: Measurement = { name: "restate", title: "Turns through Restate", isSlow: true, run };

const leaseMs = 3_000;
/** In addition to the lease. */
const takeoverLimitMs = 1_500;

async function run(bench: Bench) {
  const missing = whyNoRestate();
  if (missing !== undefined) return { rows: [], notes: [missing] };
  const storeDirectory = path.join(await bench.workspace.newCodexHome(), "store");
  const closing: (() => Promise<void>)[] = [];
  try {
    let onCommandStart: () => void = () => undefined;
    const model = await ScriptedModel.start({
      codexHome: await bench.workspace.newCodexHome(),
      script: (request) => {
        const isSlow =
          request.userTexts.at(-1) === "slow" && !JSON.stringify(request.input.at(-1)).includes("was lost");
        if (!isSlow || request.newOutputs.length > 0) return say("Done.");
        onCommandStart();
        return runCommand("sleep 60", { login: false, yieldTimeMs: 60_000 });
      },
    });
    closing.push(() => model.close());
    const thread = {
      ...model.threadOptions({ workingDirectory: bench.workspace.workingDirectory }),
      sandboxMode: "danger-full-access" as const,
    };
    const server = await startRestate(await bench.workspace.newCodexHome());
    closing.push(() => server.close());
    const start = async () => {
      const codex = { ...model.codexOptions(), codexHome: await bench.workspace.newCodexHome() };
      const setup: RestateWorkerSetup = { codex, thread, storeDirectory, leaseMs };
      const program = await startProgram("restate-worker", setup, {});
      closing.push(() => program.end());
      return program;
    };
    const proxy = await startProxy();
    closing.push(proxy.close);
    let worker = await start();
    proxy.to(Number(worker.ready));
    await server.register(proxy.uri);

    const codex = new Codex({
      ...model.codexOptions(),
      codexHome: await bench.workspace.newCodexHome(),
      store: fileStore(storeDirectory, { leaseMs }),
    });
    closing.push(() => codex.close());
    const own = codex.startThread(thread);
    await own.create("bench");
    const conversation = ingressClient(server, "codex-thread", "bench");
    await conversation.call("run", { input: "Hello" });
    let turns = 0;
    const subjects = new Map<string, () => Promise<number[]>>([
      [
        "a stored turn with runTurnOnce(), then release()",
        () =>
          timed(async () => {
            turns += 1;
            await runTurnOnce(own, { turnKey: `turn-${turns}`, input: "Hello" });
            await own.release();
          }),
      ],
      ["the same turn through Restate", () => timed(() => conversation.call("run", { input: "Hello" }))],
    ]);
    const samples = await interleaved(bench.scaled(40, 10), subjects, { limitMs: bench.limitMs });

    const takeovers: number[] = [];
    for (let round = 0; round < bench.scaled(5, 1); round++) {
      const other = await start();
      const running = new Promise<void>((resolve) => (onCommandStart = resolve));
      const client = ingressClient(server, "codex-thread", `takeover-${round}`);
      const outcome = client.call<{ status: string }>("run", { input: "slow" });
      await running;
      // A turn can be continued only once its prompt is in the store.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      proxy.to(Number(other.ready));
      process.kill(worker.pid, "SIGKILL");
      const killedAt = performance.now();
      const { status } = await outcome;
      if (status !== "completed") throw new Error(`The turn ended as ${status}.`);
      takeovers.push(performance.now() - killedAt);
      worker = other;
    }
    const [alone = [], through = []] = [...samples.values()];
    return {
      rows: [
        ...[...samples].map(([name, rounds]) => toRow(name, "ms", "lower", rounds)),
        toRow("from SIGKILL to the end of the turn on another worker", "ms", "lower", [takeovers]),
      ],
      goals: [
        {
          what: "added by Restate to a turn",
          value: median(through.flat()) - median(alone.flat()),
          unit: "ms" as const,
        },
        {
          what: "takeover, in addition to the lease",
          value: median(takeovers) - leaseMs,
          unit: "ms" as const,
          limit: takeoverLimitMs,
          must: "at most" as const,
        },
      ],
    };
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number[]> {
  const started = performance.now();
  await work();
  return [performance.now() - started];
}

/** Forwards connections to the worker that was set last. */
async function startProxy() {
  let port = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const worker = net.connect(port, "127.0.0.1");
    for (const [from, forwardTo] of [
      [client, worker],
      [worker, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => undefined).on("close", () => forwardTo.destroy());
      from.pipe(forwardTo);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    to: (next: number) => {
      port = next;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
