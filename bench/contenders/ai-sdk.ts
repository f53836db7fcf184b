// Turns through the AI SDK: with this package's provider, and with the community provider.
import { generateText } from "ai";
import type { LanguageModel } from "ai";
import { createCodexAppServer } from "ai-sdk-provider-codex-cli";
import { Codex } from "codex-sdk";
import { createCodexProvider } from "codex-sdk/ai-sdk";
import { codexPath } from "../harness/codex-path.js";
import { apiKey, assertAnswer, httpProvider, input, model, sharedConfig } from "./contender.js";
import type { Contender, ContenderSetup } from "./contender.js";

export function openAiSdk({ baseUrl, codexHome, env, workingDirectory }: ContenderSetup): Contender {
  const codex = new Codex({ baseUrl, apiKey, codexHome, env, config: sharedConfig });
  const provider = createCodexProvider(codex, { workingDirectory, skipGitRepoCheck: true });
  return conversations("codex", provider(model), () => codex.close());
}

export function openAiSdkCli({ baseUrl, codexHome, env, workingDirectory }: ContenderSetup): Contender {
  const { requires_openai_auth: _, ...own } = httpProvider(baseUrl);
  const provider = createCodexAppServer({
    defaultSettings: {
      codexPath: codexPath(),
      cwd: workingDirectory,
      env: { ...env, CODEX_HOME: codexHome },
      approvalPolicy: "never",
      logger: false,
      threadMode: "persistent",
      configOverrides: {
        ...sharedConfig,
        model_provider: "bench",
        model_providers: { bench: { ...own, experimental_bearer_token: apiKey } },
      },
    },
  });
  return conversations("codex-app-server", provider(model), () => provider.close());
}

/** Continues a conversation with the thread ID of the last result. */
function conversations(name: string, languageModel: LanguageModel, close: () => Promise<void>): Contender {
  return {
    openThread() {
      let threadId: string | undefined;
      return {
        async turn() {
          const providerOptions = threadId === undefined ? {} : { providerOptions: { [name]: { threadId } } };
          const result = await generateText({ model: languageModel, prompt: input, ...providerOptions });
          assertAnswer(result.text);
          threadId = result.finalStep.providerMetadata?.[name]?.["threadId"] as string;
        },
      };
    },
    close,
  };
}
