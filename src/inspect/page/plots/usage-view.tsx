// The usage and cost of a thread's model calls, and the account's limits.
import { useMemo } from "preact/hooks";
import type { TurnSummary } from "../../api.js";
import { count } from "../text/text.js";
import { LimitsPlot } from "./limits-plot.js";
import { LinePlot } from "./line-plot.js";

interface CallRow {
  turn: number;
  model: string;
  input: number;
  cached: number;
  output: number;
  reasoning: number;
  usd: number | null;
}

const tokenNames = ["Context (input)", "Cached input", "Output"] as const;
const costNames = ["Cost so far (USD)"] as const;
const dollars = (value: number) => `$${value.toFixed(value < 1 ? 4 : 2)}`;

export function UsageView({ turns }: { turns: readonly TurnSummary[] }) {
  const calls = useMemo(() => callRows(turns), [turns]);
  return (
    <div class="scroll pad" tabIndex={0} role="region" aria-label="Usage">
      {calls.length === 0 ? (
        <p class="meta">No model calls with token counts are on record.</p>
      ) : (
        <Calls calls={calls} />
      )}
      <LimitsPlot />
    </div>
  );
}

function Calls({ calls }: { calls: readonly CallRow[] }) {
  const plots = useMemo(() => {
    let spent = 0;
    const known = calls.filter(({ usd }) => usd !== null);
    const cost = calls.map(({ usd }) => (spent += usd ?? 0));
    return {
      x: calls.map((_call, index) => index + 1),
      tokens: [calls.map(({ input }) => input), calls.map(({ cached }) => cached), calls.map(({ output }) => output)],
      cost: [cost],
      range: [0, spent > 0 ? spent * 1.1 : 0.01] satisfies [number, number],
      spent,
      unknown: calls.length - known.length,
    };
  }, [calls]);
  const hasCost = plots.unknown < calls.length;
  const sum = (pick: (call: CallRow) => number) => calls.reduce((total, call) => total + pick(call), 0);
  const columns = ["Call", "Turn", "Model", "Input", "Cached", "Output", "Reasoning", ...(hasCost ? ["Cost"] : [])];
  return (
    <>
      <section aria-label="Tokens of each model call">
        <h2>Context and tokens</h2>
        <LinePlot
          label="Tokens of each call. The table contains the numbers"
          names={tokenNames}
          x={plots.x}
          lines={plots.tokens}
        />
        <p>
          {count(calls.length)} calls: {count(sum(({ input }) => input))} input tokens, of which{" "}
          {count(sum(({ cached }) => cached))} cached; {count(sum(({ output }) => output))} output tokens.
        </p>
      </section>
      <section aria-label="Cost">
        <h2>Cost</h2>
        {hasCost ? (
          <>
            <LinePlot
              label="Cost so far. The table contains the numbers"
              names={costNames}
              x={plots.x}
              lines={plots.cost}
              range={plots.range}
              format={dollars}
            />
            <p>
              {dollars(plots.spent)} at list prices
              {plots.unknown > 0 && `, without ${count(plots.unknown)} calls of models without a known price`}.
            </p>
          </>
        ) : (
          <p class="meta">The inspector has no prices for these models.</p>
        )}
      </section>
      <div class="table" tabIndex={0} role="region" aria-label="Model calls">
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
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
                {hasCost && <td>{call.usd === null ? "unknown" : dollars(call.usd)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function callRows(turns: readonly TurnSummary[]): CallRow[] {
  return turns.flatMap(({ calls }, turn) =>
    calls.flatMap(({ model, usage, usd }) =>
      usage
        ? [
            {
              turn: turn + 1,
              model: model ?? "",
              input: usage.input_tokens,
              cached: usage.cached_input_tokens,
              output: usage.output_tokens,
              reasoning: usage.reasoning_output_tokens,
              usd,
            },
          ]
        : [],
    ),
  );
}
