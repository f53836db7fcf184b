// Restate's SDK uses one function that Node.js has from version 22 on.

/** Adds it on Node.js 20. Call this before Restate's SDK is imported. */
export function supportNode20(): void {
  const promises = Promise as unknown as { withResolvers?: () => unknown };
  promises.withResolvers ??= () => {
    let resolve: unknown;
    let reject: unknown;
    const promise = new Promise((onResolve, onReject) => {
      [resolve, reject] = [onResolve, onReject];
    });
    return { promise, resolve, reject };
  };
}
