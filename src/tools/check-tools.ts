// Validates a thread's tools before anything is started. Schemas are validated later, because that takes time.
import { describe } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";
import { canExecute, isTool } from "./tool.js";
import type { Tool } from "./tool.js";
import { hostServerName } from "./host-server-name.js";
import { isReserved } from "./reserved-names.js";

/** @throws InvalidInputError that names the tool and the problem. */
export function checkTools(tools: readonly unknown[], mcpServers: object = {}): void {
  const seen = new Map<string, string>();
  for (const [index, given] of tools.entries()) {
    const where = `ThreadOptions.tools[${index}]`;
    if (!isTool(given)) throw new InvalidInputError(`${where} must be made with tool(), not ${describe(given)}.`);
    checkName(given.name, where);
    checkDefinition(given, `The tool "${given.name}"`);
    checkDistinct(given.name, seen);
  }
  if (tools.length > 0 && Object.hasOwn(mcpServers, hostServerName)) {
    throw new InvalidInputError(
      `With \`tools\`, no MCP server may be named "${hostServerName}": this SDK uses that name. Rename the server.`,
    );
  }
}

function checkName(name: unknown, where: string): void {
  if (typeof name !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new InvalidInputError(`${where} has the name ${describe(name)}. Use 1 to 64 letters, digits, "_" and "-".`);
  }
  if (isReserved(name)) {
    throw new InvalidInputError(
      `${where} has the name "${name}", which is the name of a tool of Codex. Rename the tool.`,
    );
  }
}

function checkDefinition(given: Tool, what: string): void {
  const { description, input } = given;
  if (typeof description !== "string" || description.trim() === "") {
    throw new InvalidInputError(`${what} does not have a description. Describe what the tool does and when to use it.`);
  }
  if (!canExecute(given)) throw new InvalidInputError(`${what} does not have an \`execute\` function. Add one.`);
  if (input !== undefined && (input === null || !["object", "function"].includes(typeof input))) {
    throw new InvalidInputError(`The input of the tool "${given.name}" must be a schema, not ${describe(input)}.`);
  }
}

/** Models that write code see `-` as `_`, so names must not differ only in these characters. */
function checkDistinct(name: string, seen: Map<string, string>): void {
  const key = name.replaceAll("-", "_");
  const other = seen.get(key);
  seen.set(key, name);
  if (other === undefined) return;
  const both =
    other === name ? `Two tools are named "${name}"` : `The tools "${other}" and "${name}" look the same to models`;
  throw new InvalidInputError(`${both}. Rename one of them.`);
}
