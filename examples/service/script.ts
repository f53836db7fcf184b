// The scripted model: for each prompt, the agent runs one command, which appends a line to a file.
import { readFileSync } from "node:fs";
import { runCommand, say, ScriptedModel } from "codex-sdk/testing";

/** Records that do not depend on Codex or the SDK. */
export interface Records {
  /** How often the model received each prompt. */
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
      // The last input item shows whether this is the prompt or its continuation.
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
