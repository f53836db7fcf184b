// The usage of the account's rate limits since the start of the inspector.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { LimitsView } from "../../api.js";
import { messageOf, read } from "../server/request.js";
import { listen } from "../server/stream.js";
import { line, time } from "../text/text.js";
import { LinePlot } from "./line-plot.js";

const percent = (value: number) => `${Math.round(value)} %`;
const whole: [number, number] = [0, 100];

export function LimitsPlot() {
  const [limits, setLimits] = useState<LimitsView | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  useEffect(() => {
    const load = () => void read<LimitsView>("/limits").then(setLimits, (error: unknown) => setError(messageOf(error)));
    load();
    return listen(({ type }) => {
      if (type === "rate_limits" || type === "reset") load();
    });
  }, []);
  const plot = useMemo(() => {
    const samples = limits?.samples ?? [];
    const lines = [samples.map(({ primary }) => primary), samples.map(({ secondary }) => secondary)];
    return { x: samples.map(({ at }) => Date.parse(at) / 1_000), lines };
  }, [limits]);
  const { primary = null, secondary = null, plan = null, reached = null } = limits?.latest ?? {};
  const windows = { primary, secondary };
  const names = useMemo(
    () => [`Primary${windowName(primary?.windowMinutes)}`, `Secondary${windowName(secondary?.windowMinutes)}`],
    [primary?.windowMinutes, secondary?.windowMinutes],
  );
  return (
    <section aria-label="Rate limits">
      <h2>Rate limits</h2>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {plot.x.length === 0 ? (
        <p class="meta">The endpoint has not reported rate limits since the inspector was started.</p>
      ) : (
        <LinePlot
          label="Use of the limits in percent"
          names={names}
          x={plot.x}
          lines={plot.lines}
          isTime
          range={whole}
          format={percent}
        />
      )}
      <ul>
        {Object.entries(windows).map(([name, window]) =>
          window ? (
            <li key={name}>
              {name}: {percent(window.usedPercent)} used
              {window.resetsAt !== null && `, reset ${time(String(window.resetsAt))}`}
            </li>
          ) : null,
        )}
        {plan !== null && <li>Plan: {line(plan, 60)}</li>}
        {reached !== null && <li class="error">Limit reached: {line(reached, 200)}</li>}
      </ul>
    </section>
  );
}

function windowName(minutes: number | null | undefined): string {
  if (minutes === null || minutes === undefined) return "";
  return minutes >= 1_440 ? ` (${Math.round(minutes / 1_440)} days)` : ` (${Math.round(minutes / 60)} h)`;
}
