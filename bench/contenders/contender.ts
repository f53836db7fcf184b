// Who is measured: each runs the same turns with the same codex, model and settings, in its own way.

export const subjects = ["sdk", "sdk-exec", "bare", "reference-tuned", "reference", "ai-sdk", "ai-sdk-cli"] as const;
export type Subject = (typeof subjects)[number];

export const titles: Record<Subject, string> = {
  sdk: "codex-sdk",
  "sdk-exec": "codex-sdk, exec",
  bare: "bare JSON-RPC loop",
  "reference-tuned": "@openai/codex-sdk, tuned",
  reference: "@openai/codex-sdk, as it comes",
  "ai-sdk": "codex-sdk/ai-sdk",
  "ai-sdk-cli": "ai-sdk-provider-codex-cli",
};

export interface Contender {
  openThread(): Conversation;
  close(): Promise<void>;
}

export interface Conversation {
  /** Throws when the answer is not the model's. */
  turn(): Promise<void>;
  /** A turn with the `timed` model: milliseconds from the sending of the first piece of text to its being seen. */
  timedTurn?(): Promise<number>;
}

export interface ContenderSetup {
  subject: Subject;
  baseUrl: string;
  codexHome: string;
  workingDirectory: string;
  env: Record<string, string>;
  /** Settings of codex beyond `sharedConfig`. */
  config: Record<string, boolean | string>;
  /** Whether codex keeps nothing of the threads. */
  ephemeral: boolean;
}

export const apiKey = "sk-fake-bench";
export const model = "gpt-5.5";
export const input = "hello";

/** Keeps codex off the network: measured turns speak to the model and to nobody else. */
export const sharedConfig = { analytics: { enabled: false }, features: { plugins: false } };

/** A gateway that codex does not try to reach by WebSocket. */
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
  if (answer !== "done") throw new Error(`The model's answer was to be "done", and was ${JSON.stringify(answer)}.`);
}

/** Since the model's note of the time; both read the machine's monotonic clock. */
export function sinceNote(note: string): number {
  return Number(process.hrtime.bigint() - BigInt(note)) / 1e6;
}
