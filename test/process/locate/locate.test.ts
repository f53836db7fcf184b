// Where Codex is found, in every layout of an install or a bundle.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import { locateCodex, unpackedFromAsar, type Host } from "../../../src/process/locate/locate.js";
import { codexVersion } from "../../../src/internal/version.js";

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(os.tmpdir(), "codex-locate-")));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

test("the Codex that npm installed here is found, with the folder of its tools", async () => {
  const { executablePath, args, pathDirs } = locateCodex();
  const { stdout } = await promisify(execFile)(executablePath, [...args, "--version"]);
  expect(stdout).toContain(codexVersion);
  expect(pathDirs).toEqual([path.join(executablePath, "../../codex-path")]);
});

test.each([
  ["linux", "x64", "@openai/codex-linux-x64", "x86_64-unknown-linux-musl"],
  ["linux", "arm64", "@openai/codex-linux-arm64", "aarch64-unknown-linux-musl"],
  ["android", "arm64", "@openai/codex-linux-arm64", "aarch64-unknown-linux-musl"],
  ["darwin", "x64", "@openai/codex-darwin-x64", "x86_64-apple-darwin"],
  ["darwin", "arm64", "@openai/codex-darwin-arm64", "aarch64-apple-darwin"],
  ["win32", "x64", "@openai/codex-win32-x64", "x86_64-pc-windows-msvc"],
  ["win32", "arm64", "@openai/codex-win32-arm64", "aarch64-pc-windows-msvc"],
] as const)("on %s-%s it is the package %s", async (platform, arch, name, triple) => {
  const file = platform === "win32" ? "codex.exe" : "codex";
  const binary = await install(`node_modules/${name}`, `vendor/${triple}/bin/${file}`);
  await mkdir(path.join(path.dirname(binary), "../codex-path"));
  const host = { ...emptyHost(), platform, arch };
  expect(locateCodex(undefined, host)).toEqual({
    executablePath: binary,
    args: [],
    pathDirs: [path.join(root, `node_modules/${name}/vendor/${triple}/codex-path`)],
  });
});

test("a single executable finds Codex next to it, in whichever folder it is started", async () => {
  const executableFolder = path.join(root, "app");
  const host = { ...emptyHost(), deployment: { executableFolder } };
  const copyIt = `Copy the codex executable to ${path.join(executableFolder, "codex")}.`;
  expect(() => locateCodex(undefined, host)).toThrow(copyIt);
  await mkdir(path.join(executableFolder, "codex-path"), { recursive: true });
  const binary = path.join(executableFolder, "codex");
  await writeFile(binary, "");
  await chmod(binary, 0o755);
  expect(locateCodex(undefined, host)).toEqual({
    executablePath: binary,
    args: [],
    pathDirs: [path.join(executableFolder, "codex-path")],
  });
});

test("when a deployment omitted Codex, the error has the one thing to do", async () => {
  expect(() => locateCodex(undefined, { ...emptyHost(), deployment: { isNextStandalone: true } })).toThrow(
    "outputFileTracingIncludes",
  );
  await install(`app.asar/${platformPackage}`);
  const anchors = [path.join(root, "app.asar/dist/main.js")];
  expect(() => locateCodex(undefined, { ...emptyHost(), anchors })).toThrow("asarUnpack");
  expect(() => locateCodex(undefined, emptyHost())).toThrow("npm install @openai/codex@");
});

test("npm may nest the platform's package below Codex's", async () => {
  await install("node_modules/@openai/codex");
  const binary = await install("node_modules/@openai/codex/node_modules/@openai/codex-linux-x64", vendored);
  expect(locateCodex(undefined, emptyHost()).executablePath).toBe(binary);
});

test("the layout of pnpm, which links packages to their own folders, is supported", async () => {
  const store = "node_modules/.pnpm";
  const binary = await install(`${store}/platform/node_modules/@openai/codex-linux-x64`, vendored);
  await install(`${store}/codex/node_modules/@openai/codex`);
  await link(`${store}/codex/node_modules/@openai/codex-linux-x64`, path.join(binary, "../../../.."));
  await install(`${store}/sdk/node_modules/codex-sdk`);
  await link(`${store}/sdk/node_modules/@openai/codex`, path.join(root, store, "codex/node_modules/@openai/codex"));
  await link("node_modules/codex-sdk", path.join(root, store, "sdk/node_modules/codex-sdk"));

  const installed = { ...emptyHost(), anchors: [path.join(root, store, "sdk/node_modules/codex-sdk/dist/index.js")] };
  expect(locateCodex(undefined, installed).executablePath).toBe(binary);
  // A single-file app finds Codex only through the SDK that it depends on.
  const bundled = { ...emptyHost(), anchors: [path.join(root, "dist/app.js")] };
  expect(locateCodex(undefined, bundled).executablePath).toBe(binary);
});

test("the layout of older packages is supported", async () => {
  const binary = await install(platformPackage, "vendor/x86_64-unknown-linux-musl/codex/codex");
  expect(locateCodex(undefined, emptyHost())).toEqual({ executablePath: binary, args: [], pathDirs: [] });
  await mkdir(path.join(binary, "../../path"));
  expect(locateCodex(undefined, emptyHost()).pathDirs).toEqual([path.join(binary, "../../path")]);
});

test("a later anchor is used when the first finds nothing", async () => {
  const binary = await install(`app/${platformPackage}`, vendored);
  const anchors = [path.join(root, "elsewhere/bundle.js"), path.join(root, "app/package.json")];
  expect(locateCodex(undefined, { ...emptyHost(), anchors }).executablePath).toBe(binary);
});

test.each([
  ["/app/app.asar/node_modules/x/codex", "/app/app.asar.unpacked/node_modules/x/codex"],
  ["C:\\app\\app.asar\\x\\codex.exe", "C:\\app\\app.asar.unpacked\\x\\codex.exe"],
  ["/app/app.asar.unpacked/x", "/app/app.asar.unpacked/x"],
  ["/app/my.asarium/x", "/app/my.asarium/x"],
])("%s is executed as %s", (packed, unpacked) => {
  expect(unpackedFromAsar(packed)).toBe(unpacked);
});

test("in an Electron app the unpacked executable is used", async () => {
  await install(`app.asar/${platformPackage}`);
  const binary = await install(`app.asar.unpacked/${platformPackage}`, vendored);
  const host = { ...emptyHost(), anchors: [path.join(root, "app.asar/dist/main.js")] };
  expect(locateCodex(undefined, host).executablePath).toBe(binary);
});

test("without packages, Codex on PATH is used, but only a file that can be executed", async () => {
  await install("first", "codex");
  await chmod(path.join(root, "first/codex"), 0o644);
  await mkdir(path.join(root, "second/codex"), { recursive: true });
  const binary = await install("third", "codex");
  const searchPath = ["", "first", "second", "third"].map((dir) => dir && path.join(root, dir)).join(":");
  expect(locateCodex(undefined, { ...emptyHost(), searchPath }).executablePath).toBe(binary);
});

test("on Windows only a real executable on PATH is used", async () => {
  await install("first", "codex.cmd");
  await install("first", "codex");
  const binary = await install("second", "codex.exe");
  const searchPath = `${path.join(root, "first")};${path.join(root, "second")}`;
  const host: Host = { ...emptyHost(), platform: "win32", searchPath };
  expect(locateCodex(undefined, host).executablePath).toBe(binary);
  expect(() => locateCodex(path.join(root, "first/codex.cmd"), host)).toThrow(/codex\.exe/);
});

test("when nothing is found, the error lists every searched path and the command that fixes it", async () => {
  await install(platformPackage);
  const host = { ...emptyHost(), searchPath: "/one:/two" };
  const error = caught(() => locateCodex(undefined, host));
  expect(error).toMatchObject({ code: "codex_not_found" });
  expect(error).toHaveProperty("tried", [
    path.join(root, platformPackage, vendored),
    path.join(root, platformPackage, "vendor/x86_64-unknown-linux-musl/codex/codex"),
    "/one/codex",
    "/two/codex",
  ]);
  expect(String(error)).toContain(`npm install @openai/codex@${codexVersion}`);
  expect(String(error)).toContain("/two/codex");
});

test("a platform without its own package still searches PATH", () => {
  const host: Host = { ...emptyHost(), platform: "freebsd", searchPath: "/one" };
  expect(caught(() => locateCodex(undefined, host))).toMatchObject({ tried: ["/one/codex"] });
});

test("an override takes precedence, as a path or as a name on PATH", async () => {
  await install(platformPackage, vendored);
  const binary = await install("bin", "my-codex");
  const host = { ...emptyHost(), searchPath: path.join(root, "bin") };
  const location = { executablePath: binary, args: [], pathDirs: [] };
  expect(locateCodex(binary, host)).toEqual(location);
  expect(locateCodex("./bin/my-codex", host)).toEqual(location);
  expect(locateCodex("bin/my-codex", host)).toEqual(location);
  expect(locateCodex("my-codex", host)).toEqual(location);
});

test("an override that is missing, a folder, or not executable has a clear error", async () => {
  const binary = await install("bin", "my-codex");
  await chmod(binary, 0o644);
  const host = { ...emptyHost(), searchPath: "/one" };
  expect(caught(() => locateCodex("./nothing", host))).toMatchObject({
    code: "codex_not_found",
    tried: [path.join(root, "nothing")],
  });
  expect(caught(() => locateCodex("nothing", host))).toMatchObject({
    code: "codex_not_found",
    tried: ["/one/nothing"],
  });
  expect(caught(() => locateCodex(path.join(binary, "below"), host))).toMatchObject({ code: "codex_not_found" });
  expect(caught(() => locateCodex("./bin", host))).toMatchObject({ code: "codex_unusable" });
  expect(caught(() => locateCodex(binary, host))).toMatchObject({
    code: "codex_unusable",
    executablePath: binary,
    message: expect.stringContaining("chmod +x"),
  });
});

test("a script that cannot be executed itself is run with this Node.js", async () => {
  const script = await install("bin", "launcher.js");
  await chmod(script, 0o644);
  expect(locateCodex(script, emptyHost())).toEqual({ executablePath: process.execPath, args: [script], pathDirs: [] });
});

test.each(["cjs", "esm"] as const)(
  "an app bundled as %s finds Codex next to it, or in its working directory",
  async (format) => {
    const binary = await install(`app/${platformPackageHere()}`, `vendor/${tripleHere()}/bin/codex`);
    const extension = format === "cjs" ? "cjs" : "mjs";
    const source = path.join(import.meta.dirname, "../../../src/process/locate/locate.ts");
    for (const [folder, cwd] of [
      ["app/dist", root],
      ["far/away", path.join(root, "app")],
    ] as const) {
      const outfile = path.join(root, folder, `bundle.${extension}`);
      await build({
        stdin: {
          contents: `import { locateCodex } from ${JSON.stringify(source)}; console.log(locateCodex().executablePath);`,
          resolveDir: root,
        },
        bundle: true,
        platform: "node",
        logLevel: "silent",
        format,
        outfile,
      });
      const { stdout } = await promisify(execFile)(process.execPath, [outfile], { cwd });
      expect(stdout.trim()).toBe(binary);
    }
  },
);

const platformPackage = "node_modules/@openai/codex-linux-x64";
const vendored = "vendor/x86_64-unknown-linux-musl/bin/codex";

function emptyHost(): Host {
  return {
    platform: "linux",
    arch: "x64",
    workingDirectory: root,
    searchPath: "",
    anchors: [path.join(root, "app.js")],
  };
}

function platformPackageHere(): string {
  return `node_modules/@openai/codex-${process.platform}-${process.arch}`;
}

/** The name of the target in the real package. */
function tripleHere(): string {
  return path.basename(path.join(locateCodex().executablePath, "../.."));
}

/** A package below `root` that contains an executable. */
async function install(folder: string, executable?: string): Promise<string> {
  const at = path.join(root, folder);
  await mkdir(at, { recursive: true });
  await writeFile(path.join(at, "package.json"), "{}");
  if (executable === undefined) return at;
  const file = path.join(at, executable);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, "#!/bin/sh\n", { mode: 0o755 });
  return file;
}

async function link(at: string, target: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, at)), { recursive: true });
  await symlink(target, path.join(root, at));
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("It did not throw.");
}
