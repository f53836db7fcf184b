// `hermetic`: the options of a Codex that uses nothing from the user's machine.
import type { CodexConfigObject } from "../options/config-value.js";
import type { CodexOptions } from "../options/options.js";
import type { HermeticException } from "../options/hermetic-exceptions.js";

/** Variables that programs require to run, and that Codex requires to connect to its endpoint. */
const neutral =
  /^(PATH|LANG|LANGUAGE|LC_\w+|TERM|COLORTERM|NO_COLOR|TZ|TMPDIR|TEMP|TMP|USER|LOGNAME|SHELL|PATHEXT|COMSPEC|SYSTEMROOT|SYSTEMDRIVE|WINDIR)$/i;
const network = /^((https?|all|no)_proxy|SSL_CERT_FILE|SSL_CERT_DIR|CODEX_CA_CERTIFICATE|NODE_EXTRA_CA_CERTS)$/i;

/** Directories of this Codex only. */
export interface PrivateHome {
  codexHome: string;
  home: string;
}

export function hermeticOptions(
  options: CodexOptions,
  exceptions: ReadonlySet<HermeticException>,
  privateHome: PrivateHome,
): CodexOptions {
  const config = { ...hermeticConfig(exceptions), ...options.config };
  return {
    ...options,
    codexHome: options.codexHome ?? privateHome.codexHome,
    config,
    env: environment(options, exceptions, privateHome),
  };
}

function environment(
  { env }: CodexOptions,
  exceptions: ReadonlySet<HermeticException>,
  place: PrivateHome,
): Record<string, string | undefined> {
  // Variables that the caller passes are not part of the machine.
  const given = env ?? process.env;
  const keepsEnvironment = env !== undefined || exceptions.has("environment");
  const own = Object.entries(given).filter(([name]) => keepsEnvironment || neutral.test(name) || network.test(name));
  const home = exceptions.has("home") ? given["HOME"] : (env?.["HOME"] ?? place.home);
  return {
    ...Object.fromEntries(own),
    HOME: home,
    ...(!exceptions.has("git") && gitVariables),
  };
}

/** Codex then does not find a repository to describe to the endpoint. The agent's own git does not get `GIT_DIR`. */
const gitVariables = { GIT_DIR: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };

function hermeticConfig(exceptions: ReadonlySet<HermeticException>): CodexConfigObject {
  const isOff = (exception: HermeticException) => !exceptions.has(exception);
  return {
    ...(isOff("home") && { allow_login_shell: false }),
    // Without markers, the working directory is the root: AGENTS.md files above it are not read.
    ...(isOff("parent_docs") && { project_root_markers: [] }),
    ...(isOff("skills") && { "skills.include_instructions": false, "skills.bundled.enabled": false }),
    ...(isOff("hooks") && { "features.hooks": false }),
    ...(isOff("memories") && { "features.memories": false }),
    ...(isOff("plugins") && { "features.plugins": false, "features.apps": false }),
    "shell_environment_policy.exclude": ["GIT_DIR", "*_PROXY", "*_proxy"],
  };
}
