// An unreachable endpoint ends the turn. Codex itself would wait without a limit.
import { expect, test } from "vitest";
import { Codex } from "../../../src/index.js";
import { ScriptedModel } from "../../../src/testing/index.js";

// Both wait until Codex stops retrying, so they run together.
test.concurrent.each(["app-server", "exec"] as const)(
  "a turn against a closed port fails, over %s",
  { timeout: 60_000 },
  async (transport) => {
    await using model = await ScriptedModel.start(() => []);
    const options = model.codexOptions();
    // Port 9 (discard) is closed on any machine that runs tests.
    const codex = new Codex({ ...options, baseUrl: "http://127.0.0.1:9/v1", transport });
    try {
      const streamed = await codex.startThread(model.threadOptions()).runStreamed("hello");
      const notices: string[] = [];
      const reading = (async () => {
        for await (const event of streamed) if (event.type === "error") notices.push(event.message);
      })();
      await expect(reading).rejects.toMatchObject({ code: "stream_disconnected", isRetryable: true });
      expect(notices.join("\n")).toContain("waiting for network");
    } finally {
      await codex.close();
    }
  },
);
