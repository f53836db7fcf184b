// The cause in what codex wrote to stderr, without the banner before it and the backtrace after it.

/** The sentence that helps; empty when there is none. `logged` says whether what codex only logged may be one. */
export function causeIn(stderr: string, { logged = true } = {}): string {
  const lines = withoutBacktrace(stderr.split(/\r?\n/)).filter((line) => line.trim() !== "" && !isNoise(line));
  const said = lines.filter((line) => !logLine.test(line));
  // What codex only logged is better than nothing.
  const chosen = said.length > 0 || !logged ? said : lines.filter((line) => errorLine.test(line)).map(withoutLogHead);
  return chosen
    .map((line) => line.replace(/^(Error|error): /, ""))
    .join("\n")
    .trim();
}

const noise = [
  /^Reading (prompt|additional input) from stdin\.\.\.$/,
  /^\s*WARN(ING)?\b/i,
  /^warning:/i,
  /^note: /i,
  /^\s*Usage: codex\b/,
  /^\s+codex exec \[OPTIONS\]/,
  // It brings one of its own.
  /Codex could not find bubblewrap on PATH/,
  /^For more information, try/,
];

/** As `tracing` writes it: time, level, module. */
const logLine = /^\d{4}-\d\d-\d\dT\S+\s+(ERROR|WARN|INFO|DEBUG|TRACE)\b/;
const errorLine = /^\d{4}-\d\d-\d\dT\S+\s+ERROR\b/;

function isNoise(line: string): boolean {
  return noise.some((pattern) => pattern.test(line));
}

function withoutBacktrace(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => /^\s*(Stack backtrace|stack backtrace|Location):/.test(line));
  return start === -1 ? [...lines] : lines.slice(0, start);
}

function withoutLogHead(line: string): string {
  return line.replace(/^\S+\s+ERROR\s+([\w:]+: )?/, "");
}
