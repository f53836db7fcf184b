// Files that an agent could change to run programs outside its sandbox.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { workspaceWrite } from "../../src/sandbox/sandbox.js";
import { guardTrustedFiles, type TrustContext } from "../../src/sandbox/trusted-files.js";
import { temporaryDirectory } from "../support/workspace.js";

/** A home, a CODEX_HOME and a workspace, none of them inside another or inside a temporary directory of the sandbox. */
function place(): TrustContext & { home: string; root: string } {
  const root = temporaryDirectory("codex-sdk-trust-", "/var/tmp");
  const [home, codexHome, cwd] = ["home", "codex", "workspace"].map((name) => path.join(root, name));
  for (const directory of [home, codexHome, cwd]) mkdirSync(directory ?? "");
  return {
    root,
    home: home ?? "",
    cwd: cwd ?? "",
    codexHome: codexHome ?? "",
    environment: { HOME: home, PATH: "/usr/bin:/bin" },
  };
}

test("a workspace without trusted files is unchanged", () => {
  const at = place();
  writeFileSync(path.join(at.codexHome, ".env"), "TOKEN=a b # c\nPATH=/opt/bin:$PATH\nCODEX_BASH_ENV=x\n");
  const variables = {
    BASH_ENV: "$HOME/.env.sh",
    GIT_DIR: ".git",
    LD_PRELOAD: "libjemalloc.so.2",
    LD_LIBRARY_PATH: "/opt/lib",
  };
  const environment = { ...at.environment, ...variables };
  expect(guardTrustedFiles(workspaceWrite, { ...at, environment })).toBe(workspaceWrite);
});

type Row = readonly [string, (at: ReturnType<typeof place>) => Partial<TrustContext>, string];

function setting(variables: Record<string, string>): Row[1] {
  return ({ environment }) => ({ environment: { ...environment, ...variables } });
}

test.each<Row>([
  ["CODEX_HOME", ({ cwd }) => ({ codexHome: path.join(cwd, ".home") }), "CODEX_HOME"],
  ["HOME", ({ cwd }) => ({ environment: { HOME: cwd } }), "HOME"],
  ["the parent of both", ({ root }) => ({ cwd: root }), "CODEX_HOME"],
  [
    "git's configuration",
    ({ cwd, environment }) => ({ environment: { ...environment, GIT_CONFIG_GLOBAL: path.join(cwd, "gitconfig") } }),
    "GIT_CONFIG_GLOBAL",
  ],
  // A shell expands the value, and starts in the workspace.
  ...(["env.sh", "./env.sh", "$PWD/env.sh", "${PWD}/env.sh", "$(pwd)/env.sh"] as const).map(
    (value) => [`BASH_ENV=${value}`, setting({ BASH_ENV: value }), "BASH_ENV"] as const satisfies Row,
  ),
  ["a relative HOME", setting({ HOME: "." }), "HOME"],
  ["relative configuration of git", setting({ GIT_CONFIG_GLOBAL: "gitconfig" }), "GIT_CONFIG_GLOBAL"],
  ["a relative library", setting({ LD_PRELOAD: "libsystem.so /lib/a.so ./b.so" }), "LD_PRELOAD"],
  ["libraries in the working directory", setting({ LD_LIBRARY_PATH: ":/opt/lib" }), "LD_LIBRARY_PATH"],
  [
    "a variable in the .env of CODEX_HOME",
    ({ codexHome, cwd }) => {
      writeFileSync(path.join(codexHome, ".env"), `# ours\nexport BASH_ENV="${cwd}/env.sh" # later\n`);
      return {};
    },
    "BASH_ENV",
  ],
  [
    "a PATH in the .env of CODEX_HOME",
    ({ codexHome }) => {
      writeFileSync(path.join(codexHome, ".env"), "PATH=node_modules/.bin:$PATH\n");
      return {};
    },
    "PATH",
  ],
  [
    "a directory of PATH",
    ({ cwd, environment }) => ({ environment: { ...environment, PATH: `/usr/bin:${cwd}/bin` } }),
    "PATH",
  ],
  [
    "a link in HOME that leads to it",
    ({ cwd, home }) => {
      symlinkSync(path.join(cwd, "profile"), path.join(home, ".bash_profile"));
      return {};
    },
    "a profile that the login shell runs",
  ],
  [
    "a link in the path of CODEX_HOME",
    ({ cwd, codexHome }) => {
      symlinkSync(codexHome, path.join(cwd, "link"));
      return { codexHome: path.join(cwd, "link", "below") };
    },
    "CODEX_HOME",
  ],
  [
    "git, through a link in a directory of PATH",
    ({ cwd, root, environment }) => {
      writeFileSync(path.join(cwd, "git"), "");
      mkdirSync(path.join(root, "bin"));
      symlinkSync(path.join(cwd, "git"), path.join(root, "bin/git"));
      return { environment: { ...environment, PATH: `${root}/bin:/usr/bin` } };
    },
    'the program "git"',
  ],
])("a workspace with %s is rejected", (_, change, name) => {
  const at = place();
  const context = { ...at, ...change(at) };
  expect(() => guardTrustedFiles(workspaceWrite, context)).toThrow(
    `The agent could write to ${context.cwd}, and so change ${name}: `,
  );
  for (const mode of ["read-only", "danger-full-access"] as const) {
    expect(guardTrustedFiles({ mode }, context)).toEqual({ mode });
  }
});

test("an additional directory, also behind a link, is checked like the workspace", () => {
  const at = place();
  const link = path.join(at.root, "link");
  symlinkSync(at.codexHome, link);
  expect(() => guardTrustedFiles({ ...workspaceWrite, writableRoots: [link] }, at)).toThrow("CODEX_HOME");
});

test("trusted files in a temporary directory make temporary directories read-only", () => {
  const at = place();
  const excluded = { ...workspaceWrite, excludeTmpdirEnvVar: true, excludeSlashTmp: true };
  expect(guardTrustedFiles(workspaceWrite, { ...at, codexHome: temporaryDirectory("home-", "/tmp") })).toEqual(
    excluded,
  );
  const environment = { ...at.environment, TMPDIR: at.root };
  expect(guardTrustedFiles(workspaceWrite, { ...at, environment })).toEqual(excluded);
  const profile = { mode: "profile", profile: "mine", writableRoots: [] } as const;
  expect(() => guardTrustedFiles(profile, { ...at, environment })).toThrow(`could write to ${at.root}`);
});
