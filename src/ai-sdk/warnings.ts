// Warnings for settings of a call that Codex does not support.
import type { LanguageModelV4CallOptions, SharedV4Warning } from "@ai-sdk/provider";

const ignored = [
  "temperature",
  "topP",
  "topK",
  "presencePenalty",
  "frequencyPenalty",
  "seed",
  "maxOutputTokens",
  "stopSequences",
] as const satisfies (keyof LanguageModelV4CallOptions)[];

/** Without a warning, an ignored setting would appear to work. */
export function warningsOf(options: LanguageModelV4CallOptions): SharedV4Warning[] {
  const warnings: SharedV4Warning[] = ignored
    .filter((name) => options[name] !== undefined)
    .map((feature) => ({
      type: "unsupported",
      feature,
      details: "Codex decides this itself. The setting is ignored.",
    }));
  if (hasOwnHeaders(options.headers)) {
    const details = "Set headers in the configuration of Codex's model provider. They are ignored here.";
    warnings.push({ type: "unsupported", feature: "headers", details });
  }
  const { toolChoice, tools = [] } = options;
  if (toolChoice && (toolChoice.type === "required" || toolChoice.type === "tool")) {
    const details = "Codex chooses its tools itself. Ask for the tool in the prompt.";
    warnings.push({ type: "unsupported", feature: "toolChoice", details });
  }
  for (const tool of tools) {
    if (tool.type !== "provider") continue;
    const details = "Codex does not have the tools of other providers. Use MCP servers or tools with `execute`.";
    warnings.push({ type: "unsupported", feature: `tool ${tool.id}`, details });
  }
  const { responseFormat } = options;
  if (responseFormat?.type === "json" && !responseFormat.schema) {
    const details = "Without a schema, Codex is only asked for JSON in the prompt.";
    warnings.push({ type: "compatibility", feature: "responseFormat", details });
  }
  return warnings;
}

/** The AI SDK always adds a `user-agent`. */
function hasOwnHeaders(headers: LanguageModelV4CallOptions["headers"]): boolean {
  return Object.entries(headers ?? {}).some(
    ([name, value]) => value !== undefined && name.toLowerCase() !== "user-agent",
  );
}
