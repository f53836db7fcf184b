// Which of an agent's messages is its answer.
import type { AgentMessageItem, ThreadItem } from "./items.js";

/** The final answer; without one, the last that the agent said. */
export function finalResponseOf(items: readonly ThreadItem[]): string {
  const messages = items.filter((item): item is AgentMessageItem => item.type === "agent_message");
  return (messages.findLast(isFinal) ?? messages.at(-1))?.text ?? "";
}

/** Models that know no phases say everything in messages of equal standing. */
function isFinal({ phase }: AgentMessageItem): boolean {
  return phase === undefined || phase === "final_answer";
}
