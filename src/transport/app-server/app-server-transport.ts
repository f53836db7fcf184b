// The transport of one warm process for many threads.
import path from "node:path";
import { ThreadNotFoundError } from "../../errors.js";
import type { CodexOptions, ThreadOptions } from "../../options.js";
import type { Transport, TransportThread } from "../transport.js";
import { AppServer } from "./app-server.js";
import { AppServerThread } from "./app-server-thread.js";
import { prepareLaunch, runtimeSettings } from "./launch.js";
import type { RuntimeSettings } from "./thread-params.js";

export class AppServerTransport implements Transport {
  readonly name = "app-server";
  readonly server: AppServer;
  readonly #runtime: RuntimeSettings;

  constructor(options: CodexOptions, context: { shutdownGraceMs: number; secrets: readonly string[] }) {
    this.#runtime = runtimeSettings(options);
    this.server = new AppServer({
      prepare: () => prepareLaunch(options, context.secrets),
      shutdownGraceMs: context.shutdownGraceMs,
    });
  }

  openThread(id: string | null, options: ThreadOptions): TransportThread {
    return new AppServerThread(this.server, id, options, this.#runtime);
  }

  async lastThreadId(workingDirectory: string): Promise<string> {
    const connection = await this.server.connect();
    const cwd = path.resolve(workingDirectory);
    const { data } = await connection.request("thread/list", {
      cwd,
      limit: 1,
      sortKey: "updated_at",
      sortDirection: "desc",
      modelProviders: [],
      sourceKinds: ["cli", "vscode", "exec", "appServer"],
    });
    const [newest] = data;
    if (newest) return newest.id;
    throw new ThreadNotFoundError(`No thread of ${cwd} was saved in ${connection.info?.codexHome ?? "CODEX_HOME"}.`);
  }

  async warm(): Promise<void> {
    await this.server.connect();
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
