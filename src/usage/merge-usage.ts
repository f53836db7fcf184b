// Adds up the parts of a turn that was paused and continued.
import { sumUsage } from "../events/usage.js";
import type { SubagentUsage, TurnUsage } from "./turn-usage.js";

/** The last part, with the usage of all of them. */
export function mergeUsage<Part extends TurnUsage>(parts: readonly [...Part[], Part]): Part {
  // The type guarantees at least one part.
  const last = parts.at(-1) as Part;
  if (parts.length === 1) return last;
  const subagents = new Map<string, SubagentUsage>();
  for (const { threadId, usage, calls } of parts.flatMap((part) => part.subagents)) {
    const before = subagents.get(threadId);
    subagents.set(threadId, {
      threadId,
      usage: sumUsage([before?.usage ?? null, usage]),
      calls: [...(before?.calls ?? []), ...calls],
    });
  }
  return {
    ...last,
    usage: sumUsage(parts.map((part) => part.usage)),
    calls: parts.flatMap((part) => part.calls),
    subagents: [...subagents.values()],
    totalUsage: sumUsage(parts.map((part) => part.totalUsage)),
  };
}
