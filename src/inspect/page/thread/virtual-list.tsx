// A virtual list: renders only the rows near the visible part.
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

export interface VirtualListProps {
  count: number;
  label: string;
  /** The estimated height of a row that has not been rendered, in pixels. */
  estimate: number;
  keyOf: (index: number) => string;
  render: (index: number) => ComponentChildren;
  /** Called with the visible rows. */
  onRange?: (from: number, to: number) => void;
  /** Whether to stay scrolled to the end while rows are added. */
  staysAtEnd?: boolean;
}

const overscan = 600;

export function VirtualList(props: VirtualListProps) {
  const { count, label, estimate, keyOf, render, onRange, staysAtEnd = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>());
  const isAtEnd = useRef(staysAtEnd);
  const [view, setView] = useState({ top: 0, height: 800 });
  const [measured, setMeasured] = useState(0);

  const offsets = useMemo(() => {
    const list = new Float64Array(count + 1);
    for (let index = 0; index < count; index += 1) {
      list[index + 1] = (list[index] ?? 0) + (heights.current.get(keyOf(index)) ?? estimate);
    }
    return list;
    // Heights are in a ref. `measured` counts their changes to re-render.
  }, [count, measured, keyOf, estimate]);
  const total = offsets[count] ?? 0;
  const from = Math.max(0, firstAfter(offsets, view.top - overscan) - 1);
  const to = Math.min(count, firstAfter(offsets, view.top + view.height + overscan));

  const observer = useRef<ResizeObserver | undefined>(undefined);
  observer.current ??= new ResizeObserver((entries) => {
    let isChanged = false;
    for (const { target, borderBoxSize } of entries) {
      const key = (target as HTMLElement).dataset["key"];
      const height = borderBoxSize[0]?.blockSize ?? 0;
      if (key === undefined || height === 0 || heights.current.get(key) === height) continue;
      heights.current.set(key, height);
      isChanged = true;
    }
    if (isChanged) setMeasured((count) => count + 1);
  });
  useEffect(() => () => observer.current?.disconnect(), []);
  const watch = useCallback((element: HTMLElement | null) => {
    if (element) observer.current?.observe(element);
  }, []);

  const updateRange = useCallback(() => {
    const element = box.current;
    if (!element) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
    setView({ top: element.scrollTop, height: element.clientHeight });
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const sizes = new ResizeObserver(() => {
      if (staysAtEnd && isAtEnd.current) element.scrollTop = element.scrollHeight;
      updateRange();
    });
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [updateRange, staysAtEnd]);
  useLayoutEffect(() => {
    if (staysAtEnd && isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [staysAtEnd, total]);
  useEffect(() => onRange?.(from, to), [from, to, onRange]);

  const rows = [];
  for (let index = from; index < to; index += 1) {
    const key = keyOf(index);
    rows.push(
      <div role="listitem" key={key} data-key={key} ref={watch} aria-setsize={count} aria-posinset={index + 1}>
        {render(index)}
      </div>,
    );
  }
  return (
    // A scrollable region must be focusable.
    <div class="scroll" ref={box} onScroll={updateRange} tabIndex={0} role="region" aria-label={label}>
      <div
        role="list"
        aria-label={label}
        style={{ paddingTop: `${offsets[from] ?? 0}px`, paddingBottom: `${Math.max(0, total - (offsets[to] ?? 0))}px` }}
      >
        {rows}
      </div>
    </div>
  );
}

/** The first index whose offset is greater than the value. */
function firstAfter(offsets: Float64Array, value: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
