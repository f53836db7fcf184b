// Saves a turn as a script for the scripted model.
import { useState } from "preact/hooks";
import { messageOf, read } from "../server/request.js";

export function SaveAsTest({ threadId, turnId }: { threadId: string; turnId: string }) {
  const [error, setError] = useState<string | undefined>(undefined);
  const save = async () => {
    try {
      const { text } = await read<{ text: string }>(`/threads/${encodeURIComponent(threadId)}/script`, {
        turn: turnId,
      });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      link.download = `turn-${turnId.slice(-8)}.script.ts`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      setError(messageOf(error));
    }
  };
  return (
    <>
      <button type="button" class="link" onClick={() => void save()}>
        Save as test
      </button>
      {error !== undefined && <span class="error">{error}</span>}
    </>
  );
}
