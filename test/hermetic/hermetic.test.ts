// Canaries in everything that Codex reads by default. The tests search the model's requests and the agent's
// environment.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Codex, InvalidInputError } from "codex-sdk";
import type { CodexOptions, HermeticException, ThreadOptions } from "codex-sdk";
import { runCommand, say, ScriptedModel } from "codex-sdk/testing";

// Below the temporary directory Codex treats some files differently.
const folder = mkdtempSync("/var/tmp/codex-sdk-hermetic-");
const home = path.join(folder, "home");
const repository = path.join(folder, "repository");
const middle = path.join(repository, "packages");
const workingDirectory = path.join(middle, "package");
const ranOutside = path.join(folder, "mcp-server-ran");
const notified = path.join(folder, "notify-program-ran");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const skill = (name: string) => `---\nname: ${name}\ndescription: canary-${name}\n---\nText\n`;

beforeAll(() => {
  put(
    `${home}/.codex/config.toml`,
    `developer_instructions = "canary-config"
notify = ["touch", ${JSON.stringify(notified)}]
[mcp_servers.canary]
command = "touch"
args = [${JSON.stringify(ranOutside)}]
[features]
memories = true
[shell_environment_policy.set]
SET_BY_CONFIG = "canary-config-environment"
[projects.${JSON.stringify(repository)}]
trust_level = "trusted"
`,
  );
  put(`${home}/.codex/AGENTS.md`, "canary-home-agents");
  put(`${home}/.codex/.env`, "FROM_DOTENV=canary-dotenv\n");
  put(`${home}/.codex/skills/one/SKILL.md`, skill("skill-of-codex-home"));
  put(`${home}/.agents/skills/two/SKILL.md`, skill("skill-of-home"));
  for (const profile of [".bash_profile", ".profile", ".bashrc"])
    put(`${home}/${profile}`, "export PROFILE=canary-profile\n");
  put(
    `${home}/.gitconfig`,
    `[user]\n\tname = canary-git-user\n[includeIf "gitdir:${repository}/"]\n\tpath = included.gitconfig\n`,
  );
  put(`${home}/included.gitconfig`, "[user]\n\temail = canary-git-include\n");
  put(`${home}/xdg/git/config`, "[user]\n\tsigningKey = canary-xdg-git\n");
  put(`${home}/.netrc`, "machine git.example login me password canary-netrc\n");
  put(`${home}/bash-env`, "export FROM_BASH_ENV=canary-bash-env\n");
  put(`${home}/.codex/memories/memory_summary.md`, "canary-memory");
  put(`${home}/.codex/history.jsonl`, '{"session_id":"1","ts":1,"text":"canary-history"}\n');
  mkdirSync(workingDirectory, { recursive: true });
  execFileSync("git", ["init", "-q"], { cwd: repository });
  execFileSync("git", ["remote", "add", "origin", "https://git.example/canary-remote.git"], { cwd: repository });
  put(`${repository}/AGENTS.md`, "canary-parent-agents");
  put(`${middle}/AGENTS.override.md`, "canary-parent-override");
  put(`${repository}/.codex/config.toml`, '[shell_environment_policy.set]\nSET_BY_PARENT = "canary-parent-config"\n');
  put(`${repository}/.codex/skills/four/SKILL.md`, skill("skill-of-parent"));
  put(`${workingDirectory}/AGENTS.md`, "canary-own-agents");
  put(`${workingDirectory}/.agents/skills/three/SKILL.md`, skill("skill-of-repository"));
});

const environment = {
  PATH: process.env["PATH"],
  LANG: "C.UTF-8",
  SHELL: "/bin/bash",
  HOME: home,
  HOST_VARIABLE: "canary-environment",
  CODEX_CANARY: "canary-codex-variable",
  OPENAI_ORGANIZATION: "canary-organization",
  OPENAI_PROJECT: "canary-project",
  XDG_CONFIG_HOME: path.join(home, "xdg"),
  BASH_ENV: path.join(home, "bash-env"),
};

const look = "env; git config user.name; git config user.email; git config user.signingKey; cat ~/.gitconfig ~/.netrc";

/** The canaries that reached the model, directly or through the output of `env` and git's configuration. */
async function canariesOf(
  options: CodexOptions,
  goOn: (codex: Codex, threadOptions: ThreadOptions) => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> {
  const saved = { ...process.env };
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  try {
    await using model = await ScriptedModel.start(({ input }) =>
      input.at(-1)?.type === "function_call_output" ? say("done") : runCommand(look),
    );
    const { codexHome: _ownHome, ...own } = model.codexOptions();
    await using codex = new Codex({ ...own, ...options });
    const threadOptions = model.threadOptions({ workingDirectory });
    await codex.startThread(threadOptions).run("go");
    await goOn(codex, threadOptions);
    const sent = JSON.stringify(model.requests.map(({ body, headers }) => [body, headers]));
    return [...new Set(sent.match(/canary-[a-z-]+/g))].toSorted();
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, saved);
  }
}

test("by default the settings of the machine reach the agent: the canaries work", async () => {
  const found = await canariesOf({});
  expect(found).toEqual(
    expect.arrayContaining([
      "canary-config",
      "canary-config-environment",
      "canary-dotenv",
      "canary-environment",
      "canary-git-user",
      "canary-home-agents",
      "canary-memory",
      "canary-bash-env",
      "canary-codex-variable",
      "canary-git-include",
      "canary-netrc",
      "canary-organization",
      "canary-own-agents",
      "canary-parent-agents",
      "canary-parent-config",
      "canary-parent-override",
      "canary-remote",
      "canary-skill-of-codex-home",
      "canary-skill-of-home",
      "canary-skill-of-parent",
      "canary-skill-of-repository",
      "canary-xdg-git",
    ]),
  );
  for (const file of [ranOutside, notified]) {
    await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
    rmSync(file);
  }
});

describe.each(["app-server", "exec"] as const)("hermetic over %s", (transport) => {
  test("only the working directory's own AGENTS.md reaches the agent", async () => {
    expect(await canariesOf({ hermetic: true, transport })).toEqual(["canary-own-agents"]);
    expect([existsSync(ranOutside), existsSync(notified)]).toEqual([false, false]);
  });

  test("the same holds for a thread that is resumed or forked", async () => {
    const turns: string[] = [];
    const found = await canariesOf({ hermetic: true, transport }, async (codex, options) => {
      const resumed = await codex.resumeLastThread(options);
      turns.push((await resumed.run("go on")).finalResponse);
      if (transport === "exec") return;
      const fork = await codex.resumeThread(resumed.id ?? "", options).fork(options);
      turns.push((await fork.run("go on elsewhere")).finalResponse);
    });
    expect(turns).toEqual(transport === "exec" ? ["done"] : ["done", "done"]);
    expect(found).toEqual(["canary-own-agents"]);
    expect([existsSync(ranOutside), existsSync(notified)]).toEqual([false, false]);
  });
});

test.each<[HermeticException, string[]]>([
  ["environment", ["canary-codex-variable", "canary-environment"]],
  ["git", ["canary-remote"]],
  ["parent_docs", ["canary-parent-agents", "canary-parent-override"]],
  ["home", ["canary-git-include", "canary-git-user", "canary-netrc"]],
  ["skills", ["canary-skill-of-repository"]],
])("the exception %s allows only its own part", async (exception, expected) => {
  const found = await canariesOf({ hermetic: [exception] });
  expect(found).toEqual(expect.arrayContaining(["canary-own-agents", ...expected]));
  const others = ["canary-config", "canary-home-agents", "canary-dotenv", "canary-parent-config"];
  expect(found.filter((each) => others.includes(each))).toEqual([]);
});

test.each<[HermeticException[], boolean, string[]]>([
  [["hooks"], true, []],
  [["memories", "plugins", "skills"], false, ["canary-memory", "canary-plugin-skill"]],
])("hermetic: %j with a given CODEX_HOME: its hooks run: %j; it adds %j", async (hermetic, runs, expected) => {
  // With plugins, Codex looks for more of them in the network.
  vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:9");
  onTestFinished(() => void vi.unstubAllEnvs());
  // With memories, Codex also lets the model summarise threads.
  await using model = await ScriptedModel.start(({ input }) =>
    input.at(-1)?.type === "function_call_output" ? say("done") : runCommand("true"),
  );
  const { codexHome: _ownHome, ...own } = model.codexOptions({ config: { bypass_hook_trust: true } });
  const { features: _features, ...config } = own.config;
  const codexHome = path.join(folder, `codex-home-${runs}`);
  const ran = path.join(folder, `hook-ran-${runs}`);
  put(`${codexHome}/config.toml`, '[features]\nmemories = true\n[plugins."canary@local"]\nenabled = true\n');
  put(`${codexHome}/memories/memory_summary.md`, "canary-memory");
  const plugin = `${codexHome}/plugins/cache/local/canary/1.0.0`;
  put(`${plugin}/.codex-plugin/plugin.json`, JSON.stringify({ name: "canary", version: "1.0.0", skills: "./skills" }));
  put(`${plugin}/skills/five/SKILL.md`, skill("plugin-skill"));
  const hooks = { PreToolUse: [{ hooks: [{ type: "command", command: `touch ${ran}` }] }] };
  put(`${codexHome}/hooks.json`, JSON.stringify({ hooks }));
  await using codex = new Codex({ ...own, config, codexHome, hermetic });
  await codex.startThread(model.threadOptions({ workingDirectory })).run("go");
  expect(existsSync(ran)).toBe(runs);
  const added = JSON.stringify(model.requests.find(({ lastUserText }) => lastUserText === "go")?.body).match(
    /canary-(memory|plugin-skill)/g,
  );
  expect([...new Set(added)].toSorted()).toEqual(expected);
});

test("the specified options reach the agent, and close() deletes the private CODEX_HOME", async () => {
  await using model = await ScriptedModel.start([[runCommand('echo "$GIVEN in $CODEX_HOME ~"')], [say("done")]]);
  const { codexHome: _ownHome, ...own } = model.codexOptions();
  const codex = new Codex({ ...own, hermetic: true, env: { ...environment, HOME: undefined, GIVEN: "given" } });
  await codex
    .startThread(model.threadOptions({ workingDirectory, developerInstructions: "Given instructions" }))
    .run("go");
  const output = model.requests[1]?.lastOutput ?? "";
  const privateHome = /given in (\S+)/.exec(output)?.[1] ?? "";
  expect(model.requests[0]?.instructions).toContain("Given instructions");
  expect(existsSync(privateHome)).toBe(true);
  await codex.close();
  expect(existsSync(path.dirname(privateHome))).toBe(false);
});

test("unknown exceptions are rejected", () => {
  expect(() => new Codex({ hermetic: ["everything" as HermeticException] })).toThrow(InvalidInputError);
  expect(() => new Codex({ hermetic: "yes" as never })).toThrow(/exceptions: "login"/);
});

test("the exception login uses the saved login, and without it the login is not available", async () => {
  put(`${home}/.codex/auth.json`, JSON.stringify({ OPENAI_API_KEY: "sk-fake-saved-login" }));
  vi.stubEnv("HOME", home);
  vi.stubEnv("CODEX_HOME", undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(`${home}/.codex/auth.json`);
  });
  const headersWith = async (hermetic: CodexOptions["hermetic"]) => {
    await using model = await ScriptedModel.start([[say("done")]]);
    const { codexHome: _ownHome, apiKey: _ownKey, ...own } = model.codexOptions();
    await using codex = new Codex({ ...own, hermetic });
    await codex.startThread(model.threadOptions({ workingDirectory })).run("go");
    return model.requests[0]?.headers["authorization"];
  };
  expect(await headersWith(["login"])).toBe("Bearer sk-fake-saved-login");
  expect(await headersWith(true)).toBeUndefined();
});

test("lean disables the tools and skills that the docs list, and `config` can enable them again", async () => {
  const toolsWith = async (options: CodexOptions) => {
    await using model = await ScriptedModel.start([[say("done")]]);
    const own = model.codexOptions();
    await using codex = new Codex({ ...own, ...options, config: { ...own.config, ...options.config } });
    await codex.startThread(model.threadOptions({ workingDirectory })).run("go");
    const [request] = model.requests;
    return {
      tools: request?.tools.map(({ name, type }) => name ?? type) ?? [],
      size: JSON.stringify(request?.body).length,
      hasSkills: JSON.stringify(request?.body).includes("<skills_instructions>"),
    };
  };
  const usual = await toolsWith({});
  const lean = await toolsWith({ lean: true });
  // `tool_search` finds the tools for sub-agents.
  const switchedOff = ["get_goal", "create_goal", "update_goal", "tool_search"];
  expect(usual.tools).toEqual(expect.arrayContaining(switchedOff));
  expect(lean.tools).toEqual(usual.tools.filter((name) => !switchedOff.includes(name)));
  expect([usual.hasSkills, lean.hasSkills]).toEqual([true, false]);
  expect(lean.size).toBeLessThan(usual.size * 0.85);
  const partly = await toolsWith({ lean: true, config: { features: { goals: true } } });
  expect(partly.tools).toContain("create_goal");
});
