// `npm start`: the steps of the README with a scripted model. `npm start -- --live "prompt"`: one turn with your account.
import { existsSync } from "node:fs";
import { ScriptedModel } from "codex-sdk/testing";
import { readArguments, usage } from "./arguments.js";
import { runLive } from "./live.js";
import { Repository } from "./repository.js";
import { Screen } from "./screen.js";
import { demoScript } from "./script.js";
import { listenForStop } from "./stop.js";
import { runDemo } from "./demo.js";

const stop = listenForStop();
const screen = new Screen(process.stdout);
process.exitCode = await main();

/** Returns the exit code after everything was cleaned up. */
async function main(): Promise<number> {
  const request = readArguments(process.argv.slice(2));
  try {
    if (request.kind === "usage") return printUsage(request.problem);
    if (request.kind === "live") await runLive(request.prompt, screen, stop.signal);
    else await quickstart();
    return stop.exitCode ?? 0;
  } catch (error) {
    screen.close();
    if (stop.exitCode !== undefined) {
      screen.print("Stopped.");
      return stop.exitCode;
    }
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    screen.close();
  }
}

async function quickstart(): Promise<void> {
  const left = await tellInFreshRepository();
  const remaining = left.filter((directory) => existsSync(directory));
  if (remaining.length > 0) throw new Error(`These should have been removed: ${remaining.join(", ")}`);
  screen.print();
  screen.print("The repository and its CODEX_HOME were removed. Run it with your account:");
  screen.print('npm start -- --live "Explain this repository"', { formats: ["bold"], indent: "  " });
}

/** Returns the directories that it created and removed. */
async function tellInFreshRepository(): Promise<string[]> {
  const { signal } = stop;
  await using repository = await Repository.create(signal);
  // In a terminal, the text is written slowly enough to read it.
  await using model = await ScriptedModel.start(demoScript(screen.isLive ? 30 : 0));
  signal.throwIfAborted();
  screen.print("codex-sdk", { formats: ["bold"] });
  screen.print("The real Codex in its sandbox, driven by a scripted model. No key or network needed.");
  screen.print(`A new repository with a failing test: ${repository.directory}`, { formats: ["dim"] });
  await runDemo({
    codexOptions: model.codexOptions(),
    threadOptions: {
      ...model.threadOptions(),
      workingDirectory: repository.directory,
      sandboxMode: "workspace-write",
      skipGitRepoCheck: false,
    },
    repository,
    screen,
    signal,
  });
  model.assertDone();
  return [repository.directory, model.codexHome];
}

function printUsage(problem: string | undefined): number {
  const output = problem === undefined ? process.stdout : process.stderr;
  output.write(`${problem === undefined ? "" : `${problem}\n\n`}${usage}`);
  return problem === undefined ? 0 : 2;
}
