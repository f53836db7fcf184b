// Every example runs to the end and exits with 0: it asserts itself what it shows.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const tsx = path.join(root, "node_modules/tsx/dist/cli.mjs");

/** `examples/name.ts` or `examples/name/main.ts`; `*.test.ts` there belong to vitest itself. */
const examples = readdirSync(path.join(root, "examples"), { withFileTypes: true })
  .map((entry) => (entry.isDirectory() ? path.join(entry.name, "main.ts") : entry.name))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .filter((file) => existsSync(path.join(root, "examples", file)))
  // test/examples/quickstart.test.ts runs it, as `npm start`.
  .filter((file) => file !== path.join("quickstart", "main.ts"));

test("the examples are there", () => {
  expect(examples).toContain("hello.ts");
  expect(examples).toContain(path.join("threads", "main.ts"));
});

test.each(examples)(
  "%s",
  async (file) => {
    expect(await run(path.join(root, "examples", file))).toMatchObject({ exitCode: 0 });
  },
  120_000,
);

/** Without a terminal and without input, as in CI. */
function run(file: string): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [tsx, file], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 110_000,
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, output }));
  });
}
