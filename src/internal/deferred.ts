// A promise with functions that settle it from elsewhere.

export interface Deferred<Value> {
  promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

export function deferred<Value>(): Deferred<Value> {
  let handles: Pick<Deferred<Value>, "resolve" | "reject"> | undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    handles = { resolve, reject };
  });
  // The executor runs synchronously.
  return { promise, ...(handles as Pick<Deferred<Value>, "resolve" | "reject">) };
}
