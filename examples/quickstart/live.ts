// `npm start -- --live "prompt"`: one turn with your account in the current directory, without a script.
import { Codex, UnauthorizedError } from "codex-sdk";
import { printDiff, printHeading } from "./layout.js";
import { watch } from "./progress.js";
import type { Screen } from "./screen.js";

export async function runLive(prompt: string, screen: Screen, signal: AbortSignal): Promise<void> {
  // npm runs scripts in the package's directory. INIT_CWD is the directory in which it was called.
  const workingDirectory = process.env["INIT_CWD"] ?? process.cwd();
  printHeading(screen, "codex", prompt);
  screen.print(`The agent can change files in ${workingDirectory}.`, { formats: ["dim"] });
  screen.print();

  await using codex = new Codex();
  const thread = codex.startThread({ workingDirectory, sandboxMode: "workspace-write", planTool: true });
  const turn = await watch(await thread.runStreamed(prompt, { signal }), screen, { directory: workingDirectory }).catch(
    withAdvice,
  );
  if (turn.diff !== null) {
    printHeading(screen, "What changed");
    printDiff(screen, turn.diff);
  }
  screen.print();
  const { input_tokens: input = 0, output_tokens: output = 0 } = turn.usage ?? {};
  screen.print(`${input} tokens in, ${output} out. Continue with: npx codex resume ${thread.id}`, { formats: ["dim"] });
}

function withAdvice(error: unknown): never {
  if (!(error instanceof UnauthorizedError)) throw error;
  throw new Error(`${error.message}\nLog in with \`npx codex login\`, then try again.`, { cause: error });
}
