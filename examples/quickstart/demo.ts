// The steps of the README with the real Codex in its sandbox: diagnose, fix, summarize, resume.
import { Codex, type CodexOptions, type StreamedTurn, type ThreadOptions } from "codex-sdk";
import { z } from "zod";
import { printDiff, printHeading, printTable } from "./layout.js";
import { watch, type WatchOptions } from "./progress.js";
import type { Repository } from "./repository.js";
import type { Screen } from "./screen.js";
import { prompts } from "./script.js";
import { clean } from "./text.js";
import { Timings } from "./timings.js";

const Status = z.object({
  summary: z.string(),
  status: z.enum(["ok", "action_required"]),
  changedFiles: z.array(z.string()),
  tests: z.object({ passed: z.number(), failed: z.number() }),
});

export interface DemoOptions {
  codexOptions: CodexOptions;
  threadOptions: ThreadOptions;
  repository: Repository;
  screen: Screen;
  signal: AbortSignal;
}

/** Throws if the repository's test does not pass at the end. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { codexOptions, threadOptions, repository, screen, signal } = options;
  const timings = new Timings();
  const step = <Output>(name: string, prompt: string, start: StartTurn<Output>, options?: Partial<WatchOptions>) =>
    timings.measure(name, async () => {
      printHeading(screen, name, prompt);
      return watch(await start(prompt), screen, { directory: repository.directory, ...options });
    });

  await using codex = new Codex(codexOptions);
  screen.status("starting codex");
  await timings.measure("Start codex", () => codex.warm());

  const thread = codex.startThread(threadOptions);
  const { threadId } = await step("Diagnose", prompts.diagnose, (prompt) => thread.runStreamed(prompt, { signal }));
  await step("Implement", prompts.implement, (prompt) => thread.runStreamed(prompt, { signal }));

  const summarize = (prompt: string) => thread.runStreamed(prompt, { signal, outputSchema: Status });
  const { output } = await step("Summarize", prompts.summarize, summarize, { showAnswer: false });
  printStatus(screen, output);

  // Another Codex resumes the thread, which it reads from the disk.
  await codex.close();
  await using another = new Codex(codexOptions);
  const resumed = another.resumeThread(threadId, threadOptions);
  await step("Resume", prompts.remember, (prompt) => resumed.runStreamed(prompt, { signal }));
  await another.close();

  await timings.measure("Verify", () => verify(repository, screen));
  printHeading(screen, "What changed");
  printDiff(screen, await repository.diff());
  printHeading(screen, "Duration");
  timings.print(screen);
}

type StartTurn<Output> = (prompt: string) => Promise<StreamedTurn<Output>>;

function printStatus(screen: Screen, { status, summary, changedFiles, tests }: z.infer<typeof Status>): void {
  printTable(screen, {
    status: screen.paint(status, status === "ok" ? "green" : "yellow"),
    summary,
    changed: changedFiles.join(", "),
    tests: `${tests.passed} passed, ${tests.failed} failed`,
  });
}

/** The agent reports success. This program runs the test to verify it. */
async function verify(repository: Repository, screen: Screen): Promise<void> {
  printHeading(screen, "Verify");
  screen.print("This program runs the repository's test itself.", { formats: ["dim"] });
  screen.status("node --test");
  const { passed, output } = await repository.test();
  const results = clean(output)
    .split("\n")
    .filter((line) => /^\s*[✔✖]/.test(line));
  for (const line of new Set(results)) screen.printCut(line, { formats: [passed ? "green" : "red"], indent: "  " });
  screen.status(undefined);
  if (!passed) throw new Error(`The repository's test does not pass after the fix:\n${clean(output)}`);
}
