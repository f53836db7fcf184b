// The reference SDK: one process for each turn.
import { Codex } from "@openai/codex-sdk";
import { apiKey, assertAnswer, httpProvider, input, model, sharedConfig } from "./contender.js";
import type { Contender, ContenderSetup } from "./contender.js";

/** With `tuned`, the configuration has a provider without WebSockets. */
export function openReference(setup: ContenderSetup, tuned: boolean): Contender {
  const { baseUrl, codexHome, env, workingDirectory } = setup;
  const provider = tuned ? { model_provider: "bench", model_providers: { bench: httpProvider(baseUrl) } } : {};
  const codex = new Codex({
    apiKey,
    env: { ...env, CODEX_HOME: codexHome },
    ...(!tuned && { baseUrl }),
    config: { ...sharedConfig, ...provider },
  });
  return {
    openThread() {
      const thread = codex.startThread({ model, workingDirectory, skipGitRepoCheck: true, approvalPolicy: "never" });
      return {
        async turn() {
          assertAnswer((await thread.run(input)).finalResponse);
        },
      };
    },
    async close() {},
  };
}
