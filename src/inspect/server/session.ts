// Sessions: the one-time token of the link is exchanged for a cookie.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Browsers send cookies to all ports of a host, so each inspector has a different cookie name. */
export class Session {
  readonly #cookieName: string;
  readonly #secret = randomBytes(32).toString("base64url");
  #token: string | undefined = randomBytes(32).toString("base64url");

  constructor(port: number) {
    this.#cookieName = `codex-inspect-${port}`;
  }

  /** The token for the fragment of the link, which browsers do not send to servers. Undefined after it was used. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Returns the `Set-Cookie` header for the correct token, once. A wrong token does not consume it. */
  exchange(token: string): string | undefined {
    if (this.#token === undefined || !isSame(token, this.#token)) return undefined;
    this.#token = undefined;
    return `${this.#cookieName}=${this.#secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether a `Cookie` header contains the session cookie. */
  accepts(header: string | undefined): boolean {
    const cookies = (header ?? "").split(";").map((cookie) => cookie.trim());
    const prefix = `${this.#cookieName}=`;
    return cookies.some((cookie) => cookie.startsWith(prefix) && isSame(cookie.slice(prefix.length), this.#secret));
  }
}

/** Compares in constant time, independent of the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
