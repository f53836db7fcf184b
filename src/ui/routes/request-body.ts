// The JSON body of a request, of which nothing is known: not its size, not its shape, not who made the browser send it.
import type { JsonObject } from "../../internal/json.js";
import { HttpError } from "./http-error.js";
import { readJsonBody } from "./json-body.js";

/**
 * A browser sends `application/json` to another origin only after asking for permission, which these routes never give.
 * So a page of somebody else cannot use a visitor's cookies here.
 * @throws HttpError for another content type, a body that is too large, or not a JSON object.
 */
export async function readBody(request: Request, maxBytes: number): Promise<JsonObject> {
  checkContentType(request);
  // Leaving the loop over the body cancels the rest of it.
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
