// Sub-agents send requests to the host like the agent that started them, and end with its turn.
import { expect, test } from "vitest";
import { deferred } from "../../../src/internal/deferred.js";
import type { ApprovalHandler } from "../../../src/index.js";
import { callTool, patch, runCommand, say } from "../../../src/testing/index.js";
import type { ModelRequest, Script, Step } from "../../../src/testing/index.js";
import { processesWith } from "../../support/processes.js";
import { askingThread, escalate } from "../../support/requests.js";
import type { Asked } from "../../support/requests.js";

const childTask = "You are the helper.";

/** The parent starts a sub-agent and waits for it; the sub-agent plays its own steps. */
function withSubagent(childSteps: readonly Step[], answer = "Done."): Script {
  const parent = (request: ModelRequest): Step => {
    const outputs = request.functionOutputs;
    const agents = { namespace: "multi_agent_v1" };
    if (outputs.length === 0) return callTool("spawn_agent", { message: childTask }, agents);
    const agent = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(outputs[0]?.text ?? "")?.[0];
    if (outputs.length === 1) return callTool("wait_agent", { targets: [agent], timeout_ms: 30_000 }, agents);
    return say(answer);
  };
  const child = (request: ModelRequest): Step => childSteps[request.functionOutputs.length] ?? say("Helped.");
  return (request) => (request.userTexts.some((text) => text.includes(childTask)) ? child(request) : parent(request));
}

test("a sub-agent's commands and file changes are requested like the agent's own", async () => {
  const asked: Asked[] = [];
  const onApproval: ApprovalHandler = (request, context) => {
    asked.push({ request, context });
    return "approve";
  };
  const { thread, outside, isThere } = await askingThread(
    ({ outside }) =>
      withSubagent([escalate(`touch ${outside}/made`), patch({ [`${outside}/a.txt`]: { add: "hello\n" } })]),
    { onApproval },
  );
  const turn = await thread.run("Let somebody make it.");
  expect(turn.finalResponse).toBe("Done.");
  expect(asked).toMatchObject([
    { request: { type: "command" }, context: { isSubagent: true, item: { type: "command_execution" } } },
    {
      request: {
        type: "file_change",
        changes: [{ path: `${outside}/a.txt`, diff: expect.stringContaining("+hello") }],
      },
      context: { isSubagent: true, item: { type: "file_change" } },
    },
  ]);
  const [spawned] = turn.items;
  expect(spawned).toMatchObject({ type: "subagent", thread_ids: [asked[0]?.context.threadId] });
  expect(asked[0]?.context.threadId).not.toBe(thread.id);
  expect([isThere("made"), isThere("a.txt")]).toEqual([true, true]);
});

test("without a handler, a sub-agent is declined", async () => {
  const { thread, isThere } = await askingThread(({ outside }) => withSubagent([escalate(`touch ${outside}/made`)]), {
    approvalPolicy: "on-request",
  });
  await thread.run("Let somebody make it.");
  expect(isThere("made")).toBe(false);
});

test("an interrupt ends the commands of sub-agents and settles their requests", async () => {
  const marker = `codex-sdk-subagent-${process.pid}`;
  const asked = deferred<AbortSignal>();
  const { thread } = await askingThread(
    () =>
      withSubagent([runCommand(`exec -a ${marker} sleep 600`, { login: false, yieldTimeMs: 250 }), escalate("true")]),
    {
      sandboxMode: "danger-full-access",
      approvalPolicy: "untrusted",
      onApproval: (request, { signal }) => {
        if (request.type === "command" && request.command.includes(marker)) return "approve";
        asked.resolve(signal);
        return new Promise(() => undefined);
      },
    },
  );
  const streamed = await thread.runStreamed("Let somebody run it.");
  const signal = await asked.promise;
  expect(processesWith(marker)).not.toEqual([]);
  await streamed.interrupt();
  expect(signal.aborted).toBe(true);
  expect(processesWith(marker)).toEqual([]);
});
