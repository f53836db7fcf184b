// Questions of the agent to the user, and what the agent reads of the answer.
import { expect, test } from "vitest";
import type { UserInputAnswer, UserInputContext, UserInputHandler, UserInputRequest } from "../../../src/index.js";
import { askUser, say } from "../../../src/testing/index.js";
import type { Question } from "../../../src/testing/index.js";
import { askingThread, errorMessages } from "../../support/requests.js";
import type { Asked } from "../../support/requests.js";

const colour: Question = {
  id: "colour",
  header: "Colour",
  question: "Which colour?",
  options: [
    { label: "Red", description: "Like a rose." },
    { label: "Blue", description: "Like the sea." },
  ],
};
const name: Question = { ...colour, id: "name", header: "Name", question: "Which name?" };

function answering(answer: UserInputAnswer) {
  const asked: Asked<UserInputRequest, UserInputContext>[] = [];
  const onUserInput: UserInputHandler = (request, context) => {
    asked.push({ request, context });
    return answer;
  };
  return { asked, onUserInput };
}

test("the agent's questions reach the host, and the answers reach the agent", async () => {
  const { asked, onUserInput } = answering({ colour: "Blue", name: ["Ann", "of Green Gables"] });
  const { thread, outputs } = await askingThread(() => [askUser([colour, name]), say("Blue it is.")], { onUserInput });
  const turn = await thread.run("Paint it.");
  expect(asked).toHaveLength(1);
  expect(asked[0]?.request).toEqual({
    questions: [
      { ...colour, isOther: true, isSecret: false },
      { ...name, isOther: true, isSecret: false },
    ],
  });
  expect(asked[0]?.context).toMatchObject({ threadId: thread.id, turnId: turn.id, isSubagent: false });
  expect(JSON.parse(outputs(2)[0] ?? "")).toEqual({
    answers: { colour: { answers: ["Blue"] }, name: { answers: ["Ann", "of Green Gables"] } },
  });
  // Codex warns about the feature flag of this tool. A handler enables the flag on purpose.
  expect(errorMessages(turn.items)).toEqual([]);
});

test("a question may remain without an answer", async () => {
  const { onUserInput } = answering({ colour: "Red" });
  const { thread, outputs } = await askingThread(() => [askUser([colour, name]), say("Red it is.")], { onUserInput });
  await thread.run("Paint it.");
  expect(JSON.parse(outputs(2)[0] ?? "")).toEqual({ answers: { colour: { answers: ["Red"] } } });
});

const nothing = { answers: {} };

test.each<[string, UserInputHandler, string[]]>([
  ["returns nothing", () => undefined, []],
  [
    "throws",
    () => {
      throw new Error("nobody is at home");
    },
    ["onUserInput failed, so the request was declined: nobody is at home"],
  ],
  [
    "answers another question",
    () => ({ shape: "round" }),
    ["onUserInput returned an answer that this request does not accept, so the request was declined."],
  ],
  [
    "returns an invalid answer",
    () => ({ colour: 7 }) as unknown as UserInputAnswer,
    ["onUserInput returned an answer that this request does not accept, so the request was declined."],
  ],
])("a handler that %s declines", async (_name, onUserInput, messages) => {
  const { thread, outputs } = await askingThread(() => [askUser(colour), say("White, then.")], { onUserInput });
  const turn = await thread.run("Paint it.");
  expect(turn.finalResponse).toBe("White, then.");
  expect(JSON.parse(outputs(2)[0] ?? "")).toEqual(nothing);
  expect(errorMessages(turn.items)).toEqual(messages);
});

test("without a handler, the agent learns immediately that it cannot ask", async () => {
  const { thread, outputs } = await askingThread(() => [askUser(colour), say("White, then.")]);
  expect((await thread.run("Paint it.")).finalResponse).toBe("White, then.");
  expect(outputs(2)).toEqual([expect.stringContaining("unavailable")]);
});

test("without a handler, a question that Codex sends anyway is declined immediately", async () => {
  const { thread, outputs } = await askingThread(() => [askUser(colour), say("White, then.")], {
    config: { features: { default_mode_request_user_input: true } },
  });
  expect((await thread.run("Paint it.")).finalResponse).toBe("White, then.");
  expect(JSON.parse(outputs(2)[0] ?? "")).toEqual(nothing);
});

test("a handler works together with the caller's own configuration", async () => {
  const { asked, onUserInput } = answering({ colour: "Blue" });
  const { thread, model } = await askingThread(() => [askUser(colour), say("Blue it is.")], {
    onUserInput,
    config: { features: { request_permissions_tool: true } },
  });
  await thread.run("Paint it.");
  expect(asked).toHaveLength(1);
  expect(model.requests[0]?.tools.map((tool) => tool.name)).toContain("request_permissions");
});
