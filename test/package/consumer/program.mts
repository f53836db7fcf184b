import { Codex, CodexError, type ThreadItem, type Turn } from "codex-sdk";
import type { ScriptedModel } from "codex-sdk/testing";

export const models: ScriptedModel[] = [];
await using codex = new Codex();
try {
  const turn: Turn = await codex.startThread({ sandboxMode: "read-only" }).run("Hello");
  const items: ThreadItem[] = turn.items;
  for (const item of items) if (item.type === "agent_message") item.text satisfies string;
  // @ts-expect-error a mistyped option is an error, so the types did resolve
  codex.startThread({ sandboxMode: "read-write" });
} catch (error) {
  if (CodexError.isInstance(error)) error.code satisfies string;
}
