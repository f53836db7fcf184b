// The context of the checks: the options, the environment, and a Codex process.
import type { CodexOptions } from "../options/options.js";

/**
 * Sends a request of the app-server protocol. The response is not typed, because each check reads only a few fields.
 */
export type DoctorRequest = (method: string, params: unknown) => Promise<unknown>;

export interface DoctorContext {
  readonly options: CodexOptions;
  /** The environment of Codex. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly request: DoctorRequest;
  /** The reason why Codex did not start; undefined once it has responded to a request. */
  startFailure: Error | undefined;
  /** Whether Codex runs but cannot read its configuration. */
  isConfigurationDamaged: boolean;
  /** The configured MCP servers. */
  mcpServerNames: readonly string[];
}
