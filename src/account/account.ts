// The account that pays for the model, its limits, and logins.

/** How Codex is logged in. */
export type AccountType = "api_key" | "chatgpt" | "amazon_bedrock" | "gcp";

/** The used share of a limit. */
export interface RateLimitWindow {
  usedPercent: number;
  windowMinutes: number | null;
  resetsAt: Date | null;
}

/** The account's limits, as last reported to Codex. */
export interface RateLimits {
  primary: RateLimitWindow | null;
  secondary: RateLimitWindow | null;
  credits: { hasCredits: boolean; unlimited: boolean; balance: string | null } | null;
  plan: string | null;
  /** Codex's name of the limit that was reached; null if none was. */
  reached: string | null;
}

export interface Account {
  /** Null without a login. */
  type: AccountType | null;
  email: string | null;
  /** The ChatGPT plan. */
  plan: string | null;
  workspace: string | null;
  /** Whether the configured provider requires a login. */
  loginRequired: boolean;
  /** Null until an endpoint has reported limits. */
  rateLimits: RateLimits | null;
}

export type LoginRequest =
  /** In a browser on this machine. */
  | { type: "chatgpt" }
  /** In any browser, with a code. */
  | { type: "device_code" }
  | { type: "api_key"; apiKey: string };

/** A login that was started. */
export interface Login {
  /** Null for an API key, which does not require further steps. */
  readonly id: string | null;
  /** The page to open; null for an API key. */
  readonly url: string | null;
  /** The code to enter there; null unless `device_code`. */
  readonly userCode: string | null;
  /**
   * Resolves when the login has succeeded. Keeps the program alive until then.
   * @throws UnauthorizedError if it failed or was cancelled; CodexExitedError if Codex exited.
   */
  wait(): Promise<void>;
  /** Cancels the login. Has no effect if it has ended. */
  cancel(): Promise<void>;
}
