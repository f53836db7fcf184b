// Variables of Codex's environment that the agent's commands must not get.

/**
 * Each variable is set to nothing, since a list of exclusions would replace the user's own. There is no snapshot of the
 * login shell, since that shell gets all that Codex has.
 */
export function withoutVariables(names: readonly string[]): object {
  if (names.length === 0) return {};
  const set = Object.fromEntries(names.map((name) => [name, ""]));
  return { shell_environment_policy: { set }, features: { shell_snapshot: false } };
}
