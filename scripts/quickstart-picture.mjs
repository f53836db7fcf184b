// Draws docs/quickstart.svg from the real output of the quickstart: `npm run picture`.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const columns = 84;
const rows = 46;
const cell = { width: 8.4, height: 19 };
const padding = 20;
const colours = { 31: "#f47067", 32: "#57ab5a", 33: "#c69026", 36: "#39c5cf" };

/** The beginning of an escape sequence. */
const csi = String.raw`\u001B\[`;
const sequenceAndText = new RegExp(`(?:${csi}([\\d;]*)m)?((?:(?!${csi})[^])*)`, "g");

const started = spawnSync(process.execPath, ["--import", "tsx", "examples/quickstart/main.ts"], {
  cwd: root,
  env: { ...process.env, CLICOLOR_FORCE: "1", COLUMNS: String(columns) },
  encoding: "utf8",
});
if (started.status !== 0) throw new Error(`The quickstart failed:\n${started.stdout}${started.stderr}`);

const lines = started.stdout
  // The directory differs between runs and machines.
  .replaceAll(/\/\S*codex-sdk-quickstart\S*|\/tmp\/\S+|\/var\/tmp\/\S+/g, "/tmp/clock")
  .split("\n")
  .flatMap(wrapped)
  .slice(0, rows);
const height = lines.length * cell.height + 2 * padding + 24;
const width = columns * cell.width + 2 * padding;

const text = lines.map((line, index) => {
  const y = padding + 36 + index * cell.height;
  return `<text x="${padding}" y="${y}" xml:space="preserve">${spans(line)}</text>`;
});
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The output of npm start: Codex diagnoses and fixes a failing test">
<rect width="100%" height="100%" rx="10" fill="#22272e"/>
<circle cx="22" cy="20" r="6" fill="#f47067"/><circle cx="42" cy="20" r="6" fill="#c69026"/><circle cx="62" cy="20" r="6" fill="#57ab5a"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#adbac7">
${text.join("\n")}
</g>
</svg>
`;
writeFileSync(path.join(root, "docs/quickstart.svg"), svg);

/** Breaks a long line of plain text at spaces. Without a terminal, the quickstart does not wrap its lines. */
function wrapped(line) {
  const end = line.lastIndexOf(" ", columns);
  const [indent] = /^ */.exec(line);
  if (line.length <= columns || line.includes("\u001B") || end <= indent.length) return [line];
  return [line.slice(0, end), ...wrapped(indent + line.slice(end + 1))];
}

/** SGR sequences become attributes; any other sequence is dropped. */
function spans(line) {
  let style = {};
  let result = "";
  let used = 0;
  for (const [, codes, part] of line.matchAll(sequenceAndText)) {
    if (codes !== undefined) for (const code of codes.split(";").map(Number)) style = changed(style, code);
    const shown = part.slice(0, columns - used);
    used += shown.length;
    if (shown !== "") result += `<tspan${attributes(style)}>${escaped(shown)}</tspan>`;
  }
  return result;
}

function changed(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, colour: undefined };
  return code in colours ? { ...style, colour: colours[code] } : style;
}

function attributes({ bold, dim, colour }) {
  return `${bold ? ' font-weight="bold"' : ""}${dim ? ' opacity="0.6"' : ""}${colour ? ` fill="${colour}"` : ""}`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
