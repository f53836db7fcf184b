// Opens a link in the browser of the user.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemSearchPath } from "../internal/search-path.js";

/**
 * Command lines are visible to every user of the machine, so the browser gets the link in a file that only this user can
 * read. A machine without a browser is not an error: the link was printed.
 * @returns A function that removes the file.
 */
export async function openBrowser(url: string): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), "codex-inspect-"));
  const file = path.join(directory, "open.html");
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${url}"><title>Codex</title>`;
  await writeFile(file, page, { mode: 0o600 });
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"];
  // npx puts node_modules/.bin first on PATH, where an agent can place a program of the same name.
  const env = { ...process.env, PATH: systemSearchPath() };
  const child = spawn(command, [...args, file], { env, stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
  return () => rm(directory, { recursive: true, force: true });
}

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};
