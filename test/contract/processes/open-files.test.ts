// A Codex process with few open files still serves any number of threads.
import { expect, test } from "vitest";
import { say } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import { scriptedModel } from "../../support/workspace.js";

test("more threads than Codex can open files for work with 160 open files", async () => {
  const model = await scriptedModel(() => say("Done."));
  const options = model.codexOptions({ config: { features: { shell_snapshot: false } } });
  const host = await startHost(
    `
      const codex = new Codex(${JSON.stringify(options)});
      let done = 0;
      for (let batch = 0; batch < 8; batch += 1) {
        const threads = Array.from({ length: 8 }, () => codex.startThread(${JSON.stringify(model.threadOptions())}));
        for (const turn of await Promise.all(threads.map((thread) => thread.run("Go.")))) {
          if (turn.finalResponse === "Done.") done += 1;
        }
      }
      await codex.close();
      console.log("finished " + done);
    `,
    { wrapper: ["sh", "-c", 'ulimit -n 160; exec "$@"', "sh"] },
  );
  expect((await host.ended).output).toContain("finished 64");
});
