// Marks of threads that a person has reviewed, kept in this browser. A thread that goes on loses its mark.
import type { ThreadSummary } from "../../api.js";

const listeners = new Set<() => void>();

/** @returns A function that ends it. */
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
    // A browser without storage has no marks.
  }
  for (const listener of listeners) listener();
}
