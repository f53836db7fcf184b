// The files that Codex reads for one turn: its output schema, and images in memory.
import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { InputPart } from "../../input/input.js";

export interface TurnFiles {
  schemaFile: string | undefined;
  /** In the order of the input. */
  images: string[];
  remove(): Promise<void>;
}

/** Writes the files to a directory that only this user can read. */
export async function writeTurnFiles(
  schema: Record<string, unknown> | undefined,
  parts: readonly InputPart[],
): Promise<TurnFiles> {
  const directory = new TurnDirectory();
  try {
    const schemaFile = schema && (await directory.write("schema.json", JSON.stringify(schema)));
    const images: string[] = [];
    for (const part of parts) {
      if (part.type === "localImage") images.push(part.path);
      if (part.type === "imageUrl") images.push(await writeImage(directory, part.url, images.length + 1));
    }
    return { schemaFile, images, remove: () => directory.remove() };
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

/** All images that are not files are `data:` URLs at this point. */
function writeImage(directory: TurnDirectory, url: string, number: number): Promise<string> {
  const [, extension = "png", data = ""] = /^data:image\/([\w.+-]+);base64,([^]*)$/i.exec(url) ?? [];
  return directory.write(`image-${number}.${extension}`, Buffer.from(data, "base64"));
}

const directories = new Set<string>();

class TurnDirectory {
  #path: string | undefined;

  async write(name: string, content: string | Uint8Array): Promise<string> {
    this.#path ??= await make();
    const file = path.join(this.#path, name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  }

  async remove(): Promise<void> {
    if (this.#path === undefined) return;
    await rm(this.#path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    directories.delete(this.#path);
    if (directories.size === 0) process.off("exit", removeAll);
  }
}

async function make(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "codex-sdk-turn-"));
  if (directories.size === 0) process.on("exit", removeAll);
  directories.add(directory);
  return directory;
}

/** Removes the files if the host exits during a turn. */
function removeAll(): void {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}
