// An async generator as a web stream that is read only as fast as its reader reads.

export function toReadableStream<Value>(
  values: AsyncGenerator<Value, void, undefined>,
  onCancel: () => void,
): ReadableStream<Value> {
  return new ReadableStream<Value>(
    {
      async pull(controller) {
        const next = await values.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
}
