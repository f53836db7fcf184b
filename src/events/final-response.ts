// Selects the final answer among the agent's messages.
import type { AgentMessageItem, ThreadItem } from "./items.js";

/** The final answer; without one, the agent's last message. */
export function finalResponseOf(items: readonly ThreadItem[]): string {
  const messages = items.filter((item): item is AgentMessageItem => item.type === "agent_message");
  return (messages.findLast(isFinal) ?? messages.at(-1))?.text ?? "";
}

/** Models without phases do not mark any message as the answer. */
function isFinal({ phase }: AgentMessageItem): boolean {
  return phase === undefined || phase === "final_answer";
}
