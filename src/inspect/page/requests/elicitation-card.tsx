// An elicitation of an MCP server: a form, or a page to open.
import { useState } from "preact/hooks";
import { visible } from "../text/text.js";
import { emptyForm, fieldsOf, toContent } from "./form-fields.js";
import type { FormField } from "./form-fields.js";
import { RequestFrame, useAnswer } from "./request-frame.js";
import type { RequestProps } from "./request-frame.js";

export function ElicitationCard({ open, hasControl }: RequestProps<"elicitation">) {
  const { request } = open;
  const { answer, error, isSending } = useAnswer(open.id);
  const fields = request.mode === "form" ? fieldsOf(request.schema) : [];
  const [values, setValues] = useState(() => emptyForm(fields));
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const submit = (event: Event) => {
    event.preventDefault();
    if (request.mode === "url") return void answer({ action: "accept" });
    const content = toContent(fields, values);
    if ("problem" in content) return setProblem(content.problem);
    setProblem(undefined);
    void answer({ action: "accept", content: content.value });
  };
  const title = `The MCP server ${visible(request.server).slice(0, 80)} asks`;
  return (
    <RequestFrame open={open} label="Question from an MCP server" title={title} error={problem ?? error}>
      <p class="prose">{visible(request.message)}</p>
      <form class="questions" onSubmit={submit}>
        {request.mode === "url" && <Link url={request.url} />}
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values.get(field.name) ?? ""}
            isDisabled={!hasControl}
            onChange={(value) => setValues((known) => new Map(known).set(field.name, value))}
          />
        ))}
        {hasControl && (
          <div class="buttons">
            <button type="submit" disabled={isSending || open.isCut}>
              {request.mode === "url" ? "Done" : "Send"}
            </button>
            {(["decline", "cancel"] as const).map((action) => (
              <button key={action} type="button" disabled={isSending} onClick={() => void answer({ action })}>
                {action === "decline" ? "Decline" : "Cancel"}
              </button>
            ))}
          </div>
        )}
      </form>
    </RequestFrame>
  );
}

/** The server chose the URL, so the host is shown before the user opens it. */
function Link({ url }: { url: string }) {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isWeb = parsed?.protocol === "https:" || parsed?.protocol === "http:";
  return (
    <>
      <p>
        Opens a page of <strong>{isWeb ? visible(parsed.host) : "not a web address"}</strong>:
      </p>
      <p>{isWeb ? <SafeLink url={parsed.href} /> : <code>{visible(url.slice(0, 2_000))}</code>}</p>
    </>
  );
}

function SafeLink({ url }: { url: string }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {visible(url.slice(0, 2_000))}
    </a>
  );
}

interface FieldProps {
  field: FormField;
  value: string;
  isDisabled: boolean;
  onChange: (value: string) => void;
}

function Field({ field, value, isDisabled, onChange }: FieldProps) {
  const { kind, title, description, isRequired, choices } = field;
  const label = `${visible(title)}${isRequired ? " *" : ""}`;
  const change = ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement }) =>
    onChange(currentTarget.value);
  return (
    <label class="field">
      <span>
        {label} {description !== "" && <span class="meta">{visible(description)}</span>}
      </span>
      {choices ? (
        <select value={value} disabled={isDisabled} onChange={change}>
          <option value="">–</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {visible(choice)}
            </option>
          ))}
        </select>
      ) : kind === "json" ? (
        <textarea rows={3} value={value} disabled={isDisabled} placeholder="JSON" onInput={change} />
      ) : (
        <input
          type="text"
          inputMode={kind === "text" ? "text" : "decimal"}
          autocomplete="off"
          value={value}
          disabled={isDisabled}
          onInput={change}
        />
      )}
    </label>
  );
}
