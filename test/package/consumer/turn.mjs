import { Codex } from "codex-sdk";
import { ScriptedModel, say } from "codex-sdk/testing";

const model = await ScriptedModel.start([say("Hello from the package.")]);
const codex = new Codex(model.codexOptions());
const turn = await codex.startThread(model.threadOptions()).run("Hello");
await codex.close();
await model.close();
console.log(turn.finalResponse);
