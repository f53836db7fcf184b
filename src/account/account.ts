// Who pays for the model, how much is left, and how to log in.

/** How Codex is logged in. */
export type AccountType = "api_key" | "chatgpt" | "amazon_bedrock" | "gcp";

/** How much of a limit is used. */
export interface RateLimitWindow {
  usedPercent: number;
  windowMinutes: number | null;
  resetsAt: Date | null;
}

/** The account's limits, as Codex last saw them. */
export interface RateLimits {
  primary: RateLimitWindow | null;
  secondary: RateLimitWindow | null;
  credits: { hasCredits: boolean; unlimited: boolean; balance: string | null } | null;
  plan: string | null;
  /** Which limit was reached, in Codex's words; null while none is. */
  reached: string | null;
}

export interface Account {
  /** Null without a login. */
  type: AccountType | null;
  email: string | null;
  /** The ChatGPT plan. */
  plan: string | null;
  workspace: string | null;
  /** Whether the configured provider needs a login at all. */
  loginRequired: boolean;
  /** Null until an endpoint has said something about them. */
  rateLimits: RateLimits | null;
}

export type LoginRequest =
  /** In a browser on this machine. */
  | { type: "chatgpt" }
  /** In a browser anywhere, with a code. */
  | { type: "device_code" }
  | { type: "api_key"; apiKey: string };

/** A login that was begun. */
export interface Login {
  /** Null for an API key, which needs no more. */
  readonly id: string | null;
  /** The page to open; null for an API key. */
  readonly url: string | null;
  /** The code to enter there; null unless `device_code`. */
  readonly userCode: string | null;
  /**
   * Settles when the login is done. Keeps the program alive meanwhile.
   * @throws UnauthorizedError when it failed or was cancelled; CodexExitedError when Codex ended before.
   */
  wait(): Promise<void>;
  /** Gives the login up. Does nothing when it is over. */
  cancel(): Promise<void>;
}
