const { Codex } = require("codex-sdk");
const { ScriptedModel, say } = require("codex-sdk/testing");

async function main() {
  const model = await ScriptedModel.start([say("Hello from the package.")]);
  const codex = new Codex(model.codexOptions());
  const turn = await codex.startThread(model.threadOptions()).run("Hello");
  await codex.close();
  await model.close();
  console.log(turn.finalResponse);
}

void main();
