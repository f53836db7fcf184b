// The host tools of one thread, and the two ways to pass them to Codex.
//
// `dynamicTools` is preferred: the model sees the tools immediately, under their own names. But Codex accepts them only
// with `thread/start`; it restores them when the thread is resumed, and drops them in a fork. All other tools are passed
// by an MCP server in this process, whose tools some models must search for first.
import { isDeepStrictEqual } from "node:util";
import { hostServerName } from "../../tools/host-server-name.js";
import { prepareTools } from "../../tools/prepare-tools.js";
import type { PreparedTool } from "../../tools/prepare-tools.js";
import { failed } from "../../tools/run-tool.js";
import type { ToolOutcome } from "../../tools/run-tool.js";
import { ToolCalls } from "../../tools/tool-calls.js";
import type { ToolCall, ToolCallsOptions } from "../../tools/tool-calls.js";
import type { Tool } from "../../tools/tool.js";
import type { HostedTools, ToolDescription } from "../../tool-server/mcp-messages.js";
import { toConfigTree } from "../../config/config-tree.js";
import { flatConfig } from "../../config/flat-config.js";
import type { ToolRegistration } from "../../tool-server/tool-server.js";
import type { Connection } from "../connection/connection.js";
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";
import type { ThreadStartParams } from "../protocol/v2/ThreadStartParams.js";
import type { RuntimeSettings } from "../thread/runtime-settings.js";
import { recordedTools } from "./recorded-tools.js";
import type { RecordedTool } from "./recorded-tools.js";

type Config = Record<string, JsonValue>;

export class ThreadTools implements HostedTools {
  readonly #tools: readonly Tool[];
  readonly #server: RuntimeSettings["toolServer"];
  #prepared: Promise<readonly PreparedTool[]> | undefined;
  /** The URL at which Codex finds tools that it calls by MCP, while it has the thread loaded. */
  #registration: Promise<ToolRegistration> | undefined;
  /** The tools that are passed by MCP. */
  #hosted: readonly ToolDescription[] = [];
  /** The calls of the running turn. */
  #calls: ToolCalls | undefined;

  constructor(tools: readonly Tool[], server: RuntimeSettings["toolServer"]) {
    this.#tools = tools;
    this.#server = server;
  }

  /** Parameters for `thread/start`. */
  async startParams(): Promise<Pick<ThreadStartParams, "dynamicTools">> {
    if (this.#tools.length === 0) return {};
    const tools = await this.#descriptions();
    // A JSON Schema is JSON, but its type is less precise here.
    return {
      dynamicTools: tools.map((tool) => ({ type: "function", ...tool, inputSchema: tool.inputSchema as JsonValue })),
    };
  }

  /** Configuration for `thread/resume`. */
  async resumeConfig(connection: Connection, threadId: string): Promise<Config> {
    if (this.#tools.length === 0) return {};
    return this.#config(await recordedTools(connection, threadId));
  }

  /** Configuration for `thread/fork`. */
  async forkConfig(): Promise<Config> {
    return this.#tools.length === 0 ? {} : this.#config([]);
  }

  /** Answers the calls of the turn that starts. */
  openTurn(options: Pick<ToolCallsOptions, "openCall" | "watchCall" | "redact">): ToolCalls {
    this.#calls = new ToolCalls({ ...options, prepare: () => this.#prepare() });
    return this.#calls;
  }

  /** Codex no longer has the thread loaded. */
  withdraw(): void {
    void this.#registration?.then((offer) => offer.unregister()).catch(() => undefined);
    this.#registration = undefined;
  }

  list(): Promise<readonly ToolDescription[]> {
    return Promise.resolve(this.#hosted);
  }

  async call(call: ToolCall): Promise<ToolOutcome> {
    return (await this.#calls?.answer(call)) ?? failed("No turn of this thread is running.");
  }

  async #config(recorded: readonly RecordedTool[]): Promise<Config> {
    const tools = await this.#descriptions();
    this.#hosted = tools.filter((tool) => !recorded.some((each) => isDeepStrictEqual(each, tool)));
    if (this.#hosted.length === 0) return {};
    const server = await this.#server();
    this.#registration ??= server.register(this);
    const { url } = await this.#registration;
    const config = toConfigTree({
      [`mcp_servers.${hostServerName}`]: {
        url,
        http_headers: { Authorization: `Bearer ${server.token}` },
        // The turn has its own limits.
        tool_timeout_sec: noTimeoutSec,
        startup_timeout_sec: startupSeconds,
        // The tools belong to this program, so their calls do not require approval.
        default_tools_approval_mode: "approve",
        supports_parallel_tool_calls: true,
        required: true,
      },
    });
    return flatConfig(config);
  }

  async #descriptions(): Promise<ToolDescription[]> {
    const tools = await this.#prepare();
    return tools.map(({ tool, jsonSchema }) => ({
      name: tool.name,
      description: tool.description,
      inputSchema: jsonSchema,
    }));
  }

  #prepare(): Promise<readonly PreparedTool[]> {
    this.#prepared ??= prepareTools(this.#tools);
    return this.#prepared;
  }
}

const noTimeoutSec = 1_000_000_000;
/** The server is already running. Only a host that blocks the event loop responds late. */
const startupSeconds = 60;
