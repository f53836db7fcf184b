// Sends requests to the page's server.

export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function read<Result>(path: string, query: Record<string, string | number> = {}): Promise<Result> {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return request<Result>(`/api${path}?${search}`, {});
}

export function write<Result = unknown>(path: string, body: object): Promise<Result> {
  return request<Result>(`/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function request<Result>(path: string, init: RequestInit): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new RequestError(0, "The inspector does not respond. Check that its program is running.");
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as Result;
  const message = (body as { error?: { message?: string } } | null)?.error?.message;
  throw new RequestError(response.status, message ?? `The request failed with status ${response.status}.`);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
