// Ending a tree on Windows, as far as it can be tested on other systems.
import { expect, test } from "vitest";
import { taskkill, taskkillCommand, type Command } from "../../../src/process/tree/taskkill.js";

test("taskkill ends the process and its tree by force", () => {
  expect(taskkillCommand(123)).toEqual({ file: "taskkill", args: ["/T", "/F", "/PID", "123"] });
});

test("taskkill runs once for a tree", async () => {
  const commands: Command[] = [];
  await taskkill(123, async (command) => {
    commands.push(command);
  });
  expect(commands).toEqual([taskkillCommand(123)]);
});

test("when it fails, the tree has ended already", async () => {
  await expect(taskkill(2 ** 22 + 1)).resolves.toBeUndefined();
});
