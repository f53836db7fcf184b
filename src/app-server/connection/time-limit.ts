// Work that has a time limit, which does not keep the host alive.

/** The work's result, or what `late` makes of it when the time is up. */
export async function within<Result>(
  limitMs: number,
  work: Promise<Result>,
  late: () => Promise<Result> | Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), limitMs).unref();
  });
  try {
    const first = await Promise.race([work.then((result) => ({ result })), timeout]);
    return first === "late" ? await late() : first.result;
  } finally {
    clearTimeout(timer);
  }
}
