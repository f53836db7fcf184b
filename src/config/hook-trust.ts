// `bypass_hook_trust` runs untrusted hooks. Codex 0.169.0 ignores it in config.toml and in `--config`. It accepts it in the
// configuration of a thread, and as an option of `codex exec`.
import { InvalidInputError } from "../errors/errors.js";
import { mergeTrees, type ConfigTree } from "./config-tree.js";

const setting = "bypass_hook_trust";

/** Whether the last configuration that contains the setting enables it. */
export function bypassesHookTrust(...configs: readonly ConfigTree[]): boolean {
  const value = mergeTrees(...configs)[setting];
  if (value === undefined || typeof value === "boolean") return value === true;
  throw new InvalidInputError(`\`${setting}\` in the configuration is ${JSON.stringify(value)}. Use true or false.`);
}

export function namesHookTrust(config: ConfigTree): boolean {
  return config[setting] !== undefined;
}

/** The part of a process's configuration that Codex accepts only for threads. */
export function hookTrustOf(config: ConfigTree): ConfigTree {
  return bypassesHookTrust(config) ? mergeTrees({ [setting]: true }) : mergeTrees();
}
