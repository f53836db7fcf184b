// Reads an untrusted JSON body with a size limit.
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import { HttpError } from "./http-error.js";

export interface BodySource {
  /** Null if the request does not have a body. */
  chunks: AsyncIterable<Uint8Array> | null;
  /** The `content-length` header, if present. */
  contentLength: string | null | undefined;
}

/** @throws HttpError if the body is too large, incomplete, or not a JSON object. */
export async function readJsonBody(source: BodySource, maxBytes: number): Promise<JsonObject> {
  const text = await readText(source, maxBytes);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpError(400, "invalid_json", "The body is not valid JSON.");
  }
  if (!isJsonObject(body)) throw new HttpError(400, "invalid_body", "The body must be a JSON object.");
  return body;
}

async function readText({ chunks, contentLength }: BodySource, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new HttpError(413, "body_too_large", `The body must not be larger than ${maxBytes} bytes.`, {
      connection: "close",
    });
  if (Number(contentLength ?? 0) > maxBytes) throw tooLarge();
  if (!chunks) return "";
  const read: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge();
      read.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, "body_incomplete", "The body ended before it was complete.");
  }
  return Buffer.concat(read).toString("utf8");
}
