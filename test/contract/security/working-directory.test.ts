// Hosts and threads whose directories are unusual.
import { expect, test } from "vitest";
import { InvalidInputError } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import { usualCodexOn, repository, scriptedModel } from "../../support/workspace.js";

test.each(["app-server", "exec"] as const)(
  "a host whose own directory was deleted runs turns in another directory, over %s",
  async (transport) => {
    const model = await scriptedModel([say("done")]);
    const options = JSON.stringify({ ...model.codexOptions(), transport });
    const thread = JSON.stringify(model.threadOptions({ workingDirectory: repository() }));
    const host = await startHost(`
    import { mkdtempSync, rmSync } from "node:fs";
    const gone = mkdtempSync("/var/tmp/codex-sdk-gone-");
    process.chdir(gone);
    rmSync(gone, { recursive: true });
    const codex = new Codex(${options});
    console.log("SAID", (await codex.startThread(${thread}).run("go")).finalResponse);
    const error = await codex.startThread({}).run("go").catch((error) => error);
    console.log("REJECTED", error.code);
    const thread = codex.startThread(${thread});
    const servers = { notes: { command: "true", cwd: "below" } };
    for (const call of [
      () => codex.resumeLastThread(),
      () => codex.resumeLastThread({ workingDirectory: "below" }),
      () => thread.run([{ type: "local_image", path: "a.png" }]),
      () => thread.run([{ type: "local_image", path: "/nowhere/a.png" }]),
      () => new Codex({ ...${options}, codexHome: "below" }).startThread(${thread}).run("go"),
      () => codex.startThread({ ...${thread}, mcpServers: servers }).run("go"),
    ]) {
      const error = await Promise.resolve().then(call).catch((error) => error);
      console.log(error.code === "invalid_input" ? "INVALID" : error);
    }
    await codex.close();
  `);
    const { output } = await host.ended;
    expect(output).toContain("SAID done");
    expect(output).toContain("REJECTED invalid_input");
    expect(output).toMatch(/(INVALID\n){6}/);
  },
);

test.each([
  ["a NUL character", "/tmp/a\0b", "NUL character"],
  ["a name that is too long", `/tmp/${"a".repeat(300)}`, "is longer than the system allows"],
  ["a file in the middle of its path", "/etc/passwd/below", "a part of the path is a file"],
])("a directory with %s is rejected", async (_, directory, problem) => {
  const codex = usualCodexOn(await scriptedModel([]));
  for (const options of [
    { workingDirectory: directory },
    { workingDirectory: "/", additionalDirectories: [directory] },
  ]) {
    // A NUL character is rejected by `startThread` itself.
    const run = async () => codex.startThread({ ...options, skipGitRepoCheck: true }).run("go");
    const error = await run().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toContain(problem);
  }
});
