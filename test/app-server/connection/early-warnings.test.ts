import { expect, test } from "vitest";
import { EarlyWarnings } from "../../../src/app-server/connection/early-warnings.js";
import type { ServerNotification } from "../../../src/app-server/protocol/ServerNotification.js";

const warning = (threadId: string | null, message = "careful"): ServerNotification => ({
  method: "warning",
  params: { threadId, message },
});

function earlyWarnings() {
  const dropped: ServerNotification[] = [];
  return { dropped, warnings: new EarlyWarnings((held) => dropped.push(held)) };
}

test("nothing is kept while no thread is loaded", () => {
  const { warnings, dropped } = earlyWarnings();
  expect(warnings.hold(warning("a"))).toBe(false);
  warnings.open().end();
  expect(warnings.hold(warning("a"))).toBe(false);
  expect(dropped).toEqual([]);
});

test("a load takes the warnings of its thread, in order and once", () => {
  const { warnings, dropped } = earlyWarnings();
  const load = warnings.open();
  const [first, other, second] = [warning("a", "1"), warning("b"), warning("a", "2")] as const;
  for (const held of [first, other, second]) expect(warnings.hold(held)).toBe(true);
  expect(load.take("a")).toEqual([first, second]);
  expect(load.take("a")).toEqual([]);
  expect(dropped).toEqual([]);
  load.end();
  expect(dropped).toEqual([other]);
});

test("a warning is dropped as soon as all loads of its time have ended, even if later ones are open", () => {
  const { warnings, dropped } = earlyWarnings();
  const [first, second] = [warnings.open(), warnings.open()];
  const held = warning("a");
  warnings.hold(held);
  const later = warnings.open();
  first.end();
  expect(dropped).toEqual([]);
  second.end();
  expect(dropped).toEqual([held]);
  expect(later.take("a")).toEqual([]);
  later.end();
  expect(dropped).toEqual([held]);
});

test("a load that has ended takes nothing", () => {
  const { warnings } = earlyWarnings();
  const [first, second] = [warnings.open(), warnings.open()];
  warnings.hold(warning("a"));
  first.end();
  expect(first.take("a")).toEqual([]);
  expect(second.take("a")).toHaveLength(1);
});

test("only warnings about a thread are kept", () => {
  const { warnings } = earlyWarnings();
  warnings.open();
  expect(warnings.hold(warning(null))).toBe(false);
  expect(warnings.hold({ method: "thread/closed", params: { threadId: "a" } })).toBe(false);
  expect(warnings.hold({ method: "guardianWarning", params: { threadId: "a", message: "m" } })).toBe(true);
});
