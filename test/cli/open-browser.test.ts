// The inspector's link, opened in a browser.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openBrowser } from "../../src/cli/open-browser.js";
import { temporaryDirectory } from "../support/workspace.js";

test.runIf(process.platform === "linux")(
  "a program that an agent can place on PATH is not run, and the link is in a file of this user only",
  async () => {
    const places = [path.join(temporaryDirectory(), "node_modules/.bin"), temporaryDirectory()];
    const ran = path.join(temporaryDirectory(), "ran");
    for (const place of places) {
      mkdirSync(place, { recursive: true });
      writeFileSync(path.join(place, "xdg-open"), `#!/bin/sh\necho ran >> ${ran}\n`, { mode: 0o755 });
    }
    const temporary = temporaryDirectory();
    vi.stubEnv("PATH", [...places, process.env["PATH"]].join(path.delimiter));
    vi.stubEnv("TMPDIR", temporary);
    // If this machine has an xdg-open, it must not open a real browser.
    vi.stubEnv("BROWSER", "true");
    vi.stubEnv("DISPLAY", undefined);
    vi.stubEnv("WAYLAND_DISPLAY", undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const remove = await openBrowser("http://127.0.0.1:1/#token=fake");
    const [directory = ""] = readdirSync(temporary);
    expect(statSync(path.join(temporary, directory, "open.html")).mode & 0o777).toBe(0o600);
    // The planted program would have run before this one.
    await once(spawn(path.join(places[1]!, "xdg-open"), { env: process.env }), "exit");
    expect(readFileSync(ran, "utf8")).toBe("ran\n");
    await remove();
    expect(readdirSync(temporary)).toEqual([]);
  },
);
