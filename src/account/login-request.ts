// Validates the options of a login.
import { describe, isVisibleAscii } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";

/** @throws InvalidInputError */
export function checkLoginRequest(request: unknown): void {
  const type: unknown = typeof request === "object" && request !== null ? Reflect.get(request, "type") : undefined;
  if (type === "chatgpt" || type === "device_code") return;
  if (type !== "api_key") {
    throw new InvalidInputError(`A login's \`type\` is "chatgpt", "device_code" or "api_key", not ${describe(type)}.`);
  }
  const { apiKey } = request as { apiKey?: unknown };
  if (typeof apiKey === "string" && isVisibleAscii(apiKey.trim())) return;
  throw new InvalidInputError('A login of type "api_key" requires `apiKey`, a string of visible ASCII characters.');
}
