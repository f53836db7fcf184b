// Marks of reviewed threads, stored in the browser. A new turn removes the mark of its thread.
import type { ThreadSummary } from "../../api.js";

const listeners = new Set<() => void>();

/** @returns a function that unsubscribes. */
export function onReviewed(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const key = (id: string) => `reviewed:${id}`;

export function isReviewed({ id, updatedAt }: ThreadSummary): boolean {
  try {
    return localStorage.getItem(key(id)) === updatedAt;
  } catch {
    return false;
  }
}

export function setReviewed({ id, updatedAt }: ThreadSummary, isReviewed: boolean): void {
  try {
    if (isReviewed) localStorage.setItem(key(id), updatedAt);
    else localStorage.removeItem(key(id));
  } catch {
    // Without storage, marks are not saved.
  }
  for (const listener of listeners) listener();
}
