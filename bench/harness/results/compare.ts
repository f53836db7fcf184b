// Compares this run with an earlier one.
import { formatNumber, table } from "./report.js";
import type { Results } from "./results.js";
import type { Row } from "./series.js";

export function compare(earlier: Results, now: Results): string {
  const lines = [
    `\nCompared with codex-sdk ${earlier.versions["codex-sdk"]} of ${earlier.date} (this run ÷ earlier run)`,
  ];
  for (const [name, { title, rows, goals = [] }] of Object.entries(now.measurements)) {
    const before = earlier.measurements[name];
    if (!before) continue;
    const compared = rows.flatMap((row) => rowOf(row, before.rows));
    const ratios = goals.flatMap(({ what, value }) => {
      const then = before.goals?.find((goal) => goal.what === what);
      return then ? [[what, `${formatNumber(value)} (was ${formatNumber(then.value)})`, ""]] : [];
    });
    lines.push(title, ...table([...compared, ...ratios]));
  }
  if (earlier.machine.model !== now.machine.model || earlier.machine.cpus !== now.machine.cpus) {
    lines.push("The earlier run was on a different machine: compare only the ratios within a run.");
  }
  if (earlier.quick || now.quick) lines.push("One of the two runs was quick and has few samples.");
  return lines.join("\n");
}

function rowOf(now: Row, rows: readonly Row[]): string[][] {
  const then = rows.find(({ subject, unit }) => subject === now.subject && unit === now.unit);
  if (!then) return [];
  return [[now.subject, `${formatNumber(now.median / then.median)} ×`, verdict(now, then)]];
}

/** Empty if the spreads of the two runs overlap. */
function verdict(now: Row, then: Row): string {
  const isHigher = now.low > then.high;
  const isLower = now.high < then.low;
  if (!isHigher && !isLower) return "";
  return isHigher === (now.better === "higher") ? "better" : "worse";
}
