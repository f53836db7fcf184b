// A short form of `npm run soak`.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { compiled } from "./support/host-program.js";

test(
  "40 turns with aborts, time limits, model faults and kills: each is accounted for, and nothing remains",
  { timeout: 90_000 },
  async () => {
    const program = await compiled("soak/main.ts");
    const soak = ["--expose-gc", program, "--turns", "40", "--threads", "6", "--seed", "7"];
    const { stdout } = await promisify(execFile)(process.execPath, soak).catch(
      (error: unknown) => error as { stdout: string },
    );
    const lines = stdout.trim().split("\n");
    expect(lines.filter((line) => line.startsWith("PROBLEM"))).toEqual([]);
    expect(lines.at(-1)).toBe("Every turn ended as expected.");
  },
);
