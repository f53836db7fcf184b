// Replaces directories with placeholders when recording, and placeholders with directories when replaying.
import { realpathSync } from "node:fs";
import os from "node:os";
import type { ModelRequest } from "../server/model-request.js";

export interface DirectoryPlaceholder {
  /** For example `{{cwd}}`. */
  placeholder: string;
  directory: string;
}

/**
 * Placeholders for the thread's working directory, CODEX_HOME, HOME and the temporary directories; longer paths first.
 */
export function placeholdersOf(request: ModelRequest, codexHome: string): DirectoryPlaceholder[] {
  const found: DirectoryPlaceholder[] = [];
  const add = (placeholder: string, directory: string | undefined) => {
    if (directory === undefined || directory.length < 4) return;
    for (const each of new Set([directory, real(directory)])) found.push({ placeholder, directory: each });
  };
  add("{{cwd}}", workingDirectoryOf(request));
  add("{{codex_home}}", codexHome);
  add("{{home}}", process.env["HOME"]);
  add("{{home}}", os.homedir());
  add("{{tmp}}", os.tmpdir());
  return found.toSorted((a, b) => b.directory.length - a.directory.length);
}

export function insertPlaceholders(text: string, placeholders: readonly DirectoryPlaceholder[]): string {
  let result = text;
  for (const { placeholder, directory } of placeholders) {
    if (result.includes(directory)) result = result.replaceAll(boundedPattern(directory), placeholder);
  }
  return result;
}

export function resolvePlaceholders(text: string, placeholders: readonly DirectoryPlaceholder[]): string {
  if (!text.includes("{{")) return text;
  return text.replaceAll(/\{\{(?:cwd|codex_home|home|tmp)\}\}/g, (placeholder) => {
    return placeholders.find((entry) => entry.placeholder === placeholder)?.directory ?? placeholder;
  });
}

/** Codex names the working directory in a message. The last such message applies. */
function workingDirectoryOf(request: ModelRequest): string | undefined {
  const texts = request.input
    .filter(({ role }) => role === "user")
    .flatMap(({ content }) => (Array.isArray(content) ? (content as unknown[]) : []))
    .map((part) => (typeof part === "object" && part !== null && "text" in part ? String(part.text) : ""));
  return texts
    .filter((text) => text.startsWith("<environment_context>"))
    .map((text) => /<cwd>(.+?)<\/cwd>/.exec(text)?.[1])
    .findLast((directory) => directory !== undefined);
}

/** `/root` is not part of `/rootfs`. */
function boundedPattern(directory: string): RegExp {
  const escaped = directory.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  return new RegExp(`${escaped}(?![\\w.-]*\\w)`, "g");
}

function real(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}
