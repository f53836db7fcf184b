// Settings out of a thread's file, as its lines tell them.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { Thread } from "../../../src/app-server/protocol/v2/Thread.js";
import { withSavedSettings } from "../../../src/app-server/thread/saved-settings.js";
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

async function saved(lines: readonly object[], options: object = {}) {
  const file = path.join(temporaryDirectory(), "rollout.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return withSavedSettings(options, { path: file, model: null, reasoningEffort: null } as Thread);
}

test.each<[string, object[], object]>([
  ["a policy", [context({ sandbox_policy: { type: "danger-full-access" } })], { sandboxMode: "danger-full-access" }],
  [
    "the last of several",
    [context({ sandbox_policy: { type: "danger-full-access" } }), context({ sandbox_policy: { type: "read-only" } })],
    { sandboxMode: "read-only" },
  ],
  [
    "a profile without bounds",
    [applied({ permission_profile: { type: "disabled" } })],
    { sandboxMode: "danger-full-access" },
  ],
  ["a profile that only reads", [applied({ permission_profile: managed("restricted") })], { sandboxMode: "read-only" }],
  [
    "a profile that writes",
    [applied({ cwd: "/repo", permission_profile: managed("enabled", writable("/repo"), writable("/cache")) })],
    { sandboxMode: "workspace-write", networkAccessEnabled: true, additionalDirectories: ["/cache"] },
  ],
  [
    "a profile of the user's own",
    [context({ sandbox_policy: { type: "read-only" }, active_permission_profile: { id: "mine" } })],
    {},
  ],
  ["a policy that has no name here", [context({ sandbox_policy: { type: "external-sandbox" } })], {}],
  ["no settings at all", [{ type: "session_meta", payload: {} }], {}],
])("%s", async (_, lines, expected) => {
  expect(await saved(lines)).toEqual(expected);
});

test("what is given counts before what was saved; undefined gives nothing", async () => {
  const policy = { type: "workspace-write", network_access: true, writable_roots: ["/a"] };
  const options = { sandboxMode: undefined, networkAccessEnabled: false, model: "mine" };
  expect(await saved([context({ sandbox_policy: policy })], options)).toEqual({
    sandboxMode: "workspace-write",
    networkAccessEnabled: false,
    additionalDirectories: ["/a"],
    model: "mine",
  });
});
