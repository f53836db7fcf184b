// Questions of the agent.
import { useState } from "preact/hooks";
import type { UserQuestion } from "../../../index.js";
import { visible } from "../text/text.js";
import { RequestFrame, useAnswer } from "./request-frame.js";
import type { RequestProps } from "./request-frame.js";

const other = "\0other";

export function QuestionsCard({ open, hasControl }: RequestProps<"questions">) {
  const { questions } = open.request;
  const { answer, error, isSending } = useAnswer(open.id);
  const [answers, setAnswers] = useState<ReadonlyMap<string, string>>(new Map());
  const set = (id: string, text: string) => setAnswers((known) => new Map(known).set(id, text));
  const submit = (event: Event) => {
    event.preventDefault();
    void answer({ answers: Object.fromEntries([...answers].filter(([, text]) => text !== "")) });
  };
  return (
    <RequestFrame open={open} label="Question from the agent" title="The agent asks" error={error}>
      <form class="questions" onSubmit={submit}>
        {questions.map((question) => (
          <Question
            key={question.id}
            name={`${open.id}-${question.id}`}
            question={question}
            isDisabled={!hasControl}
            onAnswer={(text) => set(question.id, text)}
          />
        ))}
        {hasControl && (
          <div class="buttons">
            <button type="submit" disabled={isSending || open.isCut}>
              Answer
            </button>
            <button type="button" disabled={isSending} onClick={() => void answer({ decision: "decline" })}>
              Decline
            </button>
          </div>
        )}
      </form>
    </RequestFrame>
  );
}

interface QuestionProps {
  name: string;
  question: UserQuestion;
  isDisabled: boolean;
  onAnswer: (text: string) => void;
}

function Question({ name, question, isDisabled, onAnswer }: QuestionProps) {
  const { header, question: text, options, isOther, isSecret } = question;
  const [choice, setChoice] = useState<string | undefined>(undefined);
  const [typed, setTyped] = useState("");
  const takesText = options === null || (isOther && choice === other);
  const choose = (label: string) => {
    setChoice(label);
    onAnswer(label === other ? typed : label);
  };
  const type = (value: string) => {
    setTyped(value);
    onAnswer(value);
  };
  const input = {
    autocomplete: "off",
    "aria-label": `Answer: ${visible(text)}`,
    value: typed,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => type(currentTarget.value),
  };
  return (
    <fieldset disabled={isDisabled}>
      <legend>
        {header !== "" && <span class="badge">{visible(header)}</span>} {visible(text)}
      </legend>
      {options?.map(({ label, description }) => (
        <label key={label} class="option">
          <input type="radio" name={name} checked={choice === label} onChange={() => choose(label)} />
          <span>
            {visible(label)} <span class="meta">{visible(description)}</span>
          </span>
        </label>
      ))}
      {options !== null && isOther && (
        <label class="option">
          <input type="radio" name={name} checked={choice === other} onChange={() => choose(other)} />
          <span>Another answer</span>
        </label>
      )}
      {takesText && (isSecret ? <input type="password" {...input} /> : <input type="text" {...input} />)}
    </fieldset>
  );
}
