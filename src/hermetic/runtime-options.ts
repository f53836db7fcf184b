// Applies `lean` and `hermetic` to the options of a Codex.
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { makePrivateDirectory, removePrivateDirectory } from "../internal/private-directory.js";
import type { CodexOptions } from "../options/options.js";
import { codexHomePath } from "../process/locate/codex-home.js";
import type { HermeticException } from "../options/hermetic-exceptions.js";
import { hermeticOptions } from "./hermetic-options.js";
import type { PrivateHome } from "./hermetic-options.js";
import { leanConfig } from "./lean.js";

export interface RuntimeOptions {
  options: CodexOptions;
  /** Directories that were created for these options. */
  privateHome: { remove: () => Promise<void> };
}

export function toRuntimeOptions(given: CodexOptions): RuntimeOptions {
  const options = given.lean ? { ...given, config: { ...leanConfig, ...given.config } } : given;
  const { hermetic = false } = options;
  if (hermetic === false) return { options, privateHome: { remove: () => Promise.resolve() } };
  const exceptions = new Set<HermeticException>(hermetic === true ? [] : hermetic);
  const directory = makePrivateDirectory("codex-sdk-home-");
  const privateHome = { codexHome: path.join(directory, "codex"), home: path.join(directory, "home") };
  for (const each of [privateHome.codexHome, privateHome.home]) mkdirSync(each, { mode: 0o700 });
  if (exceptions.has("login")) linkLogin(options, privateHome);
  return {
    options: hermeticOptions(options, exceptions, privateHome),
    privateHome: { remove: () => removePrivateDirectory(directory) },
  };
}

/** A link, so that a login that Codex renews is also renewed for the user. */
function linkLogin(options: CodexOptions, { codexHome }: PrivateHome): void {
  const file = path.join(codexHomePath({ env: options.env }), "auth.json");
  if (existsSync(file)) symlinkSync(file, path.join(codexHome, "auth.json"));
}
