// Variables of Codex's environment that the agent's commands must not inherit.

/**
 * Sets each variable to an empty value, because a list of exclusions would replace the user's own. Turns off the snapshot
 * of the login shell, because that shell inherits Codex's whole environment.
 */
export function withoutVariables(names: readonly string[]): object {
  if (names.length === 0) return {};
  const set = Object.fromEntries(names.map((name) => [name, ""]));
  return { shell_environment_policy: { set }, features: { shell_snapshot: false } };
}
