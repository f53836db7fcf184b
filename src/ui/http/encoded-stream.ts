// A web stream of what an encoder makes of a turn's changes. The viewer sets the pace: nothing is encoded before it reads.
import type { TurnChange } from "../parts/turn-part.js";
import type { TurnReader } from "../live/turn-reader.js";

export interface Encoder<Value> {
  /** What comes before the first change. */
  begin?(): Value[];
  encode(change: TurnChange): Value[];
}

export interface Encoded<Value> {
  value: Value;
  /** Where a viewer continues that has everything up to this value. */
  cursor?: number | undefined;
}

export interface EncodedStreamOptions<Value> {
  reader: TurnReader;
  encoder: Encoder<Value>;
  /** Called when the viewer leaves before the end. */
  onCancel?: (() => void) | undefined;
  /** Called when the viewer has everything so far. What it returns ends the stream. */
  park?: (() => Value[] | undefined) | undefined;
}

/** Each chunk holds everything that was new at that moment. */
export function encodedStream<Value>(options: EncodedStreamOptions<Value>): ReadableStream<Encoded<Value>[]> {
  const { reader, encoder, onCancel, park } = options;
  let isCancelled = false;
  const read = (): Encoded<Value>[] =>
    reader.read().flatMap(({ change, cursor }) => {
      const encoded = encoder.encode(change).map((value): Encoded<Value> => ({ value }));
      const last = encoded.at(-1);
      if (last) last.cursor = cursor;
      return encoded;
    });
  let before = (encoder.begin?.() ?? []).map((value): Encoded<Value> => ({ value }));
  return new ReadableStream<Encoded<Value>[]>(
    {
      async pull(controller) {
        for (;;) {
          await reader.ready();
          if (isCancelled) return;
          const values = [...before, ...read()];
          before = [];
          const parked = reader.hasEnded ? undefined : park?.();
          if (parked) values.push(...parked.map((value) => ({ value })));
          if (values.length > 0) controller.enqueue(values);
          if (reader.hasEnded || parked) return controller.close();
          if (values.length > 0) return;
        }
      },
      cancel() {
        isCancelled = true;
        onCancel?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** One value at a time. */
export function flattened<Value>(stream: ReadableStream<Encoded<Value>[]>): ReadableStream<Value> {
  return stream.pipeThrough(
    new TransformStream<Encoded<Value>[], Value>({
      transform(values, controller) {
        for (const { value } of values) controller.enqueue(value);
      },
    }),
  );
}
