// The environment of the Codex process.
import { symlinkSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryDirectory } from "../../support/workspace.js";
import { buildEnvironment, commandSearchPath } from "../../../src/process/config/environment.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("without `env`, the environment is the host's", () => {
  vi.stubEnv("FROM_HOST", "yes");
  expect(buildEnvironment({ pathDirs: [] })).toMatchObject({ FROM_HOST: "yes" });
});

test("variables that are undefined are omitted", () => {
  const environment = buildEnvironment({ env: { A: "1", B: undefined }, pathDirs: [] });
  expect(environment).toMatchObject({ A: "1" });
  expect(environment).not.toHaveProperty("B");
});

test("`env` replaces the host's environment and is not changed", () => {
  vi.stubEnv("FROM_HOST", "yes");
  const env = { A: "1" };
  expect(buildEnvironment({ env, pathDirs: ["/codex"] })).toEqual({
    A: "1",
    PATH: "/codex",
    CODEX_INTERNAL_ORIGINATOR_OVERRIDE: "codex-sdk",
  });
  expect(env).toEqual({ A: "1" });
});

test.each([
  [{ HTTP_PROXY: "http://proxy" }, "127.0.0.1"],
  [{ https_proxy: "http://proxy", NO_PROXY: "internal" }, "internal,127.0.0.1"],
  [{ ALL_PROXY: "http://proxy", NO_PROXY: "", no_proxy: "a, b" }, "a, b,127.0.0.1"],
])("with the proxy of %o, loopback is reached directly", (env: Record<string, string>, direct) => {
  expect(buildEnvironment({ env, pathDirs: [] })).toMatchObject({ NO_PROXY: direct, no_proxy: direct });
});

test.each([
  [{}],
  [{ HTTP_PROXY: "" }],
  [{ HTTP_PROXY: "http://proxy", NO_PROXY: "*" }],
  [{ HTTP_PROXY: "http://proxy", NO_PROXY: "localhost, 127.0.0.1" }],
  [{ NO_PROXY: "internal" }],
])("the environment %o is passed to Codex unchanged", (env: Record<string, string>) => {
  expect(buildEnvironment({ env, pathDirs: ["/codex"] })).toMatchObject(env);
  expect(Object.keys(buildEnvironment({ env, pathDirs: ["/codex"] })).toSorted()).toEqual(
    [...Object.keys(env), "CODEX_INTERNAL_ORIGINATOR_OVERRIDE", "PATH"].toSorted(),
  );
});

test("the originator can be set", () => {
  const env = { CODEX_INTERNAL_ORIGINATOR_OVERRIDE: "mine" };
  expect(buildEnvironment({ env, pathDirs: [] })).toEqual(env);
});

test("codexHome overrides the environment, `extra` overrides everything", () => {
  const env = { CODEX_HOME: "/old", CODEX_API_KEY: "old" };
  const built = buildEnvironment({ env, pathDirs: [], codexHome: "/new", extra: { CODEX_API_KEY: "sk-fake" } });
  expect(built).toMatchObject({ CODEX_HOME: "/new", CODEX_API_KEY: "sk-fake" });
});

test("Codex's own folders are first on PATH, once", () => {
  const env = { PATH: "/usr/bin:/codex::/bin" };
  expect(buildEnvironment({ env, pathDirs: ["/codex"], platform: "linux" })["PATH"]).toBe("/codex:/usr/bin:/bin");
});

test("relative and empty entries of PATH are dropped, and each directory is searched once", () => {
  expect(buildEnvironment({ env: { PATH: "/a::/a:bin:." }, pathDirs: [] })["PATH"]).toBe("/a");
});

test("libraries are not searched in the working directory", () => {
  const env = { LD_LIBRARY_PATH: ":/opt/a;lib:/opt/b:", DYLD_LIBRARY_PATH: "." };
  const built = buildEnvironment({ env, pathDirs: [] });
  expect(built["LD_LIBRARY_PATH"]).toBe("/opt/a:/opt/b");
  expect(built).not.toHaveProperty("DYLD_LIBRARY_PATH");
});

test("directories that the agent can write to are searched only by the agent's commands", () => {
  const roots = [temporaryDirectory("codex-sdk-roots-", "/var/tmp")];
  const link = path.join(temporaryDirectory("codex-sdk-link-", "/var/tmp"), "link");
  symlinkSync(path.join(roots[0] ?? "", "bin"), link);
  const writable = ["/repo/node_modules/.bin", "/tmp/bin", `${process.cwd()}/bin`, `${roots[0]}/bin`, link];
  const options = { env: { PATH: [...writable, "/usr/bin"].join(":") }, pathDirs: ["/codex"], roots };
  expect(buildEnvironment(options)["PATH"]).toBe("/codex:/usr/bin");
  expect(commandSearchPath(options)).toBe(["/codex", "/usr/bin", ...writable].join(":"));
  expect(commandSearchPath({ env: { PATH: "/usr/bin:bin" }, pathDirs: [] })).toBeUndefined();
});

test("on Windows there is one PATH, in any spelling", () => {
  const env = { PATH: "C:\\a", Path: "C:\\b;C:\\codex", path: "C:\\c" };
  const built = buildEnvironment({ env, pathDirs: ["C:\\codex"], platform: "win32" });
  expect(Object.entries(built).filter(([name]) => /^path$/i.test(name))).toEqual([["Path", "C:\\codex;C:\\b"]]);
  const lower = buildEnvironment({ env: { path: "C:\\c" }, pathDirs: ["C:\\codex"], platform: "win32" });
  expect(lower).toMatchObject({ path: "C:\\codex;C:\\c" });
});

test("a variable that holds the key is removed, whatever its name", () => {
  const env = { OPENAI_API_KEY: "sk-fake-key", OTHER: "other", COPY: "sk-fake-key" };
  const environment = buildEnvironment({ env, pathDirs: [], hidden: "sk-fake-key" });
  expect(Object.keys(environment)).not.toContain("OPENAI_API_KEY");
  expect(Object.keys(environment)).not.toContain("COPY");
  expect(environment["OTHER"]).toBe("other");
});
