// Draws docs/trace.svg: the spans of a real turn, recorded with OpenTelemetry's SDK.
//   node --import tsx scripts/draw-trace.mjs
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { Codex, tool } from "../src/index.js";
import { openTelemetry } from "../src/otel/index.js";
import { callTool, patch, pause, respond, runCommand, say, ScriptedModel } from "../src/testing/index.js";

const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
await runTurn();
const file = path.resolve(import.meta.dirname, "../docs/trace.svg");
writeFileSync(file, draw(exporter.getFinishedSpans()));

async function runTurn() {
  const workingDirectory = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-trace-"));
  const agents = { namespace: "multi_agent_v1" };
  const usage = { usage: { input: 9_000, cached: 8_000, output: 120 } };
  const idOf = (request) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(request.functionOutputs[3]?.text ?? "")?.[0];
  const steps = [
    () => runCommand("sleep 0.3", { login: false, escalate: "Run the tests?" }),
    () => patch({ "fix.txt": { add: "fixed\n" } }),
    () => callTool("lookup", {}),
    () => callTool("spawn_agent", { message: "Review the change." }, agents),
    (request) => callTool("wait_agent", { targets: [idOf(request)], timeout_ms: 10_000 }, agents),
    () => say("Fixed."),
  ];
  const model = await ScriptedModel.start((request) => {
    if (request.lastUserText === "Hello") return say("Hello.");
    const isSubagent = request.userTexts.some((text) => text.includes("Review the change."));
    const looked = request.functionOutputs.length > 0;
    if (isSubagent) return respond([pause(150), looked ? say("Looks good.") : runCommand("sleep 0.1")], usage);
    return respond([pause(120), steps[request.functionOutputs.length](request)], usage);
  });
  const codex = new Codex({ ...model.codexOptions(), telemetry: openTelemetry({ tracerProvider }) });
  const lookup = tool({
    name: "lookup",
    description: "Looks something up.",
    input: { type: "object", properties: {}, additionalProperties: false },
    execute: () => delay(150, "found"),
  });
  const onApproval = () => delay(200, "approve");
  const thread = codex.startThread({ ...model.threadOptions(), workingDirectory, tools: [lookup], onApproval });
  // A first turn, so that the picture shows a warm one.
  await thread.run("Hello");
  exporter.reset();
  await thread.run("Fix the bug");
  await codex.close();
  await model.close();
  rmSync(workingDirectory, { recursive: true, force: true });
}

function draw(spans) {
  const ms = ([seconds, nanoseconds]) => seconds * 1_000 + nanoseconds / 1e6;
  const rows = inOrder(spans);
  const start = Math.min(...spans.map(({ startTime }) => ms(startTime)));
  const total = Math.max(...spans.map(({ endTime }) => ms(endTime))) - start;
  const [left, width, height] = [230, 620, 22];
  const colors = { invoke_agent: "#5b6abf", chat: "#2f9e77", execute_tool: "#d08a2e", wait: "#c0504d" };
  const bars = rows.map(({ span, depth }, row) => {
    const x = left + ((ms(span.startTime) - start) / total) * width;
    const length = Math.max(2, ((ms(span.endTime) - ms(span.startTime)) / total) * width);
    const y = 34 + row * height;
    const color = colors[/^(invoke_agent|chat|execute_tool|wait)/.exec(span.name)?.[1]] ?? "#888888";
    const duration = `${Math.round(ms(span.endTime) - ms(span.startTime))} ms`;
    const isLate = x + length + 60 > left + width;
    return [
      `<text x="${10 + depth * 14}" y="${y + 14}">${span.name}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y + 3}" width="${length.toFixed(1)}" height="14" rx="2" fill="${color}"/>`,
      `<text x="${(isLate ? x - 5 : x + length + 5).toFixed(1)}" y="${y + 14}" class="time"${isLate ? ' text-anchor="end"' : ""}>${duration}</text>`,
    ].join("\n");
  });
  const size = { width: left + width + 20, height: 50 + rows.length * height };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img">
<title>The spans of a turn</title>
<style>text { font: 12px system-ui, sans-serif; fill: #222 } .time { font-size: 11px; fill: #555 }</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="10" y="20">One turn, ${Math.round(total)} ms</text>
${bars.join("\n")}
</svg>
`;
}

/** Parents before their children; siblings by start time. */
function inOrder(spans, parent, depth = 0) {
  return spans
    .filter((span) => span.parentSpanContext?.spanId === parent)
    .toSorted((one, other) => one.startTime[0] - other.startTime[0] || one.startTime[1] - other.startTime[1])
    .flatMap((span) => [{ span, depth }, ...inOrder(spans, span.spanContext().spanId, depth + 1)]);
}
