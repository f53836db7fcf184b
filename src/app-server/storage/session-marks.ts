// The store's record of a claimed thread, for turns that run at most once.
import { positionAt, toCursor } from "../recorded/event-cursor.js";
import { readCalls } from "../../rollouts/unanswered-calls.js";
import type { StoredSession } from "../../thread-sync/stored-session.js";
import type { FileSizes, RecordedPart, ThreadMarks } from "../../transport/transport.js";

export function sessionMarks(session: StoredSession): ThreadMarks {
  return {
    threadId: session.threadId,
    epoch: session.claim.epoch,
    get sizes() {
      return Object.fromEntries([...session.files].map(({ name, size }) => [name, size]));
    },
    get eventsAfter() {
      const file = session.manifest?.currentFile ?? null;
      const own = [...session.files].find(({ name }) => name === file);
      return toCursor(positionAt(file, own?.size ?? 0));
    },
    flush: () => session.commit(),
    read: (key) => session.mark(key),
    write: (marks) => session.commit({ marks }),
    recordedSince: (sizes) => recordedSince(session, sizes),
  };
}

async function recordedSince(session: StoredSession, sizes: FileSizes): Promise<RecordedPart> {
  const { threadId } = session;
  const parts = await Promise.all(
    [...session.files].map(async ({ name, path }) => {
      const isOwn = name.includes(threadId);
      const { hasPrompt, completed, calls } = await readCalls(path, sizes[name] ?? 0);
      const agent = isOwn ? threadId : (/-([0-9a-f-]{36})\.jsonl$/.exec(name)?.[1] ?? name);
      return {
        hasPrompt: isOwn && hasPrompt,
        completed: isOwn ? completed : null,
        calls: calls.map((call) => ({ ...call, threadId: agent })),
      };
    }),
  );
  return {
    hasPrompt: parts.some(({ hasPrompt }) => hasPrompt),
    completed: parts.find(({ completed }) => completed)?.completed ?? null,
    unansweredCalls: parts.flatMap(({ calls }) => calls),
  };
}
