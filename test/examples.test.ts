// Every example runs to the end and exits with 0. Each asserts what it demonstrates.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sourceDirectories } from "./support/host-program.js";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "examples");

/** `examples/name.ts` or `examples/name/main.ts`; vitest itself runs `*.test.ts` there. */
const examples = readdirSync(folder, { withFileTypes: true })
  .map((entry) => (entry.isDirectory() ? path.join(entry.name, "main.ts") : entry.name))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .filter((file) => existsSync(path.join(folder, file)))
  // test/examples/quickstart.test.ts runs it with `npm start`.
  .filter((file) => file !== path.join("quickstart", "main.ts"));

/** Programs that an example starts. */
const started = ["service/serve.ts", "service/worker.ts"];

// Compiled together once: compiling each example when it starts takes longer than the examples themselves.
let compiled = "";
beforeAll(async () => {
  // Inside the project, so that packages are found.
  mkdirSync(path.join(root, "node_modules/.cache"), { recursive: true });
  compiled = mkdtempSync(path.join(root, "node_modules/.cache/examples-"));
  await build({
    entryPoints: [...examples, ...started].map((file) => path.join(folder, file)),
    outdir: compiled,
    outbase: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    plugins: [sourceDirectories],
  });
});
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

test("the list of examples is complete", () => {
  expect(examples).toContain("hello.ts");
  expect(examples).toContain(path.join("threads", "main.ts"));
});

test.each(examples)(
  "%s",
  async (file) => {
    const { exitCode, output } = await run(path.join(compiled, file.replace(/\.ts$/, ".mjs")));
    expect(exitCode, output).toBe(0);
  },
  120_000,
);

/** Without a terminal and without input, as in CI. */
function run(file: string): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [file], {
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
