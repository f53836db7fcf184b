// Parses the command line.
import { parseArgs } from "node:util";

export type Request = { kind: "demo" } | { kind: "live"; prompt: string } | { kind: "usage"; problem?: string };

export const usage = `npm start                      the demo: the real Codex, a scripted model, no key
npm start -- --live "prompt"   one turn with your account in the current directory
`;

export function readArguments(args: string[]): Request {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { live: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return { kind: "usage" };
    const prompt = positionals.join(" ").trim();
    if (values.live)
      return prompt === "" ? { kind: "usage", problem: "--live requires a prompt." } : { kind: "live", prompt };
    return prompt === "" ? { kind: "demo" } : { kind: "usage", problem: "A prompt requires --live." };
  } catch (error) {
    return { kind: "usage", problem: error instanceof Error ? error.message : String(error) };
  }
}
