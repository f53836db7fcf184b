// The scripted model behind the agents: each prompt makes the agent run one command, which leaves a line in a file.
import { readFileSync } from "node:fs";
import { runCommand, say, ScriptedModel } from "codex-sdk/testing";

/** What happened outside of Codex and the SDK. */
export interface Records {
  /** How often the model got each prompt. */
  prompts: Record<string, number>;
  /** How often the command of each prompt ran. */
  commands: Record<string, number>;
}

export async function startModel(
  codexHome: string,
  logFile: string,
): Promise<{ model: ScriptedModel; records(): Records }> {
  const prompts: Record<string, number> = {};
  const model = await ScriptedModel.start({
    codexHome,
    script: (request) => {
      const prompt = request.userTexts.at(-1) ?? "";
      // Nothing but the end of the conversation tells whether this is the prompt, or its continuation.
      const isPrompt = JSON.stringify(request.input.at(-1) ?? "").includes(JSON.stringify(prompt).slice(1, -1));
      if (!isPrompt) return say(`Done: ${prompt}`);
      prompts[prompt] = (prompts[prompt] ?? 0) + 1;
      return runCommand(`echo '${prompt.replaceAll("'", "")}' >> ${logFile}; sleep 1`, {
        login: false,
        yieldTimeMs: 30_000,
      });
    },
  });
  return { model, records: () => ({ prompts, commands: count(logFile) }) };
}

function count(file: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of readLines(file)) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
