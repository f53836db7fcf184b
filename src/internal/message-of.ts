// The message of whatever was thrown.

/** Never throws itself, whatever `error` is. */
export function messageOf(error: unknown): string {
  try {
    // Whoever made the error may have put anything there.
    const message: unknown = error instanceof Error ? error.message : error;
    return String(message);
  } catch {
    return "an error that cannot be described";
  }
}
