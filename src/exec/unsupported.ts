// Rejects what `codex exec` does not support, before a turn starts.
import { UnsupportedError } from "../errors/errors.js";
import type { InputPart } from "../input/input.js";
import type { ThreadOptions } from "../options/options.js";

/** @throws UnsupportedError for options that require requests of Codex to the host. */
export function checkThreadSupported(options: ThreadOptions): void {
  if ((options.tools?.length ?? 0) > 0) throw unsupported("call the host's `tools`");
  const questions = ["onApproval", "onUserInput", "onElicitation"] as const;
  const unsupportedHandler = questions.find((name) => options[name] !== undefined);
  if (unsupportedHandler !== undefined)
    throw unsupported(`send requests to the host, so it does not support \`${unsupportedHandler}\``);
}

/** @throws UnsupportedError for parts that cannot be passed as arguments. */
export function checkInputSupported(parts: readonly InputPart[]): void {
  for (const part of parts) {
    if (part.type === "skill" || part.type === "mention") throw unsupported(`accept input of type "${part.type}"`);
    if ("detail" in part && part.detail !== undefined && part.detail !== "auto") {
      throw unsupported(`pass on an image's \`detail\` ("${part.detail}")`);
    }
  }
  if (parts.every((part) => part.type !== "text" || part.text.trim() === "")) {
    throw unsupported("accept images without a prompt. Add a text, or");
  }
}

/** `what` is the operation that `codex exec` does not support. The message adds the alternative. */
export function unsupported(what: string): UnsupportedError {
  const advice = what.endsWith("or") ? " use" : ". Use";
  return new UnsupportedError(`The "exec" transport cannot ${what}${advice} \`transport: "app-server"\`.`);
}
