// Requests that a Codex which does not respond at all would leave open.
import { expect, test } from "vitest";
import { LostRequests } from "../../../../src/app-server/connection/json-rpc/lost-requests.js";
import { deferred } from "../../../../src/internal/deferred.js";

test("requests are rejected if Codex does not respond at all, except those that start turns", async () => {
  const lost = new LostRequests(() => new Promise(() => undefined), { firstCheckMs: 1, limitMs: 1 });
  const failed: string[] = [];
  const done = deferred<void>();
  const track = (method: string, onFail = () => undefined as void) =>
    lost.track({
      method,
      fail: (error) => {
        failed.push(error.message);
        onFail();
      },
    });
  const untrack = track("turn/start");
  track("thread/read", done.resolve);
  await done.promise;
  untrack();
  expect(failed).toEqual(['Codex did not answer "thread/read", and does not respond to any request.']);
});
