// Workers of durable turns: separate programs, which end themselves with SIGKILL at a given moment.
import type { ThreadOptions } from "../../../src/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { startHost } from "../host-program.js";
import type { HostProgram } from "../host-program.js";
import type { Moment } from "../stores/kill-points.js";

export interface WorkerOptions {
  model: ScriptedModel;
  codexHome: string;
  /** The directory of the store. */
  directory: string;
  leaseMs: number;
  threadId: string;
  turnKey: string;
  input: string;
  threadOptions: ThreadOptions;
  moment: Moment;
  /** A file that the agent's command writes. */
  counter: string;
}

/** Runs a turn once, and is killed at the given moment. */
export async function startWorker(options: WorkerOptions): Promise<HostProgram> {
  const { model, codexHome, ...rest } = options;
  const given = { ...rest, codexOptions: { ...model.codexOptions(), codexHome } };
  return startHost(workerProgram, { env: { WORKER: JSON.stringify(given), HOME: model.codexHome } });
}

const workerProgram = `
  import { runTurnOnce } from "./src/index.ts";
  import { fileStore } from "./src/store/index.ts";
  import { parkingTurn } from "./test/support/durable/parking-turn.ts";
  import { eventKillPoint, storeWithKillPoint } from "./test/support/stores/kill-points.ts";
  const given = JSON.parse(process.env.WORKER);
  const { moment, counter, threadId, turnKey, input } = given;
  const kill = async () => {
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => undefined);
  };
  const point = { moment, counter, kill };
  const store = storeWithKillPoint(fileStore(given.directory, { leaseMs: given.leaseMs }), point);
  const codex = new Codex({ ...given.codexOptions, store });
  if (moment === "while parked") {
    await parkingTurn(codex, threadId, given.threadOptions, { turnKey, input });
    await kill();
  }
  const thread = codex.resumeThread(threadId, given.threadOptions);
  const outcome = await runTurnOnce(thread, { turnKey, input, onEvent: eventKillPoint(point) });
  console.log("OUTCOME", outcome.status);
  await thread.release();
  await codex.close();
`;
