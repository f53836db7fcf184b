// The available models, the account, and Codex's notifications outside turns.
import assert from "node:assert/strict";
import { Codex } from "codex-sdk";
import { ScriptedModel, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start([say("Hello")]);
await using codex = new Codex(model.codexOptions());

const stop = codex.on("account.updated", ({ authMode, plan }) => console.log(`Logged in: ${authMode}, plan ${plan}`));
codex.on("account.rate_limits_updated", ({ rateLimits }) => console.log(`${rateLimits.primary?.usedPercent} % used`));
codex.on("config.warning", ({ summary }) => console.log(`codex warns: ${summary}`));

const models = await codex.listModels();
for (const { id, isDefault, efforts, defaultEffort } of models) {
  const marked = efforts.map(({ effort }) => (effort === defaultEffort ? `[${effort}]` : effort));
  console.log(`${isDefault ? "*" : " "} ${id.padEnd(16)} ${marked.join(" ")}`);
}
assert.equal(models.filter(({ isDefault }) => isDefault).length, 1);

const account = await codex.account();
console.log(`${account.type ?? "nobody"}, plan ${account.plan}, limits ${JSON.stringify(account.rateLimits)}`);
assert.equal(account.type, "api_key");
stop();

// Any other request of Codex's protocol, with its types.
const { config } = await codex.request("config/read", {});
assert.equal(config.model_provider, "codex-sdk");
