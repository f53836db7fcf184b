// The message of a thrown value.

/** Does not throw, whatever `error` is. */
export function messageOf(error: unknown): string {
  try {
    // The properties of an error may have any values.
    const message: unknown = error instanceof Error ? error.message : error;
    return String(message);
  } catch {
    return "an error that cannot be described";
  }
}
