// Whether the model's endpoint is reachable and implements the Responses API. Does not use tokens: the request has no
// model and no input, so that an implementation rejects it as invalid.
import { isJsonObject } from "../../internal/json.js";
import type { DoctorContext } from "../context.js";
import { failure, ok, skipped, warning } from "../report.js";
import type { Finding } from "../report.js";
import { proxyFor } from "./network-settings.js";

const timeoutMs = 10_000;
const openai = "https://api.openai.com/v1";

export async function checkEndpoint(context: DoctorContext): Promise<Finding> {
  const baseUrl = await baseUrlOf(context);
  if (baseUrl === undefined) return skipped("not checked: without an API key or a base URL, it depends on the login");
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}/responses`);
  const shown = `${url.origin}${url.pathname}`;
  const proxy = proxyFor(url, context.env);
  if (proxy !== undefined) return skipped(`${shown} not checked: only Codex uses the proxy`);
  let status: number;
  try {
    status = await probe(url, context.options.apiKey);
  } catch (error) {
    return failure(
      `${shown} cannot be reached: ${reasonOf(error)}`,
      "Check `baseUrl`, the network, proxy and certificates.",
    );
  }
  return toFinding(shown, status);
}

function toFinding(shown: string, status: number): Finding {
  if (status === 400 || status === 422) return ok(`${shown} implements the Responses API`);
  if (status === 401 || status === 403) {
    return warning(
      `${shown} is reachable, and requires credentials (HTTP ${status}).`,
      "Ignore this if `npx @openai/codex login` provides them. Otherwise check `apiKey`.",
    );
  }
  if (status === 404 || status === 405 || status === 501) {
    return failure(
      `${shown} does not exist (HTTP ${status}).`,
      "Codex requires the Responses API. Check that `baseUrl` ends with the version of the API, such as /v1.",
    );
  }
  if (status >= 500)
    return failure(`${shown} failed with HTTP ${status}.`, "Try again later, or contact its operator.");
  return warning(
    `${shown} responded to an invalid request with HTTP ${status}.`,
    "Run a turn to check whether it implements the Responses API.",
  );
}

async function probe(url: URL, apiKey: string | undefined): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey.trim()}` }),
    },
    body: "{}",
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  // The body of the response is not used.
  await response.body?.cancel();
  return response.status;
}

/** The endpoint of the provider; undefined if Codex selects it by the login. */
async function baseUrlOf({ options, request, startFailure }: DoctorContext): Promise<string | undefined> {
  if (options.baseUrl !== undefined) return options.baseUrl;
  if (startFailure) return undefined;
  const answer = await request("modelProvider/list", {});
  const { data, defaultProviderId } = isJsonObject(answer) ? answer : {};
  const providers = Array.isArray(data) ? data.filter(isJsonObject) : [];
  const chosen = providers.find(({ id }) => id === defaultProviderId)?.["baseUrl"];
  if (typeof chosen === "string" && URL.canParse(chosen)) return chosen;
  return options.apiKey === undefined ? undefined : openai;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no response within ${timeoutMs / 1000} s`;
  const { message } = error.cause instanceof Error ? error.cause : error;
  // A message may quote a URL with a password.
  return message.replaceAll(/\/\/[^/@\s]+@/g, "//[redacted]@");
}
