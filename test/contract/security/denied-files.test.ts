// `deny({ paths })` applies in the sandbox, where Codex sends no request, and to commands approved outside of it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { approvals } from "../../../src/index.js";
import type { SandboxMode } from "../../../src/index.js";
import { patch, runCommand, say } from "../../../src/testing/index.js";
import { askingThread, escalate } from "../../support/requests.js";

const onApproval = approvals.firstOf(
  approvals.deny({ paths: [".env", "secrets/**", "*.pem"] }),
  approvals.fixed("approve"),
);

test.each<[SandboxMode, string]>([
  ["workspace-write", "made"],
  ["read-only", "not made"],
])("in %s, denied files can neither be read nor changed", async (sandboxMode, made) => {
  const { thread, inside, outside, outputs, isThere } = await askingThread(
    ({ inside, outside }) => {
      mkdirSync(path.join(inside, "secrets"));
      for (const file of [".env", "secrets/key", "a.pem"]) writeFileSync(path.join(inside, file), "hidden");
      return [
        runCommand("cat .env secrets/key a.pem; echo x >> .env; touch made && echo made || echo not made", {
          login: false,
        }),
        patch({ ".env": { update: [{ from: "hidden", to: "shown" }] } }),
        // The text of the command does not name the file.
        escalate(`cat .e*v; touch ${outside}/escaped`),
        say("Done."),
      ];
    },
    { sandboxMode, onApproval },
  );
  await thread.run("Try.");
  expect([...outputs(2), ...outputs(3), ...outputs(4)].join("\n")).not.toContain("hidden");
  expect(outputs(2)[0]).toContain(made);
  expect(readFileSync(path.join(inside, ".env"), "utf8")).toBe("hidden");
  // Approval lets the command run outside of the sandbox, but does not give access to the files.
  expect([outside !== inside, isThere("escaped")]).toEqual([true, true]);
});
