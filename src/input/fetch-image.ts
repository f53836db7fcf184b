// Images on the web: codex takes none ("remote image URLs are not supported"), so this process fetches them.
import type { AbortSignalLike } from "../internal/abort-signal.js";
import { InvalidInputError, TurnInterruptedError } from "../errors/errors.js";
import { toDataUrl } from "./inline-image.js";
import { imageKinds, mediaTypeOf } from "./media-type.js";

const timeoutMs = 30_000;
const maxBytes = 20 * 1024 * 1024;

/** The image at `url` as a `data:` URL; `where` names the part in errors. */
export async function fetchImage(url: URL, where: string, signal: AbortSignalLike | undefined): Promise<string> {
  const bytes = await fetchBytes(url, where, signal);
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === undefined) {
    throw new InvalidInputError(`${where}: ${shown(url)} is no image that codex can read. Give it a ${imageKinds}.`);
  }
  return toDataUrl(bytes, mediaType);
}

async function fetchBytes(url: URL, where: string, signal: AbortSignalLike | undefined): Promise<Uint8Array> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (signal?.aborted) abort();
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return await readAll(response);
  } catch (cause) {
    if (signal?.aborted) {
      throw new TurnInterruptedError("The turn was aborted before it started.", { cause: signal.reason });
    }
    const reason = controller.signal.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
    throw new InvalidInputError(`${where}: ${shown(url)} could not be fetched: ${reason}.`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    // A body that nobody reads would keep its connection.
    controller.abort();
  }
}

async function readAll(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return new Uint8Array();
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks);
}

/** `fetch` says "fetch failed"; what failed is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The URL without what may be secret in it. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
