// Restate's SDK needs one function of Node.js 22. Tests on Node.js 20 add it here.

export function withResolvers(): void {
  const promises = Promise as unknown as { withResolvers?: () => unknown };
  promises.withResolvers ??= () => {
    let [resolve, reject]: ((value: unknown) => void)[] = [];
    const promise = new Promise((...functions) => ([resolve, reject] = functions));
    return { promise, resolve, reject };
  };
}
