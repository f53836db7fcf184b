// Settings read from the lines of a thread's file.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { Thread } from "../../../src/app-server/protocol/v2/Thread.js";
import { savedSandbox, withSavedSettings } from "../../../src/app-server/thread/saved-settings.js";
import { temporaryDirectory } from "../../support/workspace.js";

const context = (payload: object) => ({ type: "turn_context", payload });
const applied = (settings: object) => ({
  type: "event_msg",
  payload: { type: "thread_settings_applied", thread_settings: settings },
});
const managed = (network: string, ...entries: object[]) => ({
  type: "managed",
  file_system: { type: "restricted", entries: [{ path: { type: "special" }, access: "read" }, ...entries] },
  network,
});
const writable = (file: string) => ({ path: { type: "path", path: file }, access: "write" });

function saved(lines: readonly object[]) {
  const file = path.join(temporaryDirectory(), "rollout.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return savedSandbox({ path: file } as Thread);
}

const workspace = {
  mode: "workspace-write",
  networkAccess: true,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};

test.each<[string, object[], object | undefined]>([
  ["a policy", [context({ sandbox_policy: { type: "danger-full-access" } })], { mode: "danger-full-access" }],
  [
    "the last of several",
    [context({ sandbox_policy: { type: "danger-full-access" } }), context({ sandbox_policy: { type: "read-only" } })],
    { mode: "read-only" },
  ],
  [
    "a policy with directories",
    [
      context({
        sandbox_policy: {
          type: "workspace-write",
          network_access: true,
          writable_roots: ["/a", 1],
          exclude_slash_tmp: true,
        },
      }),
    ],
    { ...workspace, writableRoots: ["/a"], excludeSlashTmp: true },
  ],
  ["a profile without limits", [applied({ permission_profile: { type: "disabled" } })], { mode: "danger-full-access" }],
  ["a profile that only reads", [applied({ permission_profile: managed("restricted") })], { mode: "read-only" }],
  [
    "a profile that writes",
    [applied({ cwd: "/repo", permission_profile: managed("enabled", writable("/repo"), writable("/cache")) })],
    { ...workspace, writableRoots: ["/cache"] },
  ],
  [
    "a user-defined profile",
    [context({ sandbox_policy: { type: "read-only" }, active_permission_profile: { id: "mine" } })],
    { mode: "profile", profile: "mine", writableRoots: [] },
  ],
  ["a policy without a name in this SDK", [context({ sandbox_policy: { type: "external-sandbox" } })], undefined],
  ["no settings at all", [{ type: "session_meta", payload: {} }], undefined],
])("the recorded sandbox: %s", async (_, lines, expected) => {
  expect(await saved(lines)).toEqual(expected);
});

test("options override the saved model; `undefined` is not an option", () => {
  const thread = { path: null, model: "saved", reasoningEffort: "high" } as Thread;
  expect(withSavedSettings({ model: "mine", modelReasoningEffort: undefined }, thread)).toEqual({
    model: "mine",
    modelReasoningEffort: "high",
  });
});
