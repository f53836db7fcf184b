// Records the notifications of one turn with all kinds of items from the real Codex.
import { openBare } from "../contenders/bare.js";
import type { Workspace } from "./workspace.js";

export async function recordTurn(workspace: Workspace): Promise<string[]> {
  const lines: string[] = [];
  const contender = await openBare(
    {
      subject: "bare",
      baseUrl: workspace.baseUrl("rich"),
      codexHome: await workspace.newCodexHome(),
      workingDirectory: workspace.workingDirectory,
      env: workspace.env,
      config: { "tools.update_plan.enabled": true },
      ephemeral: false,
    },
    (line) => lines.push(line),
  );
  try {
    await contender.openThread().turn();
  } finally {
    await contender.close();
  }
  const begin = lines.findIndex((line) => line.includes('"turn/started"'));
  const end = lines.findIndex((line) => line.includes('"turn/completed"'));
  const turn = lines.slice(begin, end + 1).filter((line) => line.startsWith('{"method"'));
  if (!turn.some((line) => line.includes('"commandExecution"')))
    throw new Error("The recorded turn did not run a command.");
  return turn;
}
