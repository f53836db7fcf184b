// A line plot over numbers or time, with a legend.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";

export interface LinePlotProps {
  label: string;
  names: readonly string[];
  /** Numbers, or seconds since 1970 with `isTime`. */
  x: readonly number[];
  /** One value for each x, by name. */
  lines: readonly (readonly (number | null)[])[];
  isTime?: boolean;
  /** The limits of the vertical axis. */
  range?: [number, number];
  format?: (value: number) => string;
}

const height = 220;
const colourNames = ["--blue", "--purple", "--green"];

export function LinePlot({ label, names, x, lines, isTime = false, range, format }: LinePlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const isDark = useDarkScheme();
  useEffect(() => {
    const element = box.current;
    if (!element || x.length === 0) return;
    // A canvas does not resolve CSS variables, whose values depend on the colour scheme.
    const colour = (name: string) => {
      element.style.color = `var(${name})`;
      return getComputedStyle(element).color;
    };
    const line = { stroke: colour("--line") };
    const axis = { stroke: colour("--text-quiet"), grid: line, ticks: line };
    const series = names.map((name, index) => ({
      label: name,
      stroke: colour(colourNames[index] ?? "--text"),
      width: 2,
      points: { show: x.length < 100 },
    }));
    const plot = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        scales: { x: { time: isTime }, ...(range && { y: { range } }) },
        axes: [
          isTime ? axis : { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 500, 1000] },
          { ...axis, size: 70, ...(format && { values: (_plot, ticks) => ticks.map(format) }) },
        ],
        series: [{}, ...series],
      },
      [[...x], ...lines.map((values) => [...values])],
      element,
    );
    const sizes = new ResizeObserver(() => plot.setSize({ width: Math.max(200, element.clientWidth), height }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      plot.destroy();
    };
  }, [names, x, lines, isTime, range, format, isDark]);
  return (
    <>
      <p class="legend">
        {names.map((name, index) => (
          <span key={name} class={`series-${index}`}>
            {name}
          </span>
        ))}
      </p>
      <div class="plot" ref={box} role="img" aria-label={label} />
    </>
  );
}

function useDarkScheme(): boolean {
  const query = useMemo(() => matchMedia("(prefers-color-scheme: dark)"), []);
  const [isDark, setIsDark] = useState(query.matches);
  useEffect(() => {
    const change = () => setIsDark(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, [query]);
  return isDark;
}
