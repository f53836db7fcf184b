// Converts an async generator to a web stream with backpressure.

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
