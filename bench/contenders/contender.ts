// The contenders: each runs the same turns with the same codex, model and settings.

export const subjects = ["sdk", "sdk-exec", "bare", "reference-tuned", "reference", "ai-sdk", "ai-sdk-cli"] as const;
export type Subject = (typeof subjects)[number];

export const titles: Record<Subject, string> = {
  sdk: "codex-sdk",
  "sdk-exec": "codex-sdk, exec",
  bare: "bare JSON-RPC loop",
  "reference-tuned": "@openai/codex-sdk, tuned",
  reference: "@openai/codex-sdk, unconfigured",
  "ai-sdk": "codex-sdk/ai-sdk",
  "ai-sdk-cli": "ai-sdk-provider-codex-cli",
};

export interface Contender {
  openThread(): Conversation;
  close(): Promise<void>;
}

export interface Conversation {
  /** Throws if the answer is not that of the model. */
  turn(): Promise<void>;
  /** Runs a turn with the `timed` model. @returns milliseconds from sending the first piece of text to its arrival. */
  timedTurn?(): Promise<number>;
}

export interface ContenderSetup {
  subject: Subject;
  baseUrl: string;
  codexHome: string;
  workingDirectory: string;
  env: Record<string, string>;
  /** Codex settings in addition to `sharedConfig`. */
  config: Record<string, boolean | string>;
  /** Whether threads are not saved. */
  ephemeral: boolean;
}

export const apiKey = "sk-fake-bench";
export const model = "gpt-5.5";
export const input = "hello";

/** Prevents network access: measured turns connect only to the model. */
export const sharedConfig = { analytics: { enabled: false }, features: { plugins: false } };

/** A provider for which Codex does not try WebSockets. */
export function httpProvider(baseUrl: string) {
  return {
    name: "OpenAI",
    base_url: baseUrl,
    wire_api: "responses",
    requires_openai_auth: true,
    supports_websockets: false,
  };
}

export function assertAnswer(answer: string): void {
  if (answer !== "done") throw new Error(`Expected the answer "done", received ${JSON.stringify(answer)}.`);
}

/** The time since the model's timestamp. Both processes read the machine's monotonic clock. */
export function millisecondsSince(timestamp: string): number {
  return Number(process.hrtime.bigint() - BigInt(timestamp)) / 1e6;
}
