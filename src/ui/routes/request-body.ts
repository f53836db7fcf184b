// Reads the untrusted JSON body of a request.
import type { JsonObject } from "../../internal/json.js";
import { HttpError } from "./http-error.js";
import { readJsonBody } from "./json-body.js";

/**
 * Requires `application/json`, which browsers send to another origin only after a preflight request. The routes reject
 * preflight requests, so pages of other sites cannot use a visitor's cookies.
 * @throws HttpError if the content type differs, or the body is too large or not a JSON object.
 */
export async function readBody(request: Request, maxBytes: number): Promise<JsonObject> {
  checkContentType(request);
  // Leaving the loop cancels the rest of the body.
  const chunks = request.body as AsyncIterable<Uint8Array> | null;
  return readJsonBody({ chunks, contentLength: request.headers.get("content-length") }, maxBytes);
}

/** @throws HttpError */
export function checkContentType(request: Request): void {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return;
  throw new HttpError(415, "unsupported_media_type", "The content type must be application/json.");
}

/** @throws HttpError */
export function textField(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw new HttpError(400, "invalid_body", `\`${name}\` must be a text that is not empty.`);
}
