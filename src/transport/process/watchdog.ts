// Ends codex and its commands when the host itself is killed and can do nothing any more.

export function watch(_pid: number, _markers: readonly string[]): void {}

export async function unwatch(_pid: number): Promise<void> {}
