// This run beside an earlier one.
import { shown, table } from "./report.js";
import type { Results } from "./results.js";
import type { Row } from "./series.js";

export function compare(earlier: Results, now: Results): string {
  const lines = [`\nAgainst codex-sdk ${earlier.versions["codex-sdk"]} of ${earlier.date} (now by then)`];
  for (const [name, { title, rows, goals = [] }] of Object.entries(now.measurements)) {
    const before = earlier.measurements[name];
    if (!before) continue;
    const compared = rows.flatMap((row) => rowOf(row, before.rows));
    const ratios = goals.flatMap(({ what, value }) => {
      const then = before.goals?.find((goal) => goal.what === what);
      return then ? [[what, `${shown(value)} (was ${shown(then.value)})`, ""]] : [];
    });
    lines.push(title, ...table([...compared, ...ratios]));
  }
  if (earlier.machine.model !== now.machine.model || earlier.machine.cpus !== now.machine.cpus) {
    lines.push("Another machine: only what is a ratio within one run can be compared.");
  }
  if (earlier.quick || now.quick) lines.push("One of the two is a quick run: few samples.");
  return lines.join("\n");
}

function rowOf(now: Row, rows: readonly Row[]): string[][] {
  const then = rows.find(({ subject, unit }) => subject === now.subject && unit === now.unit);
  if (!then) return [];
  return [[now.subject, `${shown(now.median / then.median)} ×`, verdict(now, then)]];
}

/** Beyond both runs' spread it is more than chance. */
function verdict(now: Row, then: Row): string {
  const isHigher = now.low > then.high;
  const isLower = now.high < then.low;
  if (!isHigher && !isLower) return "";
  return isHigher === (now.better === "higher") ? "better" : "worse";
}
