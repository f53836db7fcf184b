// The lower limit: a JSON-RPC loop over app-server that sends only the required messages.
import { spawn } from "node:child_process";
import { toConfigArguments } from "../../src/config/toml.js";
import { codexPath } from "../harness/codex-path.js";
import { apiKey, assertAnswer, httpProvider, input, model, sharedConfig, millisecondsSince } from "./contender.js";
import type { Contender, ContenderSetup, Conversation } from "./contender.js";

interface Message {
  id?: number;
  method?: string;
  error?: { message: string };
  // Only the fields that this loop reads.
  result?: { thread?: { id: string } };
  params?: { threadId?: string; delta?: string; item?: { type: string; text?: string }; turn?: { status: string } };
}

type Listener = (message: Message) => void;

export async function openBare(setup: ContenderSetup, onLine?: (line: string) => void): Promise<Contender> {
  const child = spawn(codexPath(), ["app-server", ...(await configArguments(setup))], {
    env: { ...setup.env, CODEX_HOME: setup.codexHome },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const answers = new Map<number, Listener>();
  const threads = new Map<string, Listener>();
  let lastId = 0;

  const read = (line: string) => {
    onLine?.(line);
    // Codex writes one JSON-RPC message per line.
    const message = JSON.parse(line) as Message;
    if (message.method === undefined) answers.get(message.id ?? 0)?.(message);
    else threads.get(message.params?.threadId ?? "")?.(message);
  };
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) read(line);
  });

  const request = (method: string, params: object) =>
    new Promise<Message>((resolve, reject) => {
      const id = ++lastId;
      answers.set(id, (message) => {
        answers.delete(id);
        if (message.error) reject(new Error(message.error.message));
        else resolve(message);
      });
      child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    });

  await request("initialize", {
    clientInfo: { name: "bench", title: null, version: "0" },
    capabilities: { experimentalApi: true, requestAttestation: false },
  });
  child.stdin.write('{"method":"initialized"}\n');
  await request("account/login/start", { type: "apiKey", apiKey });

  const startThread = async () => {
    const params = {
      cwd: setup.workingDirectory,
      model,
      approvalPolicy: "never",
      ...(setup.ephemeral && { ephemeral: true }),
    };
    const { result } = await request("thread/start", params);
    return result?.thread?.id ?? "";
  };

  return {
    openThread(): Conversation {
      let thread: Promise<string> | undefined;
      const run = async (onMessage: Listener) => {
        thread ??= startThread();
        const threadId = await thread;
        const ended = new Promise<void>((resolve) => {
          threads.set(threadId, (message) => {
            onMessage(message);
            if (message.method === "turn/completed") resolve();
          });
        });
        await request("turn/start", { threadId, input: [{ type: "text", text: input, text_elements: [] }] });
        await ended;
      };
      return {
        async turn() {
          let answer = "";
          await run(({ method, params }) => {
            if (method === "item/completed" && params?.item?.type === "agentMessage") answer = params.item.text ?? "";
          });
          assertAnswer(answer);
        },
        async timedTurn() {
          let milliseconds = Number.NaN;
          await run(({ method, params }) => {
            if (method === "item/agentMessage/delta") milliseconds = millisecondsSince(params?.delta ?? "0");
          });
          return milliseconds;
        },
      };
    },
    async close() {
      child.stdin.end();
      await exited;
    },
  };
}

async function configArguments({ baseUrl, config }: ContenderSetup): Promise<string[]> {
  const provider = { model_provider: "bench", model_providers: { bench: httpProvider(baseUrl) } };
  const overrides = Object.entries(config).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const own = { ...sharedConfig, ...provider, cli_auth_credentials_store: "ephemeral" };
  return [...toConfigArguments(own), ...overrides.flatMap((override) => ["-c", override])];
}
