// The JSON body of a request, of which nothing is known: not its size, not its shape, not who made the browser send it.
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import { HttpError } from "./http-error.js";

/**
 * A browser sends `application/json` to another origin only after asking for permission, which these routes never give.
 * So a page of somebody else cannot use a visitor's cookies here.
 * @throws HttpError for another content type, a body that is too large, or not a JSON object.
 */
export async function readBody(request: Request, maxBytes: number): Promise<JsonObject> {
  checkContentType(request);
  const text = await readText(request, maxBytes);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpError(400, "invalid_json", "The body is not valid JSON.");
  }
  if (!isJsonObject(body)) throw new HttpError(400, "invalid_body", "The body must be a JSON object.");
  return body;
}

/** @throws HttpError */
export function checkContentType(request: Request): void {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return;
  throw new HttpError(415, "unsupported_media_type", "The content type must be application/json.");
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new HttpError(413, "body_too_large", `The body must not be larger than ${maxBytes} bytes.`, {
      connection: "close",
    });
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    // Leaving the loop cancels the rest of the body.
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, "body_incomplete", "The body ended before it was complete.");
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @throws HttpError */
export function textField(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw new HttpError(400, "invalid_body", `\`${name}\` must be a text that is not empty.`);
}
