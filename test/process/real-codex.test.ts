// The real Codex with a command that resists its end: the command ends with Codex, and Codex ends with its host.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, realpath, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CodexProcess } from "../../src/process/child/codex-process.js";
import { buildEnvironment } from "../../src/process/config/environment.js";
import { locateCodex } from "../../src/process/locate/locate.js";
import { endProcesses } from "../../src/process/tree/process-tree.js";
import { markedProcesses } from "../../src/process/tree/runtime-marker.js";
import { toConfigArguments } from "../../src/config/toml.js";
import { runCommand, say, ScriptedModel } from "../../src/testing/index.js";
import { fixture, isRunning, treeSize, until } from "./support.js";
import { compiled } from "../support/host-program.js";

type Sandbox = "danger-full-access" | "workspace-write";
type Way = "exec" | "app-server";

let directory: string;
let model: ScriptedModel;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(path.join(os.tmpdir(), "codex-real-")));
  await copyFile(fixture("tree.sh"), tree());
  model = await ScriptedModel.start([runCommand(`sh ${tree()} stubborn`, { yieldTimeMs: 30_000 }), say("done")]);
});

afterEach(async () => {
  // Empty, unless a test has failed.
  await endProcesses(await markedProcesses(`CODEX_HOME=${model.codexHome}`), 0);
  await model.close().catch(() => {}); // Its script was not played to the end.
  await rm(directory, { recursive: true, force: true });
});

test.each<[Way, Sandbox]>([
  ["exec", "danger-full-access"],
  ["exec", "workspace-write"],
  ["app-server", "danger-full-access"],
  ["app-server", "workspace-write"],
])("terminate ends %s and its commands under %s", async (way, sandbox) => {
  const { executablePath, pathDirs } = locateCodex();
  const conversation = new Conversation(way, sandbox, (text) => codex.write(text));
  const codex = CodexProcess.start({
    executablePath,
    args: await codexArguments(way, sandbox),
    env: buildEnvironment({ env: environment(), pathDirs }),
    onLine: (line) => conversation.read(line),
  });
  conversation.begin();
  if (way === "exec") codex.endInput();
  await until(() => commands().length >= treeSize);
  await codex.terminate(300);
  expect(commands()).toEqual([]);
  expect(isRunning(codex.pid!)).toBe(false);
});

test.each<[Way, Sandbox]>([
  ["exec", "danger-full-access"],
  ["app-server", "danger-full-access"],
  ["app-server", "workspace-write"],
])("when the host is killed, %s and its commands under %s end too", async (way, sandbox) => {
  const { executablePath } = locateCodex();
  const codexAndArguments = [executablePath, ...(await codexArguments(way, sandbox))];
  const host = spawn(
    process.execPath,
    [await compiled("test/process/fixtures/host.ts"), "stay", ...codexAndArguments],
    {
      env: environment(),
      stdio: ["pipe", "pipe", "ignore"],
    },
  );
  let codexPid = 0;
  const conversation = new Conversation(way, sandbox, (text) => host.stdin.write(text));
  readline.createInterface({ input: host.stdout }).on("line", (line) => {
    codexPid ||= Number(/^pid codex (\d+)$/.exec(line)?.[1] ?? 0);
    conversation.read(line);
  });
  conversation.begin();
  if (way === "exec") host.stdin.end();
  await until(() => codexPid > 0 && commands().length >= treeSize);
  host.kill("SIGKILL");
  await once(host, "exit");
  await until(() => commands().length === 0 && !isRunning(codexPid));
  expect(commands()).toEqual([]);
});

test("exec without its own mark is identified by its thread's ID", async () => {
  const { executablePath } = locateCodex();
  const codex = CodexProcess.start({
    executablePath,
    args: await codexArguments("exec", "danger-full-access"),
    env: environment(),
    marked: false,
    onLine: (line) => {
      const event = JSON.parse(line);
      if (event.type === "thread.started") codex.addMarker(`CODEX_THREAD_ID=${event.thread_id}`);
    },
  });
  codex.write("go");
  codex.endInput();
  await until(() => commands().length >= treeSize);
  await codex.terminate(300);
  expect(commands()).toEqual([]);
});

/** The part of the two protocols that starts a turn. */
class Conversation {
  readonly #way: Way;
  readonly #sandbox: Sandbox;
  readonly #write: (text: string) => void;

  constructor(way: Way, sandbox: Sandbox, write: (text: string) => void) {
    this.#way = way;
    this.#sandbox = sandbox;
    this.#write = write;
  }

  begin(): void {
    if (this.#way === "exec") this.#write("go");
    else this.#request(1, "initialize", { clientInfo: { name: "test", title: "test", version: "0" } });
  }

  read(line: string): void {
    if (this.#way === "exec" || !line.startsWith("{")) return;
    const message = JSON.parse(line);
    if (message.id === 1) {
      const options = { model: "gpt-5.5", cwd: directory, sandbox: this.#sandbox, approvalPolicy: "never" };
      this.#request(2, "thread/start", options);
    } else if (message.id === 2) {
      const input = [{ type: "text", text: "go", text_elements: [] }];
      this.#request(3, "turn/start", { threadId: message.result.thread.id, input });
    }
  }

  #request(id: number, method: string, params: object): void {
    this.#write(`${JSON.stringify({ id, method, params })}\n`);
  }
}

async function codexArguments(way: Way, sandbox: Sandbox): Promise<string[]> {
  const provider = { name: "OpenAI", base_url: model.baseUrl, wire_api: "responses", supports_websockets: false };
  const config = toConfigArguments({ model_provider: "scripted", model_providers: { scripted: provider } });
  if (way === "app-server") return ["app-server", ...config];
  const options = ["--model", "gpt-5.5", "--sandbox", sandbox, "--cd", directory, "--skip-git-repo-check"];
  return ["exec", "--experimental-json", ...config, ...options];
}

/** With its own home, so that no user's login profile has an effect. */
function environment(): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: directory, CODEX_HOME: model.codexHome };
}

function tree(): string {
  return path.join(directory, "tree.sh");
}

/** All processes that run the tree's script, as seen from outside of any sandbox. */
function commands(): string[] {
  const script = tree();
  // A process that has ended, but not for its parent, has no command line.
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((command) => command.includes(script));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
