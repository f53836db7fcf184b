// What codex says in one turn of everything, recorded from the real one: the lines of its notifications.
import { openBare } from "../contenders/bare.js";
import type { Place } from "./place.js";

export async function recordTurn(place: Place): Promise<string[]> {
  const lines: string[] = [];
  const contender = await openBare(
    {
      subject: "bare",
      baseUrl: place.baseUrl("rich"),
      codexHome: await place.newCodexHome(),
      workingDirectory: place.workingDirectory,
      env: place.env,
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
  if (!turn.some((line) => line.includes('"commandExecution"'))) throw new Error("The recorded turn ran no command.");
  return turn;
}
