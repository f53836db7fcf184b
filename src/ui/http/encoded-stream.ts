// A web stream of the encoded changes of a turn, with backpressure: changes are encoded only when the viewer reads.
import type { TurnChange } from "../parts/turn-part.js";
import type { TurnReader } from "../live/turn-reader.js";

export interface Encoder<Value> {
  /** Values before the first change. */
  begin?(): Value[];
  encode(change: TurnChange): Value[];
}

export interface Encoded<Value> {
  value: Value;
  /** The cursor after this value. */
  cursor?: number | undefined;
}

export interface EncodedStreamOptions<Value> {
  reader: TurnReader;
  encoder: Encoder<Value>;
  /** Called if the viewer cancels before the end. */
  onCancel?: (() => void) | undefined;
  /** Called when the viewer has received all changes so far. If it returns values, they end the stream. */
  park?: (() => Value[] | undefined) | undefined;
}

/** Each chunk contains all new values. */
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

/** Each chunk contains one value. */
export function flattened<Value>(stream: ReadableStream<Encoded<Value>[]>): ReadableStream<Value> {
  return stream.pipeThrough(
    new TransformStream<Encoded<Value>[], Value>({
      transform(values, controller) {
        for (const { value } of values) controller.enqueue(value);
      },
    }),
  );
}
