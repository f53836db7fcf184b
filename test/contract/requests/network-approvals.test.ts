// A managed network requests each new host. It needs requirements in /etc, so Codex runs here with its own /etc.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { approvals } from "../../../src/index.js";
import type { ApprovalAnswer, ApprovalHandler } from "../../../src/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import { locateCodex } from "../../../src/process/locate/locate.js";
import type { Asked } from "../../support/requests.js";
import { codexOn, fixture, scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const hasNamespaces = canUnshare();

/** Runs `curl` for each host, and returns the requests and the outcomes. */
async function reach(hosts: readonly string[], ...answers: readonly (ApprovalAnswer | ApprovalHandler)[]) {
  const server = createServer((_request, response) => response.end("hello from loopback")).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const commands = hosts.map((host) => runCommand(`curl -sS -m 60 http://${host}:${port}/`, { login: false }));
  const model = await scriptedModel([...commands, say("Done.")]);
  const codex = codexOn(model, {
    codexPathOverride: fixture("managed-network.sh"),
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      CODEX_SDK_TEST_ETC: temporaryDirectory(),
      CODEX_SDK_TEST_CODEX: locateCodex(undefined).executablePath,
    },
  });
  const asked: Asked[] = [];
  const onApproval: ApprovalHandler = (request, context) => {
    asked.push({ request, context });
    const answer = answers[asked.length - 1];
    return typeof answer === "function" ? answer(request, context) : answer;
  };
  const workingDirectory = temporaryDirectory();
  const thread = codex.startThread(
    model.threadOptions({ workingDirectory, sandboxMode: "workspace-write" as const, onApproval }),
  );
  await thread.run("Reach them.");
  const outputs = model.requests.slice(1).map((request) => request.newOutputs[0]?.text ?? "");
  return { asked, outputs };
}

test.skipIf(!hasNamespaces)("access to a host is requested once for the session", async () => {
  const { asked, outputs } = await reach(["good.test", "good.test"], "approve_for_session");
  expect(asked.map(({ request }) => request)).toEqual([
    {
      type: "network",
      host: "good.test",
      protocol: "http",
      always: "good.test",
      reason: expect.stringContaining("good.test"),
      answers: ["approve", "approve_for_session", "approve_always", "decline", "abort"],
    },
  ]);
  expect(asked[0]?.context.item).toBeNull();
  expect(outputs).toEqual([expect.stringContaining("hello from"), expect.stringContaining("hello from")]);
});

test.skipIf(!hasNamespaces)("access to a host that is always allowed is not requested again", async () => {
  const { asked, outputs } = await reach(["good.test", "good.test"], "approve_always");
  expect(asked).toHaveLength(1);
  expect(outputs).toEqual([expect.stringContaining("hello from"), expect.stringContaining("hello from")]);
});

test.skipIf(!hasNamespaces)("policies apply to hosts; another host is declined, and the command fails", async () => {
  const policy = approvals.allow({ hosts: ["*.good.test"] });
  const { asked, outputs } = await reach(["a.good.test", "bad.test"], policy, policy);
  expect(asked.map(({ request }) => request)).toMatchObject([{ host: "a.good.test" }, { host: "bad.test" }]);
  expect(outputs).toEqual([expect.stringContaining("hello from"), expect.not.stringContaining("hello from")]);
});

function canUnshare(): boolean {
  try {
    execFileSync("unshare", ["--mount", "sh", "-c", "mount --bind /etc /etc"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
