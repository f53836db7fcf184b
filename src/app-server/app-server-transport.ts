// The transport of one warm process for many threads.
import path from "node:path";
import { ThreadNotFoundError } from "../errors/errors.js";
import { mcpSecrets } from "../options/mcp-servers.js";
import type { CodexOptions, ThreadOptions } from "../options/options.js";
import type { Transport, TransportThread } from "../transport/transport.js";
import { AppServer } from "./connection/app-server.js";
import type { AppServerOptions } from "./connection/app-server.js";
import { AppServerThread } from "./thread/app-server-thread.js";
import { AppServerManagement } from "./management/app-server-management.js";
import { runtimeSettings } from "./thread/runtime-settings.js";
import type { RuntimeSettings } from "./thread/runtime-settings.js";
import { secretsOf } from "../process/redaction/secrets.js";
import type { ToolServer } from "../tool-server/tool-server.js";

export interface AppServerContext extends Pick<AppServerOptions, "shutdownGraceMs" | "threadIdleMs"> {
  secrets: readonly string[];
}

export class AppServerTransport implements Transport {
  readonly name = "app-server";
  readonly server: AppServer;
  readonly management: AppServerManagement;
  readonly #runtime: RuntimeSettings;

  /** Grows with each thread; whoever hides secrets holds this very list. */
  readonly #secrets: string[];
  #toolServer: Promise<ToolServer> | undefined;

  constructor(options: CodexOptions, context: AppServerContext) {
    this.#runtime = runtimeSettings(options, () => (this.#toolServer ??= this.#newToolServer()));
    this.#secrets = [...context.secrets];
    this.server = new AppServer({
      prepare: async () => (await import("./connection/launch.js")).prepareLaunch(options, this.#secrets),
      shutdownGraceMs: context.shutdownGraceMs,
      threadIdleMs: context.threadIdleMs,
    });
    this.management = new AppServerManagement(this.server, this.#runtime);
  }

  openThread(id: string | null, options: ThreadOptions): TransportThread {
    this.#hide(options);
    return new AppServerThread(this.server, id, options, this.#runtime);
  }

  async lastThreadId(workingDirectory: string): Promise<string> {
    const { threads } = await this.management.threads.list({ workingDirectory, limit: 1, rescan: true }, null);
    const [newest] = threads;
    if (newest) return newest.id;
    const { info } = await this.server.connect();
    const directory = path.resolve(workingDirectory);
    throw new ThreadNotFoundError(`No thread of ${directory} was saved in ${info?.codexHome ?? "CODEX_HOME"}.`);
  }

  async warm(): Promise<void> {
    await this.server.connect();
  }

  async close(): Promise<void> {
    await this.server.close();
    await (await this.#toolServer?.catch(() => undefined))?.close();
  }

  async #newToolServer(): Promise<ToolServer> {
    const { ToolServer } = await import("../tool-server/tool-server.js");
    const server = new ToolServer();
    this.#secrets.push(server.token);
    return server;
  }

  #hide({ config, mcpServers }: ThreadOptions): void {
    const secrets = [...secretsOf({ config }), ...mcpSecrets(mcpServers ?? {})];
    this.#secrets.push(...secrets.filter((secret) => !this.#secrets.includes(secret)));
  }
}
