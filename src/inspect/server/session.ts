// Who may use the page: the browser that was given the link. Its one-time token becomes a cookie.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** The browser sends a cookie to every port of a host, so each inspector needs a cookie name of its own. */
export class Session {
  readonly #cookieName: string;
  readonly #secret = randomBytes(32).toString("base64url");
  #token: string | undefined = randomBytes(32).toString("base64url");

  constructor(port: number) {
    this.#cookieName = `codex-inspect-${port}`;
  }

  /** For the fragment of the link, which browsers do not send to servers. Undefined when it was used. */
  get token(): string | undefined {
    return this.#token;
  }

  /** The `Set-Cookie` header for the right token, once. A wrong token does not use up the right one. */
  exchange(token: string): string | undefined {
    if (this.#token === undefined || !isSame(token, this.#token)) return undefined;
    this.#token = undefined;
    return `${this.#cookieName}=${this.#secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether a `Cookie` header has the session's cookie. */
  accepts(header: string | undefined): boolean {
    const cookies = (header ?? "").split(";").map((cookie) => cookie.trim());
    const prefix = `${this.#cookieName}=`;
    return cookies.some((cookie) => cookie.startsWith(prefix) && isSame(cookie.slice(prefix.length), this.#secret));
  }
}

/** Takes the same time wherever the texts differ, and whatever their lengths are. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
