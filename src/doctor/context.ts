// What the checks share: the options under test, the environment, and a Codex process to ask.
import type { CodexOptions } from "../options/options.js";

/** A request of the app-server protocol. The answer is not typed: each check reads only what it needs. */
export type DoctorRequest = (method: string, params: unknown) => Promise<unknown>;

export interface DoctorContext {
  readonly options: CodexOptions;
  /** The environment that Codex is started with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly request: DoctorRequest;
  /** Undefined once Codex has answered its first request; otherwise why it did not start. */
  startFailure: Error | undefined;
  /** Codex runs, and cannot read its configuration. */
  isConfigurationDamaged: boolean;
  /** The configured MCP servers. */
  mcpServerNames: readonly string[];
}
