// Tokens and context of a thread's model calls.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { TurnSummary } from "../../api.js";
import { count } from "../text/text.js";

interface CallRow {
  turn: number;
  model: string;
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

const names = ["Context (input)", "Cached input", "Output"] as const;

export function UsagePlot({ turns }: { turns: readonly TurnSummary[] }) {
  const calls = useMemo(() => callRows(turns), [turns]);
  const box = useRef<HTMLDivElement>(null);
  const isDark = useDarkScheme();
  useEffect(() => {
    const element = box.current;
    if (!element || calls.length === 0) return;
    // A canvas needs the colour itself, and the variables depend on the colour scheme.
    const colour = (name: string) => {
      element.style.color = `var(${name})`;
      return getComputedStyle(element).color;
    };
    const axis = {
      stroke: colour("--text-quiet"),
      grid: { stroke: colour("--line") },
      ticks: { stroke: colour("--line") },
    };
    const colours = ["--blue", "--purple", "--green"].map(colour);
    const plot = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height: 220,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        scales: { x: { time: false } },
        axes: [
          { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 500, 1000] },
          { ...axis, size: 70 },
        ],
        series: [
          {},
          ...names.map((label, index) => ({
            label,
            stroke: colours[index] ?? "",
            width: 2,
            points: { show: calls.length < 100 },
          })),
        ],
      },
      [
        calls.map((_call, index) => index + 1),
        calls.map(({ input }) => input),
        calls.map(({ cached }) => cached),
        calls.map(({ output }) => output),
      ],
      element,
    );
    const sizes = new ResizeObserver(() => plot.setSize({ width: Math.max(200, element.clientWidth), height: 220 }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      plot.destroy();
    };
  }, [calls, isDark]);
  if (calls.length === 0) return <p class="meta">No model calls with token counts are on record.</p>;
  const sum = (pick: (call: CallRow) => number) => calls.reduce((total, call) => total + pick(call), 0);
  return (
    <section aria-label="Tokens of each model call">
      <p class="legend">
        {names.map((name, index) => (
          <span key={name} class={`series-${index}`}>
            {name}
          </span>
        ))}
      </p>
      <div class="plot" ref={box} role="img" aria-label="Plot of the table below" />
      <p>
        {count(calls.length)} calls: {count(sum(({ input }) => input))} input tokens, of which{" "}
        {count(sum(({ cached }) => cached))} cached; {count(sum(({ output }) => output))} output tokens.
      </p>
      <div class="table" tabIndex={0} role="region" aria-label="Model calls">
        <table>
          <thead>
            <tr>
              {["Call", "Turn", "Model", "Input", "Cached", "Output", "Reasoning"].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {calls.slice(-200).map((call, index) => (
              <tr key={index}>
                <td>{Math.max(0, calls.length - 200) + index + 1}</td>
                <td>{call.turn}</td>
                <td>{call.model}</td>
                <td>{count(call.input)}</td>
                <td>{count(call.cached)}</td>
                <td>{count(call.output)}</td>
                <td>{count(call.reasoning)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function callRows(turns: readonly TurnSummary[]): CallRow[] {
  return turns.flatMap(({ calls }, turn) =>
    calls.flatMap(({ model, usage }) =>
      usage
        ? [
            {
              turn: turn + 1,
              model: model ?? "",
              input: usage.input_tokens,
              cached: usage.cached_input_tokens,
              output: usage.output_tokens,
              reasoning: usage.reasoning_output_tokens,
            },
          ]
        : [],
    ),
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
