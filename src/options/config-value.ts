// Codex configuration as a value: what `config` takes.

export type CodexConfigValue = string | number | boolean | CodexConfigValue[] | CodexConfigObject;
/** codex configuration, as in its config.toml; keys may be dotted paths. */
export interface CodexConfigObject {
  [key: string]: CodexConfigValue;
}
