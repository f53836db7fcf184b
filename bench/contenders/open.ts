// Opens a contender. Each is imported only in the process that measures it.
import type { Contender, ContenderSetup } from "./contender.js";

export async function openContender(setup: ContenderSetup): Promise<Contender> {
  switch (setup.subject) {
    case "sdk":
      return (await import("./sdk.js")).openSdk(setup, "app-server");
    case "sdk-exec":
      return (await import("./sdk.js")).openSdk(setup, "exec");
    case "bare":
      return (await import("./bare.js")).openBare(setup);
    case "reference-tuned":
      return (await import("./reference.js")).openReference(setup, true);
    case "reference":
      return (await import("./reference.js")).openReference(setup, false);
    case "ai-sdk":
      return (await import("./ai-sdk.js")).openAiSdk(setup);
    case "ai-sdk-cli":
      return (await import("./ai-sdk.js")).openAiSdkCli(setup);
  }
}
