// `codex-sdk inspect`: serves the inspector for a CODEX_HOME until it is interrupted.
import { once } from "node:events";
import { parseArgs } from "node:util";
import { Codex } from "codex-sdk";
import type { Prices } from "codex-sdk";
import { inspect } from "codex-sdk/inspect";
import type { Inspector } from "codex-sdk/inspect";
import { openBrowser } from "./open-browser.js";

const usage = `Usage: codex-sdk inspect [options]

Serves a page on 127.0.0.1 with the threads of a CODEX_HOME, and prints its link.
The link works once. The page is read-only without --control. Press Ctrl-C to stop.

Options:
  --codex-home <dir>    CODEX_HOME to show
  --port <number>       Port (default: a free port)
  --no-open             Do not open a browser
  --control             Allow the page to send, steer, stop, approve, fork, rename and archive
  --codex-path <file>   codex executable to use
  --help                Show this help
`;

export async function inspectCommand(args: string[], out: NodeJS.WriteStream): Promise<number> {
  let codex: Codex | undefined;
  let inspector: Inspector;
  let isOpened: boolean;
  try {
    const { values } = parseArgs({
      args,
      options: {
        "codex-home": { type: "string" },
        port: { type: "string" },
        "no-open": { type: "boolean", default: false },
        control: { type: "boolean", default: false },
        "codex-path": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      out.write(usage);
      return 0;
    }
    isOpened = !values["no-open"];
    codex = new Codex({ codexHome: values["codex-home"], codexPathOverride: values["codex-path"] });
    const port = values.port === undefined ? 0 : readPort(values.port);
    inspector = await inspect(codex, { port, control: values.control, keepAlive: true, prices: await readPrices() });
  } catch (error) {
    await codex?.close();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  out.write(`Inspector: ${inspector.url}\n`);
  const removeLink = isOpened ? await openBrowser(inspector.url) : undefined;
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await removeLink?.();
  await inspector.close();
  await codex.close();
  return 0;
}

/** The page shows costs if the optional package with prices is installed. */
async function readPrices(): Promise<Prices | undefined> {
  try {
    const { genaiPrices } = await import("codex-sdk/cost");
    return await genaiPrices();
  } catch {
    return undefined;
  }
}

/** @throws Error */
function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Error(`--port must be a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}
