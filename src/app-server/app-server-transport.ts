// The transport with one process for many threads.
import { ThreadNotFoundError } from "../errors/errors.js";
import type { CodexOptions, ThreadOptions } from "../options/options.js";
import type { Closing } from "../transport/closing.js";
import type { Transport, TransportThread } from "../transport/transport.js";
import { absolutePath } from "../validation/host-directory.js";
import { AppServer } from "./connection/app-server.js";
import type { AppServerOptions } from "./connection/app-server.js";
import { AppServerThread } from "./thread/app-server-thread.js";
import { AppServerManagement } from "./management/app-server-management.js";
import { loadTurnModules } from "./turn/app-server-turn.js";
import { runtimeSettings } from "./thread/runtime-settings.js";
import type { RuntimeSettings } from "./thread/runtime-settings.js";
import { Redactor } from "../process/redaction/redactor.js";
import { secretsOf, threadSecrets } from "../process/redaction/secrets.js";
import type { ThreadStorage } from "./storage/thread-storage.js";
import type { ToolServer } from "../tool-server/tool-server.js";

export type AppServerContext = Pick<AppServerOptions, "shutdownGraceMs" | "threadIdleMs" | "onStart" | "onMessage">;

/** How long a thread's secrets are redacted after it was unloaded: its MCP servers may still write to the log. */
const afterUnloadMs = 10 * 60_000;

export class AppServerTransport implements Transport {
  readonly name = "app-server";
  readonly server: AppServer;
  readonly management: AppServerManagement;
  readonly #runtime: RuntimeSettings;
  readonly #redactor: Redactor;
  /** Directories that the agents may write to. Codex does not search programs in them. */
  readonly #roots = new Set<string>();
  #toolServer: Promise<ToolServer> | undefined;
  #storage: Promise<ThreadStorage> | undefined;

  constructor(options: CodexOptions, context: AppServerContext) {
    this.#runtime = runtimeSettings(options, {
      toolServer: () => (this.#toolServer ??= this.#newToolServer()),
      hideSecrets: (thread) => {
        const release = this.#redactor.add(threadSecrets(thread));
        return () => void setTimeout(release, afterUnloadMs).unref();
      },
      storage: options.store && (() => (this.#storage ??= this.#newStorage(options))),
    });
    this.#redactor = new Redactor(secretsOf(options));
    this.server = new AppServer({
      prepare: async () => {
        const { prepareLaunch } = await import("./connection/launch.js");
        const { privateConfig, ...preparation } = await prepareLaunch(options, this.#redactor, [...this.#roots]);
        this.#runtime.privateConfig = privateConfig;
        return preparation;
      },
      ...context,
    });
    this.management = new AppServerManagement(this.server, this.#runtime, this.#redactor);
  }

  get closing(): Closing {
    return this.server.closing;
  }

  openThread(id: string | null, options: ThreadOptions): TransportThread {
    for (const root of [options.workingDirectory, ...(options.additionalDirectories ?? [])]) {
      if (root !== undefined) this.#roots.add(root);
    }
    return new AppServerThread(this.server, id, options, this.#runtime);
  }

  async lastThreadId(workingDirectory: string): Promise<string> {
    const { threads } = await this.management.threads.list({ workingDirectory, limit: 1, rescan: true }, null);
    const [newest] = threads;
    if (newest) return newest.id;
    const { info } = await this.server.connect();
    const directory = absolutePath(workingDirectory);
    throw new ThreadNotFoundError(
      `No thread of ${directory} was saved in ${info?.codexHome ?? "CODEX_HOME"}. Start one with \`startThread()\`.`,
    );
  }

  async warm(): Promise<void> {
    await Promise.all([this.server.connect(), loadTurnModules()]);
  }

  async close(): Promise<void> {
    await this.server.close();
    // The last data that Codex wrote is stored before the leases are released.
    await (await this.#storage)?.sync.close();
    await (await this.#toolServer?.catch(() => undefined))?.close();
  }

  async #newStorage({ store, storeFailure = "fail" }: CodexOptions): Promise<ThreadStorage> {
    if (!store) throw new Error("There is no store to connect with.");
    const { ThreadStorage } = await import("./storage/thread-storage.js");
    return new ThreadStorage(this.server, { store, storeFailure });
  }

  async #newToolServer(): Promise<ToolServer> {
    const { ToolServer } = await import("../tool-server/tool-server.js");
    const server = new ToolServer();
    this.#redactor.add([server.token]);
    return server;
  }
}
