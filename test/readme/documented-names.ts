// Programs that compile only if the pages in docs/ name every option, event, item, input and error code, and every field of
// the types that they describe.
import { readFileSync } from "node:fs";
import path from "node:path";
import { reference, root } from "./snippets.js";

/** The text in backticks in the first cells of the tables' rows. */
const firstCells = [...reference.matchAll(/^\| ([^|]+) \|/gm)]
  .flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)])
  .map(([, word = ""]) => word);
const types = [...reference.matchAll(/type: "([^"]+)"/g)].map(([, word = ""]) => word);
const codes = rowsOfErrors().map(({ code }) => code);

export const documentedNames: Record<string, string> = {
  ...Object.fromEntries(
    ["CodexOptions", "ThreadOptions", "TurnOptions"].map((name) => [
      name,
      onlyIn(name, "keyof codexSdk.Named", firstCells),
    ]),
  ),
  ...Object.fromEntries(
    ["ThreadEvent", "ThreadItem", "UserInput"].map((name) => [
      name,
      onlyIn(name, 'Extract<codexSdk.Named, { type: string }>["type"]', [...firstCells, ...types]),
    ]),
  ),
  CodexErrorCode: onlyIn("CodexErrorCode", "codexSdk.Named", codes),
  ...onPage("accounts", "Account", "Login", "Model"),
  ...onPage("approvals", "ApprovalContext", "ApprovalRequestBase", "AllowRules", "DenyRules"),
  ...onPage("cost", "Budget", "TurnCost", "TurnUsage"),
  ...onPage("durable-turns", "ThreadEventsOptions", "InterruptedOutcome"),
  ...onPage("durable-turns", "restate.CodexThreadOptions"),
  ...onPage("events", "Turn"),
  ...onPage("hermetic", "HermeticException"),
  ...onPage("inspector", "inspect.InspectOptions"),
  ...onPage("mcp", "StdioMcpServer", "HttpMcpServer", "McpServerSettings"),
  ...onPage("notifications", "NotificationType"),
  ...onPage("observability", "CodexObserver", "TurnObserver", "otel.OpenTelemetryOptions"),
  ...onPage("recording", "testing.RecordModelOptions"),
  ...onPage("storage", "store.FileStoreOptions"),
  ...onPage("testing", "testing.ScriptedModelOptions", "testing.FailOptions", "testing.CodexOptionsInput"),
  ...onPage("threads", "ListThreadsOptions", "ThreadRecord", "TurnRecord"),
  ...onPage("tools", "ToolDefinition", "ToolContext"),
  ...onPage("web", "ui.CodexRoutesOptions", "ui.TurnHubOptions"),
};

/** The rows of the table of errors. */
export function rowsOfErrors(): { name: string; code: string; isRetryable: boolean }[] {
  const rows = reference.matchAll(/^\| `(\w+Error)` \| `(\w+)` \| (yes)? ?\|/gm);
  return [...rows].map(([, name = "", code = "", yes]) => ({ name, code, isRetryable: yes === "yes" }));
}

/** A type of a subpath is written `subpath.Type`. Its names are its keys, or its members if it is a union of strings. */
function onPage(page: string, ...types: string[]): Record<string, string> {
  const text = readFileSync(path.join(root, `docs/${page}.md`), "utf8").replaceAll(/^```.*?^```/gms, "");
  const words = [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) => [code, ...(code.match(/\w+/g) ?? [])]);
  return Object.fromEntries(
    types.map((type) => {
      const [name = "", subpath] = type.split(".").toReversed();
      const names = "codexSdk.Named extends string ? codexSdk.Named : keyof codexSdk.Named";
      const of = subpath === undefined ? "codex-sdk" : `codex-sdk/${subpath}`;
      return [name, onlyIn(name, names, words, of)];
    }),
  );
}

/** An error names what the type has and `documented` lacks. */
function onlyIn(name: string, names: string, documented: readonly string[], from = "codex-sdk"): string {
  return [
    `import type * as codexSdk from "${from}";`,
    `type Names = ${names.replaceAll("Named", name)};`,
    `type Documented = ${[...new Set(documented)].map((word) => JSON.stringify(word)).join(" | ")};`,
    `type Missing = [Names] extends [never] ? "all" : Exclude<Names, Documented>;`,
    `export const missing: Record<Missing, true> = {};`,
  ].join("\n");
}
