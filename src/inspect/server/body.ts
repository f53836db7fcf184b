// The JSON body of a write.
import type { IncomingMessage } from "node:http";
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import { HttpError } from "../../ui/routes/http-error.js";

/** @throws HttpError for a body that is too large, incomplete, or not a JSON object. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<JsonObject> {
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

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new HttpError(413, "body_too_large", `The body must not be larger than ${maxBytes} bytes.`, {
      connection: "close",
    });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > maxBytes) {
        request.pause();
        request.removeAllListeners("data");
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.once("close", () =>
      reject(new HttpError(400, "body_incomplete", "The body ended before it was complete.")),
    );
    request.once("error", reject);
  });
}
