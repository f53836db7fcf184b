// AbortSignal for projects whose types include neither the DOM nor Node.js.

/** The parts of a signal that this SDK uses. Every `AbortSignal` has them. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The platform's `AbortSignal` if its type is known, so that it can be passed to `fetch` and similar functions. */
export type HostAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : AbortSignalLike;
