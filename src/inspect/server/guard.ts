// Validates requests before they are handled. Other pages in the same browser can send requests here, also through
// another host name for this address (DNS rebinding).
import type { IncomingMessage } from "node:http";
import { HttpError } from "../../ui/routes/http-error.js";

/** @throws HttpError */
export function checkRequest(request: IncomingMessage, port: number): void {
  checkHost(request, port);
  checkSite(request);
  if (request.method === "GET" || request.method === "HEAD") return;
  if (request.method !== "POST") {
    throw new HttpError(405, "method_not_allowed", "Only GET, HEAD and POST are supported.", {
      allow: "GET, HEAD, POST",
    });
  }
  checkOrigin(request);
  checkContentType(request);
}

function checkHost({ rawHeaders, headers, url }: IncomingMessage, port: number): void {
  // Node.js uses the first of several headers; a proxy might use the last.
  const count = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host").length;
  const isAbsolute = !url?.startsWith("/") || url.startsWith("//");
  if (count === 1 && !isAbsolute && hosts(port).includes(headers.host ?? "")) return;
  throw new HttpError(
    403,
    "host_not_allowed",
    "The inspector responds only at its own address. Open the link that it printed.",
  );
}

/** Browsers send the origin of a request. `none` means the user: the address bar or a bookmark. */
function checkSite({ headers }: IncomingMessage): void {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return;
  // A link from another site may open the page, which does not contain data.
  if (headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document") return;
  throw new HttpError(403, "site_not_allowed", "Pages of other sites cannot use the inspector.");
}

function checkOrigin({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined && headers.origin === `http://${headers.host}`) return;
  throw new HttpError(403, "origin_not_allowed", "Only the inspector's own page can send this request.");
}

function checkContentType({ headers }: IncomingMessage): void {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return;
  throw new HttpError(415, "unsupported_media_type", "The content type must be application/json.");
}

function hosts(port: number): string[] {
  const names = ["127.0.0.1", "localhost"];
  // Browsers omit the default port.
  return [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
}
