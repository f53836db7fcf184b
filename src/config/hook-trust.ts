// `bypass_hook_trust` runs hooks that nobody has trusted. Codex 0.169.0 ignores it in config.toml and in `--config`: it takes
// it in the configuration of a thread, and as an option of `codex exec`.
import { InvalidInputError } from "../errors/errors.js";
import { mergeTrees, type ConfigTree } from "./config-tree.js";

const setting = "bypass_hook_trust";

/** Whether it is set in the last of the configurations that has it. */
export function bypassesHookTrust(...configs: readonly ConfigTree[]): boolean {
  const value = mergeTrees(...configs)[setting];
  if (value === undefined || typeof value === "boolean") return value === true;
  throw new InvalidInputError(`\`${setting}\` in the configuration is ${JSON.stringify(value)}. Use true or false.`);
}

export function namesHookTrust(config: ConfigTree): boolean {
  return config[setting] !== undefined;
}

/** The part of a Codex process's configuration that only its threads can be given. */
export function hookTrustOf(config: ConfigTree): ConfigTree {
  return bypassesHookTrust(config) ? mergeTrees({ [setting]: true }) : mergeTrees();
}
