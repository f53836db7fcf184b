// The credentials for the model: a key, a login, or a provider that does not require them.
import { isJsonObject } from "../../internal/json.js";
import type { DoctorContext } from "../context.js";
import { failure, ok, skipped } from "../report.js";
import type { Finding } from "../report.js";

export async function checkCredentials({ request, startFailure }: DoctorContext): Promise<Finding> {
  if (startFailure) return skipped("not checked: Codex did not start");
  let answer: unknown;
  try {
    answer = await request("account/read", { refreshToken: false });
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return failure(
      `cannot read the account: ${reason}`,
      "Run `npx @openai/codex login` again. Renewing an expired login requires the network.",
    );
  }
  const { account, requiresOpenaiAuth } = isJsonObject(answer) ? answer : {};
  if (isJsonObject(account)) return ok(describe(account));
  if (requiresOpenaiAuth === false) return ok("this provider does not use OpenAI credentials");
  return failure(
    "no API key and no login.",
    "Run `npx @openai/codex login`, set CODEX_API_KEY, or pass `apiKey` to `new Codex()`.",
  );
}

/** Does not print the email address or the key. */
function describe(account: Record<string, unknown>): string {
  const { type, planType } = account;
  if (type === "apiKey") return "API key";
  if (type === "chatgpt") return `ChatGPT login, plan ${typeof planType === "string" ? planType : "unknown"}`;
  return `login of type ${JSON.stringify(type)}`;
}
