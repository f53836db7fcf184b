// The steps of the scripted model. Its answers use what Codex actually sent: the commands' output and the history.
import { patch, runCommand, say, type ModelRequest, type Step, type StepFunction } from "codex-sdk/testing";

type Steps = readonly (Step | StepFunction)[];

const testCommand = "node --test-reporter=spec clock.test.js";
const brokenLine = "  return `${minutes}:${seconds % 60}`;";
const fixedLine = '  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;';

export const prompts = {
  diagnose: "Diagnose the test failure and propose a fix",
  implement: "Implement the fix",
  summarize: "Summarize repository status",
  remember: "What was wrong, and what did you change? Answer from memory.",
};

/** One step for each request. `pauseMs` is the delay between words. */
export function demoScript(pauseMs: number): Steps {
  const answer = (text: string) => say(text, { phase: "final_answer", pieces: text.split(/(?<= )/), pauseMs });
  // Without the user's login shell and its start-up files.
  const run = (command: string) => runCommand(command, { login: false });
  const aside = (text: string) => say(text, { phase: "commentary" });
  return [
    [aside("I will run the tests to see what fails."), run(testCommand)],
    [aside("One test fails. I will look at the code."), run("cat clock.js")],
    (request) => answer(diagnosis(request)),

    patch({ "clock.js": { update: { from: brokenLine, to: fixedLine } } }),
    run(testCommand),
    (request) => answer(testCounts(request).failed === 0 ? "Fixed: the tests pass now." : "The tests still fail."),

    run("git status --short"),
    (request) => say(JSON.stringify(status(request)), { phase: "final_answer" }),

    (request) => answer(recollection(request)),
  ];
}

function diagnosis(request: ModelRequest): string {
  const { actual, expected } = firstFailure(request);
  const source = request.lastOutput.slice(request.lastOutput.indexOf("/**"));
  const line = source.split("\n").indexOf(brokenLine) + 1;
  return (
    `clock(65) returns "${actual}", but the test expects "${expected}": line ${line} of clock.js does not pad the ` +
    `seconds, so 5 seconds become "5" instead of "05". I propose to pad them to two digits, ` +
    `with String(seconds % 60).padStart(2, "0").`
  );
}

function status(request: ModelRequest): object {
  const changedFiles = [...request.lastOutput.matchAll(/^ ?[MADR]+ +(\S+)$/gm)].map(([, file]) => file);
  const tests = testCounts(request);
  const summary = `${changedFiles.length} file changed and not committed; ${tests.passed} tests pass.`;
  return { summary, status: tests.failed === 0 ? "ok" : "action_required", changedFiles, tests };
}

/** Everything here comes from the history, because this Codex did not run the earlier turns. */
function recollection(request: ModelRequest): string {
  const { actual, expected } = firstFailure(request);
  const edit = request.input.find((item) => item.type === "custom_tool_call" && item["name"] === "apply_patch");
  const [file] = /(?<=Update File: ).+/.exec(String(edit?.["input"])) ?? ["nothing"];
  return (
    `You first asked me to "${request.userTexts[0]}". The test got "${actual}" instead of "${expected}", ` +
    `so I changed ${file}: the seconds are now padded.`
  );
}

/** From the first test run in the conversation. */
function firstFailure(request: ModelRequest): { actual: string; expected: string } {
  const outputs = request.functionOutputs.map(({ text }) => text).join("\n");
  const [, actual, expected] = /'(.*)' !== '(.*)'/.exec(outputs) ?? [];
  if (actual === undefined || expected === undefined) {
    throw new Error(`The commands printed no failed comparison, only this:\n${outputs}`);
  }
  return { actual, expected };
}

/** From the last test run in the conversation. */
function testCounts(request: ModelRequest): { passed: number; failed: number } {
  const report = request.functionOutputs.findLast(({ text }) => /\bpass \d/.test(text))?.text ?? "";
  const count = (word: string) => Number(new RegExp(`\\b${word} (\\d+)`).exec(report)?.[1] ?? Number.NaN);
  return { passed: count("pass"), failed: count("fail") };
}
