// Requests of Codex that no running turn answers.
import { expect, test } from "vitest";
import { unattendedReply } from "../../src/app-server/server-requests/unattended.js";
import type { ServerRequest } from "../../src/app-server/protocol/ServerRequest.js";

function replyTo(method: string): unknown {
  // Only the method of such a request matters.
  return unattendedReply({ id: 1, method, params: {} } as ServerRequest);
}

test.each([
  ["item/commandExecution/requestApproval", { decision: "decline" }],
  ["item/fileChange/requestApproval", { decision: "decline" }],
  ["item/permissions/requestApproval", { permissions: {}, scope: "turn" }],
  ["item/tool/requestUserInput", { answers: {} }],
  ["mcpServer/elicitation/request", { action: "decline", content: null, _meta: null }],
  ["applyPatchApproval", { decision: { denied: { rejection: expect.any(String) } } }],
  ["execCommandApproval", { decision: { denied: { rejection: expect.any(String) } } }],
  ["currentTime/read", { currentTimeAt: expect.any(Number) }],
])("%s is answered immediately", (method, reply) => {
  expect(replyTo(method)).toEqual(reply);
});

test.each(["account/chatgptAuthTokens/refresh", "attestation/generate", "something/new"])(
  "%s is not answered",
  (method) => {
    expect(replyTo(method)).toBeUndefined();
  },
);
