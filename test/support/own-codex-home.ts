// A CODEX_HOME like a user's, with a provider that needs no login: the scripted model.
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { ScriptedModel } from "../../src/testing/index.js";

/** For programs that call `new Codex()`. Returns its path. */
export function ownCodexHome(model: ScriptedModel): string {
  const config = `
model = "gpt-5.5"
model_provider = "scripted"
[model_providers.scripted]
name = "Scripted"
base_url = "${model.baseUrl}"
wire_api = "responses"
supports_websockets = false
[analytics]
enabled = false
[features]
plugins = false
default_mode_request_user_input = true
`;
  writeFileSync(path.join(model.codexHome, "config.toml"), config);
  return model.codexHome;
}
