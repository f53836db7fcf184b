// Programs that compile only if the tables in docs/ name every option, event, item, input and error code.
import { reference } from "./snippets.js";

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
};

/** The rows of the table of errors. */
export function rowsOfErrors(): { name: string; code: string; isRetryable: boolean }[] {
  const rows = reference.matchAll(/^\| `(\w+Error)` \| `(\w+)` \| (yes)? ?\|/gm);
  return [...rows].map(([, name = "", code = "", yes]) => ({ name, code, isRetryable: yes === "yes" }));
}

/** An error names what the type has and `documented` lacks. */
function onlyIn(name: string, names: string, documented: readonly string[]): string {
  return [
    `import type * as codexSdk from "codex-sdk";`,
    `type Names = ${names.replace("Named", name)};`,
    `type Documented = ${[...new Set(documented)].map((word) => JSON.stringify(word)).join(" | ")};`,
    `type Missing = [Names] extends [never] ? "all" : Exclude<Names, Documented>;`,
    `export const missing: Record<Missing, true> = {};`,
  ].join("\n");
}
