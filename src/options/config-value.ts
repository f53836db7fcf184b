// Codex configuration as a value: what `config` takes.

export type CodexConfigValue = string | number | boolean | readonly CodexConfigValue[] | CodexConfigObject;
/** Codex configuration, as in its config.toml. Keys may be dotted paths. */
export interface CodexConfigObject {
  [key: string]: CodexConfigValue;
}
