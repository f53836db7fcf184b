// Splits a URL into one without credentials, and headers and query parameters that can be kept out of argv.

interface Endpoint {
  base_url: string;
  http_headers?: Record<string, string>;
  query_params?: Record<string, string>;
}

/** Codex appends paths to the URL as text, so a query must not be part of it. */
export function endpointOf(baseUrl: string): Endpoint {
  const url = new URL(baseUrl);
  const { username, password } = url;
  const query = [...url.searchParams];
  if (username === "" && password === "" && query.length === 0) return { base_url: baseUrl };
  url.username = "";
  url.password = "";
  url.search = "";
  const userinfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    base_url: url.href,
    ...(userinfo !== ":" && { http_headers: { Authorization: `Basic ${Buffer.from(userinfo).toString("base64")}` } }),
    ...(query.length > 0 && {
      query_params: Object.fromEntries(query.map(([key, value]) => [JSON.stringify(key), value])),
    }),
  };
}
