// Workers of durable turns: programs of their own, which end themselves by SIGKILL at a given moment.
import type { ScriptedModel } from "../../src/testing/index.js";
import { startHost } from "./host-program.js";
import type { HostProgram } from "./host-program.js";
import { temporaryDirectory } from "./workspace.js";

/** The moments at which a worker is killed. */
export const moments = [
  "after claim",
  "after mark",
  "after turn start",
  "call recorded",
  "command running",
  "command ended",
  "before flush",
  "after flush",
  "while releasing",
] as const;

export type Moment = (typeof moments)[number];

export interface WorkerOptions {
  model: ScriptedModel;
  /** The directory of the store. */
  directory: string;
  leaseMs: number;
  threadId: string;
  turnKey: string;
  input: string;
  workingDirectory: string;
  moment: Moment;
  /** A file that the agent's command writes. */
  counter: string;
}

/** Runs a turn once, and does not survive the moment. */
export async function startWorker(options: WorkerOptions): Promise<HostProgram> {
  const { model, ...rest } = options;
  const codexHome = temporaryDirectory("codex-sdk-home-", "/var/tmp");
  const given = {
    ...rest,
    codexOptions: { ...model.codexOptions(), codexHome },
    threadOptions: {
      ...model.threadOptions({ workingDirectory: rest.workingDirectory }),
      sandboxMode: "danger-full-access",
    },
  };
  return startHost(workerProgram, { env: { WORKER: JSON.stringify(given), HOME: model.codexHome } });
}

const workerProgram = `
  import { existsSync } from "node:fs";
  import { runTurnOnce } from "./src/index.ts";
  import { fileStore } from "./src/store/index.ts";
  const given = JSON.parse(process.env.WORKER);
  const { moment, threadId, turnKey, input } = given;
  const die = async () => {
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => undefined);
  };
  const inner = fileStore(given.directory, { leaseMs: given.leaseMs });
  const holds = (append, text) =>
    (append.writes ?? []).some(({ bytes }) => Buffer.from(bytes).toString().includes(text));
  let isCallStored = false;
  const store = {
    leaseMs: inner.leaseMs,
    check: () => inner.check(),
    claim: async (...args) => {
      const claimed = await inner.claim(...args);
      if (moment === "after claim") await die();
      return claimed;
    },
    renew: (...args) => inner.renew(...args),
    release: async (...args) => {
      if (moment === "while releasing") await die();
      return inner.release(...args);
    },
    append: async (claim, append) => {
      if (moment === "before flush" && holds(append, '"task_complete"')) await die();
      await inner.append(claim, append);
      if (moment === "after mark" && JSON.stringify(append.marks ?? {}).includes('"started"')) await die();
      isCallStored ||= holds(append, '"function_call"');
      if (moment === "call recorded" && holds(append, '"function_call"')) await die();
      if (moment === "after flush" && holds(append, '"task_complete"')) await die();
    },
    read: (...args) => inner.read(...args),
    head: (...args) => inner.head(...args),
    mark: (...args) => inner.mark(...args),
    list: (...args) => inner.list(...args),
    delete: (...args) => inner.delete(...args),
  };
  if (moment === "command running") {
    setInterval(() => existsSync(given.counter) && isCallStored && void die(), 5);
  }
  const codex = new Codex({ ...given.codexOptions, store });
  const thread = codex.resumeThread(threadId, given.threadOptions);
  const outcome = await runTurnOnce(thread, {
    turnKey,
    input,
    onEvent: (event) => {
      if (moment === "after turn start" && event.type === "turn.started") void die();
      const isCommand = event.type === "item.completed" && event.item.type === "command_execution";
      if (moment === "command ended" && isCommand) void die();
    },
  });
  console.log("OUTCOME", outcome.status);
  await thread.release();
  await codex.close();
`;
