// Records a turn, then replays it without the endpoint. A scripted model takes the place of the real endpoint.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Codex } from "codex-sdk";
import { recordModel, runCommand, say, ScriptedModel } from "codex-sdk/testing";
import type { RecordModelOptions } from "codex-sdk/testing";

const folder = await mkdtemp(join(tmpdir(), "codex-sdk-recording-"));
const cassette = join(folder, "greeting.json");

async function answer(options: RecordModelOptions): Promise<string> {
  await using model = await recordModel(options);
  await using codex = new Codex(model.codexOptions());
  const turn = await codex.startThread(model.threadOptions({ workingDirectory: folder })).run("Greet me");
  model.assertDone();
  return turn.finalResponse;
}

const endpoint = await ScriptedModel.start([[runCommand("echo hello")], [say("The command printed hello.")]]);
const recorded = await answer({
  cassette,
  mode: "record",
  upstream: { baseUrl: endpoint.baseUrl, apiKey: "sk-fake-key" },
});
await endpoint.close();

const replayed = await answer({ cassette, mode: "replay" });
console.log(`recorded: ${recorded}\nreplayed: ${replayed}`);
assert.equal(replayed, recorded);
await rm(folder, { recursive: true });
