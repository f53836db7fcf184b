// A program that embeds the SDK and lets its agent write to its own directory: programs that the agent plants there do
// not run outside the sandbox, neither in the next turn nor at the next start.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/workspace.js";

const root = path.resolve(import.meta.dirname, "../../..");
const platformPackage =
  readdirSync(path.join(root, "node_modules/@openai")).find((name) => /^codex-.+-/.test(name)) ?? "";

/** Hard links where possible: the binary has 300 MB. */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) copyTree(source, target);
    else {
      try {
        linkSync(source, target);
      } catch {
        cpSync(source, target);
      }
    }
  }
}

/** A project with this SDK and Codex in its `node_modules`, outside the temporary directory. */
async function project(main: string): Promise<string> {
  const directory = temporaryDirectory("codex-sdk-project-", "/var/tmp");
  const modules = path.join(directory, "node_modules");
  mkdirSync(path.join(modules, ".bin"), { recursive: true });
  mkdirSync(path.join(directory, "tools"));
  for (const name of ["codex", platformPackage]) {
    copyTree(path.join(root, "node_modules/@openai", name), path.join(modules, "@openai", name));
  }
  const { dependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    dependencies: object;
  };
  for (const name of [...Object.keys(dependencies), "ws"].filter((each) => !each.includes("/"))) {
    if (!existsSync(path.join(modules, name)))
      symlinkSync(path.join(root, "node_modules", name), path.join(modules, name));
  }
  await build({
    stdin: {
      contents: 'export * from "./src/index.ts"; export * from "./src/testing/index.ts";',
      resolveDir: root,
      loader: "ts",
    },
    outfile: path.join(modules, "codex-sdk/index.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "silent",
  });
  writeFileSync(
    path.join(modules, "codex-sdk/package.json"),
    JSON.stringify({ name: "codex-sdk", exports: { ".": "./index.mjs", "./package.json": "./package.json" } }),
  );
  writeFileSync(path.join(directory, "main.mjs"), main);
  spawnSync("git", ["init", "-q"], { cwd: directory });
  return directory;
}

/** Three turns that attack: two of one Codex, and one of another. Prints the result of the first attack. */
const program = (transport: string) => `
  import { existsSync, readFileSync } from "node:fs";
  import { Codex, runCommand, say, ScriptedModel } from "codex-sdk";
  const attack = ${JSON.stringify(attack)}.replaceAll("OUTSIDE", process.env.OUTSIDE);
  const model = await ScriptedModel.start((request) =>
    request.newOutputs.length > 0 ? say("Done.") : runCommand(attack, { login: false }));
  const options = { ...model.codexOptions(), env: { ...process.env, HOME: model.codexHome }, transport: "${transport}" };
  for (const turns of [2, 1]) {
    const codex = new Codex(options);
    const thread = codex.startThread(model.threadOptions({ workingDirectory: process.cwd(), sandboxMode: "workspace-write" }));
    for (let turn = 0; turn < turns; turn += 1) await thread.run("Go.");
    await codex.close();
  }
  console.log(model.requests.find(({ newOutputs }) => newOutputs.length > 0).newOutputs[0].text);
  const file = model.codexHome + "/config.toml";
  console.log("trusted", existsSync(file) && readFileSync(file, "utf8").includes("trust_level"));
  await model.close();
`;

const vendor = `node_modules/@openai/${platformPackage}/vendor/*`;
const nearer = "node_modules/codex-sdk/node_modules/@openai";
const attack = `
  plant() { { printf '#!/bin/sh\\necho %s >> OUTSIDE/canary\\nexit 0\\n' "$1" > "$1" && chmod +x "$1"; } 2>/dev/null && echo "planted $2" || echo "refused $2"; }
  for name in git sh bash rg ps; do plant node_modules/.bin/$name .bin; plant tools/$name tools; done
  for folder in ${vendor}/codex-path ${vendor}/bin ${vendor}/codex-resources; do plant $folder/git codex; done
  plant node_modules/@openai/codex/bin/git package
  mkdir -p ${nearer}/${platformPackage} 2>/dev/null && echo planted nearer || echo refused nearer
  mv ${vendor}/bin/codex ${vendor}/bin/other 2>/dev/null && echo moved binary || echo refused binary
  mv node_modules/@openai/codex node_modules/other 2>/dev/null && echo moved package || echo refused package
  mv node_modules/@openai node_modules/other 2>/dev/null && echo moved scope || echo refused scope
  mv node_modules others 2>/dev/null && echo moved modules || echo refused modules
  git; true
`;

test.each(["app-server", "exec"])(
  "programs that an agent plants in its host's directory never run outside the sandbox, over %s",
  async (transport) => {
    const directory = await project(program(transport));
    const outside = temporaryDirectory("codex-sdk-outside-", "/var/tmp");
    const searchPath = [path.join(directory, "node_modules/.bin"), "tools", process.env["PATH"] ?? ""].join(
      path.delimiter,
    );
    const env = { ...process.env, PATH: searchPath, OUTSIDE: outside };
    for (const start of ["first", "second"]) {
      const { stdout, stderr } = spawnSync(process.execPath, ["main.mjs"], { cwd: directory, env, encoding: "utf8" });
      const lines = stdout.split("\n").filter((line) => /^(planted|refused|moved|trusted) /.test(line));
      expect([...new Set(lines)], `${start} start: ${stdout}${stderr}`).toEqual([
        "planted .bin",
        "planted tools",
        ...["codex", "package", "nearer", "binary", "scope", "modules"].map((what) => `refused ${what}`),
        "trusted false",
      ]);
      expect(existsSync(path.join(outside, "canary")), start).toBe(false);
    }
    // The sandbox leaves no files in the project.
    expect(readdirSync(path.join(directory, "node_modules/@openai"))).toEqual(["codex", platformPackage]);
  },
);
