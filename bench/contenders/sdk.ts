// This SDK as users install it: the built package.
import { Codex } from "codex-sdk";
import { apiKey, assertAnswer, input, model, sharedConfig, millisecondsSince } from "./contender.js";
import type { Contender, ContenderSetup } from "./contender.js";

export function openSdk(setup: ContenderSetup, transport: "app-server" | "exec"): Contender {
  const { baseUrl, codexHome, env, workingDirectory } = setup;
  const codex = new Codex({
    baseUrl,
    apiKey,
    codexHome,
    env,
    transport,
    config: sharedConfig,
    configOverrides: Object.entries(setup.config).map(([key, value]) => `${key}=${JSON.stringify(value)}`),
  });
  return {
    openThread() {
      const thread = codex.startThread({
        model,
        workingDirectory,
        skipGitRepoCheck: true,
        ...(setup.ephemeral && { ephemeral: true }),
      });
      return {
        async turn() {
          assertAnswer((await thread.run(input)).finalResponse);
        },
        async timedTurn() {
          let milliseconds = Number.NaN;
          const { events } = await thread.runStreamed(input);
          for await (const event of events) {
            if (event.type === "item.updated" && event.delta) milliseconds = millisecondsSince(event.delta);
          }
          return milliseconds;
        },
      };
    },
    close: () => codex.close(),
  };
}
