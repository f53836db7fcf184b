/** What `work` throws; undefined if it does not throw. */
export function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error ?? new Error("No reason was given.");
  }
}
