// A stand-in on loopback for the servers that Codex uses for logins, plans and limits, which are not available in
// tests.
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { CodexConfigObject } from "../../src/index.js";

export interface AccountServer {
  url: string;
  /** `METHOD /path`, in order. */
  readonly requests: readonly string[];
  /** Confirms the code of the device. */
  approve(): void;
  /** The environment and configuration that make Codex use this server. */
  readonly env: Record<string, string>;
  readonly config: CodexConfigObject;
}

const email = "person@example.com";

export async function accountServer(): Promise<AccountServer> {
  const requests: string[] = [];
  const state = { approved: false };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.split("?")[0]}`);
    request.resume().on("end", () => answer(request, response, state.approved));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has an address with a port.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    url,
    requests,
    approve: () => {
      state.approved = true;
    },
    env: { ...Object.fromEntries(own), CODEX_APP_SERVER_LOGIN_ISSUER: url },
    config: { chatgpt_base_url: url },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, approved: boolean): void {
  const path = request.url?.split("?")[0] ?? "";
  const send = (body: object, status = 200) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (path.endsWith("/deviceauth/usercode")) {
    send({ device_auth_id: "device-1", user_code: "ABCD-1234", interval: "1" });
  } else if (path.endsWith("/deviceauth/token")) {
    if (approved) send({ authorization_code: "code", code_challenge: "challenge", code_verifier: "verifier" });
    else send({}, 403);
  } else if (path.endsWith("/oauth/token")) {
    send({ id_token: token(), access_token: token(), refresh_token: "fake-refresh" });
  } else if (path.endsWith("/accounts/check")) {
    const routing = { workspace_backend_origin: "https://chatgpt.com", account_routing_override: "us" };
    send({ accounts: [{ id: "account-1", name: "Acme", plan_type: "pro", ...routing }] });
  } else if (path.endsWith("/usage")) {
    send(usage);
  } else {
    send({}, 404);
  }
}

const usage = {
  plan_type: "pro",
  user_id: "user-1",
  account_id: "account-1",
  email,
  rate_limit: {
    allowed: true,
    limit_reached: false,
    primary_window: {
      used_percent: 12,
      limit_window_seconds: 18_000,
      reset_after_seconds: 60,
      reset_at: 1_900_000_000,
    },
    secondary_window: null,
  },
  credits: null,
};

/** An unsigned JSON Web Token of a fictional user. */
export function token(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const auth = { chatgpt_plan_type: "pro", chatgpt_account_id: "account-1", chatgpt_user_id: "user-1" };
  const claims = { email, exp: Math.floor(Date.now() / 1000) + 3_600, "https://api.openai.com/auth": auth };
  return [part({ alg: "none" }), part(claims), "c2lnbmF0dXJl"].join(".");
}
