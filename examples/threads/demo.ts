// A temporary CODEX_HOME with some conversations of a scripted model, removed when the program ends.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Codex } from "codex-sdk";
import type { ThreadOptions } from "codex-sdk";
import { ScriptedModel, patch, runCommand, say } from "codex-sdk/testing";
import type { ModelRequest, Step } from "codex-sdk/testing";

export class Demo implements AsyncDisposable {
  readonly codex: Codex;
  readonly threadOptions: ThreadOptions;
  readonly #model: ScriptedModel;
  readonly #directory: string;

  private constructor(model: ScriptedModel, directory: string) {
    this.#model = model;
    this.#directory = directory;
    this.codex = new Codex(model.codexOptions());
    this.threadOptions = model.threadOptions();
  }

  static async create(): Promise<Demo> {
    const directory = await mkdtemp(path.join(os.tmpdir(), "codex-sdk-threads-"));
    const demo = new Demo(await ScriptedModel.start(answerTo), directory);
    await demo.#talk("webshop", ["Why does the login fail?", "Fix it"]);
    await demo.#talk("webshop", ["Make the footer sticky"]);
    await demo.#talk("compiler", ["Explain the register allocator"]);
    return demo;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.codex.close();
    await this.#model.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #talk(project: string, prompts: readonly string[]): Promise<void> {
    const workingDirectory = path.join(this.#directory, project);
    await mkdir(workingDirectory, { recursive: true });
    const thread = this.codex.startThread({ ...this.threadOptions, workingDirectory, sandboxMode: "workspace-write" });
    for (const prompt of prompts) await thread.run(prompt);
  }
}

function answerTo({ lastUserText, newOutputs }: ModelRequest): Step {
  const worked = newOutputs.length > 0;
  if (/login/.test(lastUserText)) {
    return worked ? say("The cookie is set for /login only.") : runCommand("ls", { login: false });
  }
  if (/Fix it/.test(lastUserText)) {
    return worked ? say("The cookie is now set for /.") : patch({ "login.ts": { add: 'export const path = "/";\n' } });
  }
  if (/footer/.test(lastUserText)) return say("The footer sticks to the bottom now.");
  if (/allocator/.test(lastUserText)) return say("It colours a graph: registers are the colours.");
  return say(`You said: ${lastUserText}`);
}
